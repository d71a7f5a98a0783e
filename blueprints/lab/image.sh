#!/bin/bash
# Assembles a container image's root file system, offline, from this machine's own installed programs and libraries,
# and packs it as a tar that `docker import` takes.
#
#   image.sh TAR ORCHESTRATOR_BINARY
#
# Inside: busybox, bash, sshd, ssh, git, caddy, ip, nft and the published orchestrator, with every library they load.
set -eu
tar=$1 binary=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

mkdir -p "$root"/usr/{bin,sbin,lib,lib64,lib/git-core,share/zoneinfo} "$root"/etc/{ssh,ssl/certs} \
  "$root"/{root/.ssh,run/sshd,tmp,var/empty,var/log,dev,proc,sys,home,srv,optvar}
for l in bin sbin lib lib64; do ln -s usr/$l "$root/$l"; done
chmod 1777 "$root"/tmp
chmod 700 "$root"/root/.ssh

busybox=$(command -v busybox)
cp -L "$busybox" "$root"/usr/bin/busybox
for applet in $("$busybox" --list); do
  [ -e "$root/usr/bin/$applet" ] || ln -s busybox "$root/usr/bin/$applet"
done

programs="/bin/bash /usr/sbin/sshd /usr/bin/ssh /usr/bin/ssh-keygen /usr/bin/git /usr/bin/caddy /usr/sbin/nft /usr/sbin/ip /usr/bin/setsid /usr/bin/stat /usr/bin/sync /usr/bin/env"
for program in $programs; do
  rm -f "$root$program" # some are links to busybox by now
  cp -L "$program" "$root$program"
done
for program in git git-remote-http git-remote-https git-receive-pack git-upload-pack; do
  [ -e /usr/lib/git-core/$program ] && cp -a /usr/lib/git-core/$program "$root"/usr/lib/git-core/
done
for program in git-receive-pack git-upload-pack git-upload-archive; do ln -sf git "$root"/usr/bin/$program; done
cp -a /usr/share/git-core "$root"/usr/share/

# What the programs link to, and what .NET and the resolver open at run time.
late="libdl.so.2 libpthread.so.0 librt.so.1 libssl.so.3 libcrypto.so.3 libnss_dns.so.2 libnss_files.so.2 libresolv.so.2 libstdc++.so.6 libgcc_s.so.1 libz.so.1 libsqlite3.so.0"
{
  for program in $programs "$binary" /usr/lib/git-core/git-remote-http; do ldd $program 2>/dev/null | grep -oE '/[^ )]+' || true; done
  for library in $late; do ldconfig -p | awk -v name=$library '$1 == name { print $NF; exit }'; done
} | sort -u | while read -r library; do
  folder=$(dirname "$library")
  case $folder in /lib | /lib/* | /lib64*) folder=/usr$folder ;; esac
  mkdir -p "$root$folder"
  cp -L "$library" "$root$folder/"
done
cp -L /usr/share/zoneinfo/UTC "$root"/usr/share/zoneinfo/ 2>/dev/null || true

cat > "$root"/etc/passwd <<'EOF'
root:x:0:0:root:/root:/bin/bash
sshd:x:105:65534::/run/sshd:/usr/sbin/nologin
nobody:x:65534:65534::/:/usr/sbin/nologin
EOF
printf 'root:*:19000:0:99999:7:::\nsshd:*:19000::::::\n' > "$root"/etc/shadow
chmod 640 "$root"/etc/shadow
printf 'root:x:0:\nnogroup:x:65534:\n' > "$root"/etc/group
printf 'hosts: files dns\npasswd: files\ngroup: files\n' > "$root"/etc/nsswitch.conf

install -m 755 "$binary" "$root"/usr/bin/orchestrator

# The same inputs give the same bytes, so that importing it again finds it already there.
mkdir -p "$(dirname "$tar")"
tar --sort=name --mtime='2020-01-01 00:00Z' --owner=0 --group=0 --numeric-owner -C "$root" -cf "$tar.part" .
mv "$tar.part" "$tar"
