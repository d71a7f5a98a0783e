#!/usr/bin/env bash
# Kills the engine with SIGKILL at a random moment of autosetup, again and again; each time the run is taken up by a new process and must end as if nothing had happened.
# From the top of the checkout:
#
#   ./blueprints/lab/kills.sh [COUNT] [FIRST_SEED]        20 kills, seeds from 1 on, in the lab of ./demo (raised when it is not there)
#
# A line a kill: seed, moment, what was taken up again and why, verdict. Exit code 1 when one of them is not as it should be.
# ORC_KILL_SPAN: the moment lies within so many milliseconds (default 26000, about the length of a run).
set -euo pipefail
. ./blueprints/lab/lab.sh
count=${1:-20} first=${2:-1} span=${ORC_KILL_SPAN:-26000}
[ -x "$lab_binary" ] || lab_build
[ -f "$lab/autosetup.inputs.json" ] || lab_up >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Says what is wrong after a run, nothing when all is well: `same NAME EXPECTED FOUND`.
same() { [ "$2" = "$3" ] || printf '%s: expected %s, found %s; ' "$1" "$2" "$3"; }

verdict() { # exit code of the second process, status before it
  same "exit code" 0 "$1"
  same containers 1 "$(docker -H "unix://$lab/node/docker.sock" ps -aq | wc -l)"
  # One rule for each port in each of the two chains that refuse: the same four lines whatever happened.
  same "firewall rules" "$(printf '%s\n' 'forward orchestrator:443/tcp' 'forward orchestrator:80/tcp' 'input orchestrator:443/tcp' 'input orchestrator:80/tcp')" \
    "$(nsenter --net="/run/netns/$lab_prefix-node" nft -j list table inet lab | jq -r '.nftables[].rule | select(.comment // "" | startswith("orchestrator:")) | "\(.chain) \(.comment)"' | sort)"
  same "key pairs" "id_ed25519 id_ed25519.pub" "$(ls "$lab/node/state/ssh" | xargs)"
  same "authorised keys" 1 "$(wc -l <"$lab/forge/authorized_keys")"
  same "layout commits" 1 "$(git -c safe.directory='*' -C "$lab/forge/upstream.git" rev-list --count --grep='Initial layout' main)"
  same commits 2 "$(git -c safe.directory='*' -C "$lab/forge/upstream.git" rev-list --count main)"
  same runs "autosetup bootstrap configuration network" "$(lab_cli runs --json | jq -r 'select(.status == "completed").blueprint' | sort | xargs)"
  same "runs in all" 4 "$(lab_cli runs --json | wc -l)"
  # A run that moved when the engine died must say what it did about it.
  [ "$2" != running ] || [ -s "$work/again" ] || printf 'the journal does not say which steps were taken up again; '
  if [ -s "$work/again" ] && grep -qvE '^[^ ]+: (start|run|reattach|verify) \(.+\)$' "$work/again"; then printf 'a step was taken up without a reason; '; fi
}

printf '%-5s %-8s %-10s %s\n' seed moment 'run was' 'taken up again, and why -> verdict'
bad=0
for seed in $(seq "$first" $((first + count - 1))); do
  lab_reset
  RANDOM=$seed
  moment=$((300 + (RANDOM * 32768 + RANDOM) % span))
  lab_autosetup --key "kill-$seed" >"$work/first" 2>&1 &
  process=$!
  sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
  lab_kill
  wait "$process" 2>/dev/null || true
  status=$(lab_cli runs --json --blueprint autosetup | jq -r .status)
  # The same start key: a run that was accepted goes on, one that was not begins.
  code=0
  lab_autosetup --key "kill-$seed" --json >"$work/second" 2>"$work/errors" || code=$?
  jq -r 'select(.event == "RunRecovered").body.steps[] | "\(.key): \(.action) (\(.reason))"' "$work/second" >"$work/again" || true
  wrong=$(verdict "$code" "$status")
  [ -z "$wrong" ] || bad=$((bad + 1))
  printf '%-5s %-8s %-10s %s -> %s\n' "$seed" "${moment}ms" "${status:-unknown}" "$(paste -sd'|' "$work/again" | sed 's/|/; /g')" "${wrong:-as if nothing had happened}"
  if [ -n "$wrong" ]; then tail -5 "$work/second" "$work/errors" | cut -c1-400; fi
done
echo "$((count - bad)) of $count ended as they should"
[ "$bad" = 0 ]
