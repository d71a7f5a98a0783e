# Functions that build, raise, use and remove the lab. Sourced by ./demo and by the end-to-end tests; run from the top of the checkout.

lab=${ORCHESTRATOR_LAB:-/var/lib/orchestrator-lab}
lab_prefix=${ORCHESTRATOR_LAB_PREFIX:-orclab}
lab_authorise_after=${ORCHESTRATOR_LAB_AUTHORISE_AFTER:-5s}
lab_artifacts=${ORCHESTRATOR_ARTIFACTS:-$PWD/artifacts}
lab_binary=$lab_artifacts/orchestrator/orchestrator
lab_issuer=$lab_artifacts/lab/Orchestrator.Lab.dll
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

. ./blueprints/lab/packages.sh
. ./blueprints/lab/browser.sh

# Publishes the one binary and the token issuer.
lab_build() {
  install_lab_packages
  install_browser_packages --no-browser
  build_pages
  echo "building"
  dotnet publish src/Orchestrator.Cli -c Release -r linux-x64 --self-contained -o "$lab_artifacts/orchestrator" -v quiet
  dotnet publish tests/Orchestrator.Lab -c Release -o "$lab_artifacts/lab" -v quiet
}

# The engine's own records of the lab's and autosetup's runs.
lab_data() { echo "$lab/data"; }

# Runs the command line inside the operator's namespace, from which the node and the forge are reachable.
lab_cli() { nsenter --net="/run/netns/$lab_prefix-operator" "$lab_binary" "$@" --data "$(lab_data)"; }
lab_cli_hint() { echo "ORCHESTRATOR_HOME=$(lab_data) nsenter --net=/run/netns/$lab_prefix-operator $lab_binary"; }

# sshd takes no keys from below a folder that others may write to, and says so only in its own log: everything would wait for a login that never comes.
lab_check_folder() {
  local above
  above=$(dirname -- "$(realpath -m -- "$lab")")
  while :; do
    if [ -n "$(find "$above" -maxdepth 0 -perm /022 2>/dev/null)" ]; then
      echo "the lab cannot be in $lab: others may write to $above, and sshd takes no keys from below such a folder; set ORCHESTRATOR_LAB to another place, such as /var/lib/orchestrator-lab" >&2
      return 1
    fi
    [ "$above" = / ] && return 0
    above=$(dirname -- "$above")
  done
}

# Raises the lab; leaves the inputs that autosetup needs in $lab/autosetup.inputs.json.
lab_up() {
  lab_check_folder
  mkdir -p "$lab"
  chmod 755 "$lab"
  "$lab_binary" run blueprints/lab.yaml --data "$lab/lab-data" \
    --set folder="$lab" --set prefix="$lab_prefix" --set binary="$lab_binary" --set authoriseAfter="$lab_authorise_after" \
    --set assemble="$PWD/blueprints/lab/image.sh" --set issuer="[dotnet, $lab_issuer]"
  local run
  run=$("$lab_binary" runs --data "$lab/lab-data" --json --limit 1 | jq -r .runId)
  "$lab_binary" runs show "$run" --data "$lab/lab-data" --json | jq .outputs > "$lab/autosetup.inputs.json"
}

# Runs autosetup against the lab; further arguments go to `orchestrator run`.
lab_autosetup() {
  lab_cli run blueprints/autosetup.yaml --inputs "$lab/autosetup.inputs.json" \
    --set loginKey=@"$lab/operator/id_ed25519" --set clientId=lab --set clientSecret=@"$lab/forge/issuer/secret" \
    --set network="${lab_network:-g8}" --set vlan=42 --set cidr=10.241.0.0/24 "$@"
}

# Makes the node's ports 80 and 443 reachable from this machine's loopback, for a browser.
lab_forward() {
  local pair port
  for pair in 8480:80 8443:443; do
    port=${pair%%:*}
    if [ -f "$lab/forward-$port.pid" ] && kill -0 "$(cat "$lab/forward-$port.pid")" 2>/dev/null; then continue; fi
    setsid dotnet "$lab_issuer" forward --listen "127.0.0.1:$port" --netns "$lab_prefix-operator" --to "10.231.0.2:${pair##*:}" \
      >>"$lab/forward.log" 2>&1 </dev/null &
    echo $! >"$lab/forward-$port.pid"
    curl --silent --output /dev/null --retry 50 --retry-delay 1 --retry-connrefused --max-time 20 "http://127.0.0.1:$port/" || true
  done
}

# The processes of our program in the operator's namespace.
lab_engines() {
  local pid
  for pid in $(ip netns pids "$lab_prefix-operator"); do
    if [ "$(readlink "/proc/$pid/exe")" = "$lab_binary" ]; then echo "$pid"; fi
  done
}

# Kills the engine as a power cut would, wherever it is.
lab_kill() {
  local pid
  for pid in $(lab_engines); do kill -9 "$pid" 2>/dev/null || true; done
}

# Forgets what autosetup did, so that the host is bare again; the lab stays.
lab_reset() {
  docker -H "unix://$lab/node/docker.sock" ps -aq | xargs -r docker -H "unix://$lab/node/docker.sock" rm -f >/dev/null
  nsenter --net="/run/netns/$lab_prefix-node" nft delete table inet lab
  rm -rf "$lab/data" "$lab/node/state" "$lab/forge/upstream.git"
  : > "$lab/forge/authorized_keys"
  lab_up >/dev/null
}

# Processes of the lab outside of its namespaces.
lab_left() {
  local id process
  for process in /proc/[0-9]*; do
    if [ "$(readlink "$process/exe" 2>/dev/null)" = "$lab_binary" ] && tr '\0' ' ' 2>/dev/null <"$process/cmdline" | grep -qF -- "$lab/"; then echo "${process#/proc/}"; fi
  done
  for id in $(ls "$lab/node/docker/root/containers" 2>/dev/null || true); do
    grep -lsF "$id" /proc/[0-9]*/cgroup | cut -d/ -f3 || true
  done
}

# Removes every trace. Safe at any moment, also after a crash in the middle of lab_up.
lab_down() {
  local name pid
  # Containers first: their processes outlive an engine that is killed.
  if [ -S "$lab/node/docker.sock" ]; then
    docker -H "unix://$lab/node/docker.sock" ps -aq 2>/dev/null | xargs -r timeout 30 docker -H "unix://$lab/node/docker.sock" rm -f >/dev/null 2>&1 || true
  fi
  # Everything else the lab started lives in one of its namespaces or was started from its folder.
  for name in operator node forge; do
    for pid in $(ip netns pids "$lab_prefix-$name" 2>/dev/null); do kill -9 "$pid" 2>/dev/null || true; done
  done
  for pid in "$lab"/*.pid; do [ -f "$pid" ] && kill -9 "$(cat "$pid")" 2>/dev/null || true; done
  if [ -f "$lab/node/docker/exec/containerd/containerd.pid" ]; then kill -9 "$(cat "$lab/node/docker/exec/containerd/containerd.pid")" 2>/dev/null || true; fi
  # What is left: the engine that raised the lab, and processes of containers whose engine died, which are in no namespace of ours but in a cgroup named after their container.
  for pid in $(lab_left); do kill -9 "$pid" 2>/dev/null || true; done
  for name in operator node forge; do ip netns del "$lab_prefix-$name" 2>/dev/null || true; done
  awk -v lab="$lab/" 'index($2, lab) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do umount -l "$mount" || true; done
  rm -rf "$lab"
}
