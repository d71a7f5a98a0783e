# The programs that the lab, the demo and the tests drive for real. Sourced, not run.

lab_packages="docker.io iptables nftables busybox-static openssh-server openssh-client git caddy iproute2 iputils-ping wireguard-tools wireguard-go openvswitch-switch curl jq procps ethtool util-linux libsqlite3-0"

# Installs those that are missing; says so and goes on where it may not, so that tests which need them can say what they lack.
install_lab_packages() {
  local package missing=""
  for package in $lab_packages; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    echo "not installed, and only root can install them:$missing" >&2
    return 0
  fi
  echo "installing:$missing"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
