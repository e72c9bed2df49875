#!/usr/bin/env bash
# Tries a package as a new user would, on Debian 12 machines that exist only for the trial: try.sh PACKAGE.deb
#
# Two machines boot in systemd-nspawn with network namespaces and addresses of their own. On the first: install, make
# certificates, start the units, ask, stop workers while answers stream, upgrade, change roles, change the authority. On
# the second: join by the commands of docs/OPERATIONS.md. Then remove and purge. Every step says what it checks; the first
# failure ends the trial.
#
# Needs root, debootstrap and systemd-nspawn. Nothing is left behind: folders, namespaces and processes go at the end.
# ROOT=FOLDER copies a fresh Debian root from there instead of making one; KEEP=1 leaves the machines' folders.
set -euo pipefail

package=$(realpath "${1:?usage: try.sh PACKAGE.deb}")
[[ $EUID -eq 0 ]] || { echo "try.sh: needs root, for debootstrap and systemd-nspawn" >&2; exit 1; }
for tool in debootstrap systemd-nspawn nsenter ip; do
    command -v "$tool" >/dev/null || {
        echo "try.sh: $tool is not there; on Debian: apt-get install debootstrap systemd-container iproute2" >&2
        exit 1
    }
done

work=$(mktemp -d "${TMPDIR:-/var/tmp}/baton-try.XXXXXX")
tag=bt$$
declare -A leader nspawn
address=([1]=10.77.0.1 [2]=10.77.0.2)

say() { printf '\n== %s\n' "$*"; }
ok() { printf 'ok: %s\n' "$*"; }
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# on MACHINE COMMAND...: runs it there as root.
on() {
    local machine=$1
    shift
    nsenter --target "${leader[$machine]}" --mount --uts --ipc --net --pid --root --wd \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

# try_for SECONDS COMMAND...: until it succeeds.
try_for() {
    local until=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [[ $SECONDS -lt $until ]] || return 1
        sleep 0.2
    done
}

halt() {
    local machine=$1
    [[ -n ${nspawn[$machine]:-} ]] || return 0
    on "$machine" systemctl poweroff >/dev/null 2>&1 || true
    try_for 30 eval "! kill -0 ${nspawn[$machine]}" || kill -KILL "${nspawn[$machine]}" "${leader[$machine]}" || true
    wait "${nspawn[$machine]}" 2>/dev/null || true
    unset "nspawn[$machine]"
}

clean_up() {
    local status=$? machine
    if [[ $status -ne 0 && -n ${leader[1]:-} ]]; then
        on 1 journalctl --no-pager -n 40 -u 'baton-*' >&2 || true
    fi
    for machine in 1 2; do
        halt "$machine"
        ip netns delete "$tag-$machine" 2>/dev/null || true
    done
    [[ -n ${KEEP:-} ]] || rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# boot MACHINE: a real systemd as its first process.
boot() {
    local machine=$1
    systemd-nspawn --quiet --boot --directory "$work/$machine" --machine "baton-$machine" --register=no --keep-unit \
        --network-namespace-path="/run/netns/$tag-$machine" --console=pipe \
        </dev/null >"$work/$machine.console" 2>&1 &
    nspawn[$machine]=$!
    try_for 30 eval "leader[$machine]=\$(pgrep -P ${nspawn[$machine]})" || fail "machine $machine does not boot"
    leader[$machine]=$(pgrep -P "${nspawn[$machine]}")
    try_for 60 on "$machine" systemctl is-active multi-user.target || {
        tail -n 20 "$work/$machine.console" >&2
        fail "machine $machine does not come up"
    }
    ok "machine $machine runs $(on "$machine" systemctl --version | head -n 1), $(on "$machine" systemctl is-system-running || true)"
}

ask() { # ask MACHINE QUESTION: the answer's text.
    local body
    body=$(printf '{"model":"baton-tiny","temperature":0,"messages":[{"role":"user","content":"%s"}]}' "$2")
    on "$1" curl -sS --fail-with-body --max-time 60 http://127.0.0.1:8080/v1/chat/completions \
        -H 'Content-Type: application/json' -d "$body"
}

# stream NAME TOKENS: an answer of so many tokens, into a file.
stream() {
    local body
    body=$(printf '{"model":"baton-tiny","stream":true,"max_tokens":%d,"ignore_eos":true,"prompt":"%s"}' "$2" \
        'Once upon a time there was a fox')
    on 1 curl -sSN --max-time 150 http://127.0.0.1:8080/v1/completions -H 'Content-Type: application/json' \
        -d "$body" >"$work/stream.$1" 2>&1
}
# is_whole NAME: whether that answer came to its last token.
is_whole() {
    local file=$work/stream.$1
    grep -q '^data: \[DONE\]' "$file" && grep -q '"finish_reason":"length"' "$file" && ! grep -q '"error"' "$file"
}
# start_streams TOKENS: four at once, in the background; returns when all have begun.
start_streams() {
    local number
    rm -f "$work"/stream.*
    streams=()
    for number in 1 2 3 4; do
        stream "$number" "$1" &
        streams+=($!)
    done
    try_for 60 streams_begun || fail "streams do not begin: $(head -c 300 "$work/stream.1")"
}
streams_begun() { [[ $(grep -l '^data: ' "$work"/stream.? | wc -l) -eq 4 ]]; }
# end_streams: waits for them; each must be whole.
end_streams() {
    local number
    for number in 1 2 3 4; do
        wait "${streams[number - 1]}" || fail "stream $number broke: $(tail -c 300 "$work/stream.$number")"
        is_whole "$number" || fail "stream $number is cut: $(tail -c 400 "$work/stream.$number")"
    done
}

is_ready() { on 1 curl -sf http://127.0.0.1:8080/ready; }
status() { on 1 batonctl status --certs /etc/baton/certs; }
# column NAME: what the table of workers says in that column, as lines WORKER VALUE.
column() {
    status | awk -v wanted="$1" '$1 == "WORKER" { for (i = 1; i <= NF; i++) if ($i == wanted) place = i; next }
        place && NF >= place { print $1, $place }'
}
# has_workers NAME...: they, and no others, are live.
has_workers() { [[ $(column STATE | awk '$2 == "live" { print $1 }' | sort | tr '\n' ' ') == "$* " ]]; }

say "two clean Debian 12 machines"
if [[ -n ${ROOT:-} ]]; then
    cp -a --reflink=auto "$ROOT" "$work/1"
else
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,ca-certificates,curl,iproute2,procps \
        bookworm "$work/1" >"$work/debootstrap.log" || { tail "$work/debootstrap.log" >&2; fail "debootstrap"; }
fi
cp "$package" "$work/1/baton.deb"
# The machines have no way out: what the package depends on is fetched now, and installed by apt later.
cp /etc/resolv.conf "$work/1/etc/resolv.conf"
systemd-nspawn --quiet --register=no --keep-unit --pipe --directory "$work/1" sh -c \
    'apt-get -qq update && apt-get -qq install --download-only --no-install-recommends /baton.deb >/dev/null'
cp -a --reflink=auto "$work/1" "$work/2"
for machine in 1 2; do
    ip netns add "$tag-$machine"
    ip -n "$tag-$machine" link set lo up
done
ip -n "$tag-1" link add host0 type veth peer name host0 netns "$tag-2"
for machine in 1 2; do
    ip -n "$tag-$machine" address add "${address[$machine]}/24" dev host0
    ip -n "$tag-$machine" link set host0 up
    boot "$machine"
done

say "installing on machine 1"
on 1 apt-get -qq install --no-install-recommends /baton.deb >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; fail apt; }
for program in baton-router baton-prefill-worker baton-decode-worker batonctl baton-load; do
    on 1 "$program" --help >/dev/null || fail "$program does not run"
    on 1 test -e "/usr/share/man/man1/$program.1.gz" || fail "$program has no manual page"
    on 1 bash -n "/usr/share/bash-completion/completions/$program" || fail "completion of $program"
done
ok "$(on 1 batonctl --version): five programs, manual pages, completions"
on 1 getent passwd baton | grep -q nologin || fail "no user baton"
ok "user baton exists and cannot log in"
on 1 systemctl --all --no-legend list-units 'baton-*' | grep -q . && fail "units were started without being asked for"
ok "nothing was started"

say "certificates and units on machine 1"
on 1 /usr/share/baton/make-dev-certs.sh /etc/baton/certs
on 1 sed -i "s/^routers: .*/routers: [${address[1]}:7400]/" /etc/baton/prefill-worker.yaml /etc/baton/decode-worker.yaml
echo 'BATON_OPTIONS="--set admin.listen=127.0.0.1:7492"' >"$work/1/etc/default/baton-decode-2"
units=(baton-router baton-prefill-worker@prefill-1 baton-decode-worker@decode-1 baton-decode-worker@decode-2)
on 1 systemctl enable --now "${units[@]}"
for kind in router prefill-worker decode-worker; do
    on 1 "baton-$kind" --config "/etc/baton/$kind.yaml" --check || fail "settings of baton-$kind as shipped"
done
for unit in "${units[@]}"; do
    on 1 systemctl is-active "$unit" >/dev/null || fail "$unit is not active"
    rating=$(on 1 systemd-analyze security --no-pager "$unit" | sed -n 's/.*exposure level.*: \([0-9.]*\) .*/\1/p')
    awk -v rating="$rating" 'BEGIN { exit !(rating != "" && rating <= 2.0) }' || fail "$unit is rated ${rating:-not at all}"
    user=$(on 1 ps -o user= -p "$(on 1 systemctl show -P MainPID "$unit")")
    [[ $user == baton ]] || fail "$unit runs as $user"
    ok "$unit is active as user baton, rated $rating"
done
try_for 30 is_ready || fail "the router is not ready"
try_for 30 has_workers decode-1 decode-2 prefill-1 || fail "workers are missing: $(status)"
status

say "a request"
answer=$(ask 1 'Tell me a story about a fox.')
grep -q 'Once upon a time' <<<"$answer" || fail "no story: $answer"
ok "${answer:0:200}…"

say "renewing the router's certificate while it serves"
expiry() { on 1 curl -s http://127.0.0.1:7480/metrics | awk '/^baton_certificate_expiry_timestamp_seconds/ { print $2 }'; }
has_new_certificate() { [[ $(expiry) != "$before" ]]; }
before=$(expiry)
process=$(on 1 systemctl show -P MainPID baton-router)
on 1 batonctl certs issue --directory /etc/baton/certs --name router --roles router --days 400 --force
on 1 systemctl reload baton-router
try_for 30 has_new_certificate || fail "the router keeps its old certificate"
[[ $(on 1 systemctl show -P MainPID baton-router) == "$process" ]] || fail "the router was started again"
has_workers decode-1 decode-2 prefill-1 || fail "workers were lost: $(status)"
ok "certificate ends at $(expiry), before at $before; same process, same workers"

say "stopping a worker while answers stream (paced engine)"
pace='--set engine.kind=paced --set engine.profile=/etc/baton/profiles/laptop.yaml'
for name in prefill-1 decode-1; do echo "BATON_OPTIONS=\"$pace\"" >"$work/1/etc/default/baton-$name"; done
echo "BATON_OPTIONS=\"$pace --set admin.listen=127.0.0.1:7492\"" >"$work/1/etc/default/baton-decode-2"
on 1 systemctl restart "${units[@]}"
try_for 30 has_workers decode-1 decode-2 prefill-1 || fail "workers are missing: $(status)"
start_streams 300
running=$(column RUN | awk '$1 == "decode-1" { print $2 }')
status
[[ $running -gt 0 ]] || fail "decode-1 has nothing to lose"
began=$SECONDS
on 1 systemctl stop baton-decode-worker@decode-1
ok "systemctl stop took $((SECONDS - began)) s with $running answers running on decode-1"
on 1 journalctl --no-pager -o cat -u baton-decode-worker@decode-1 -n 12
[[ $(on 1 systemctl show -P Result baton-decode-worker@decode-1) == success ]] || fail "decode-1 did not end well"
on 1 journalctl --no-pager -o cat -u baton-decode-worker@decode-1 | grep -q 'decode-1 owes nothing: safe to stop' ||
    fail "decode-1 was not drained"
end_streams
ok "all four streams ended with their last token"
has_workers decode-2 prefill-1 || fail "decode-1 is still there"

say "stopping a worker whose answers take longer than the unit waits"
on 1 systemctl start baton-decode-worker@decode-1
try_for 30 has_workers decode-1 decode-2 prefill-1 || fail "decode-1 did not come back: $(status)"
on 1 mkdir -p /run/systemd/system/baton-decode-worker@decode-1.service.d
printf '[Service]\nTimeoutStopSec=8s\n' >"$work/short.conf"
on 1 sh -c 'cat >/run/systemd/system/baton-decode-worker@decode-1.service.d/short.conf' <"$work/short.conf"
on 1 systemctl daemon-reload
on 1 sh -c 'sed -i "s/^drain_timeout: .*/drain_timeout: 2s/" /etc/baton/decode-worker.yaml'
on 1 systemctl reload baton-decode-worker@decode-1
start_streams 600
running=$(column RUN | awk '$1 == "decode-1" { print $2 }')
[[ $running -gt 0 ]] || fail "decode-1 has nothing to lose: $(status)"
began=$SECONDS
on 1 systemctl stop baton-decode-worker@decode-1
ok "systemctl stop took $((SECONDS - began)) s with $running answers running on decode-1"
end_streams
ok "all four streams went on at decode-2, to their last token"
on 1 rm -r /run/systemd/system/baton-decode-worker@decode-1.service.d
on 1 sed -i 's/^drain_timeout: .*/drain_timeout: 1m/' /etc/baton/decode-worker.yaml
on 1 systemctl daemon-reload
on 1 systemctl reset-failed baton-decode-worker@decode-1 2>/dev/null || true
on 1 systemctl start baton-decode-worker@decode-1
try_for 30 has_workers decode-1 decode-2 prefill-1 || fail "decode-1 did not come back: $(status)"

say "upgrading while answers stream"
dpkg-deb -R "$package" "$work/newer"
sed -i 's/^Version: .*/&+newer/' "$work/newer/DEBIAN/control"
dpkg-deb --root-owner-group -Zxz -z1 --build "$work/newer" "$work/1/newer.deb" >/dev/null
# ask_on NUMBER: one answer after the other, until told to stop.
ask_on() {
    local count=0
    while [[ ! -e $work/enough ]]; do
        if ! stream "$1" 100 || ! is_whole "$1"; then
            cp "$work/stream.$1" "$work/broken.$1"
            return 1
        fi
        count=$((count + 1))
    done
    echo "$count" >"$work/answered.$1"
}
process=$(on 1 systemctl show -P MainPID baton-decode-worker@decode-1)
askers=()
for number in 1 2 3; do
    ask_on "$number" &
    askers+=($!)
done
on 1 apt-get -qq install --no-install-recommends /newer.deb >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; fail apt; }
on 1 dpkg -s baton | grep -q "^Version: .*+newer$" || fail "the package is not the newer one"
[[ $(on 1 systemctl show -P MainPID baton-decode-worker@decode-1) == "$process" ]] || fail "the upgrade restarted decode-1"
on 1 grep -q "^routers: \[${address[1]}:7400\]" /etc/baton/decode-worker.yaml || fail "the upgrade lost settings"
for unit in baton-decode-worker@decode-1 baton-decode-worker@decode-2 baton-prefill-worker@prefill-1; do
    on 1 systemctl restart "$unit"
    try_for 30 has_workers decode-1 decode-2 prefill-1 || fail "$unit did not come back: $(status)"
done
touch "$work/enough"
for asker in "${askers[@]}"; do wait "$asker" || fail "an answer was lost: $(tail -c 300 "$work"/broken.?)"; done
[[ $(on 1 systemctl show -P MainPID baton-decode-worker@decode-1) != "$process" ]] || fail "decode-1 was not restarted"
ok "every worker was restarted; $(awk '{ sum += $1 } END { print sum }' "$work"/answered.?) answers meanwhile, none lost"

say "a worker changes sides and back"
has_role() { [[ $(column ROLE | awk '$1 == "decode-2" { print $2 }') == "$1" ]]; }
for role in prefill decode; do
    on 1 batonctl role set decode-2 "$role" --wait --certs /etc/baton/certs
    has_role "$role" || fail "decode-2 is not a $role worker: $(status)"
done

say "a new authority, step by step"
units_reload() { for unit in "${units[@]}"; do on 1 systemctl reload "$unit"; done; }
for step in --authority --all --finish; do
    on 1 batonctl certs rotate "$step" --directory /etc/baton/certs >"$work/rotate.log" || fail "$(cat "$work/rotate.log")"
    units_reload
    has_workers decode-1 decode-2 prefill-1 || fail "workers were lost: $(status)"
done
on 1 systemctl restart baton-decode-worker@decode-1
try_for 30 has_workers decode-1 decode-2 prefill-1 || fail "decode-1 is refused under the new authority: $(status)"
ok "workers and batonctl are known under the new authority, the router went on"

for name in prefill-1 decode-1 decode-2; do rm "$work/1/etc/default/baton-$name"; done
on 1 systemctl stop baton-decode-worker@decode-1 baton-decode-worker@decode-2
on 1 systemctl restart baton-router baton-prefill-worker@prefill-1

say "machine 2 joins: two files from machine 1, three commands"
on 1 batonctl certs issue --directory /etc/baton/certs --name decode-9 --roles prefill,decode
on 1 tar -C /etc/baton -cf /decode-9.tar certs/ca.pem certs/decode-9.pem certs/decode-9-key.pem decode-worker.yaml
cp "$work/1/decode-9.tar" "$work/2/decode-9.tar" # The package is there already.
on 2 apt-get -qq install --no-install-recommends /baton.deb >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; fail apt; }
on 2 tar -C /etc/baton -xf /decode-9.tar
on 2 systemctl enable --now baton-decode-worker@decode-9
try_for 30 has_workers decode-9 prefill-1 || fail "decode-9 did not join: $(status)"
echo 'BATON_OPTIONS="--set placement.local_prefill=false"' >"$work/1/etc/default/baton-router"
on 1 systemctl restart baton-router
try_for 30 has_workers decode-9 prefill-1 || fail "the workers did not come back: $(status)"
try_for 30 is_ready || fail "the router is not ready"
status
answer=$(ask 1 'Tell me a story about a fox.')
grep -q 'Once upon a time' <<<"$answer" || fail "no story: $answer"
# Without local prefill the KV came from machine 1.
on 1 batonctl links --certs /etc/baton/certs
ok "prefill on machine 1, decode on machine 2"

say "removing and purging"
on 1 apt-get -qq remove baton >/dev/null
left=$(on 1 ps -eo args= | grep -E '^/usr/bin/baton' || true)
[[ -z $left ]] || fail "still running: $left"
ok "nothing runs after the removal"
on 1 apt-get -qq purge baton >/dev/null
rm -f "$work/1/baton.deb" "$work/1/newer.deb" "$work/1/decode-9.tar"
left=$(on 1 find /etc /usr /var /run /opt /home -xdev -iname '*baton*' -not -path '/var/log/journal/*')
[[ -z $left ]] || fail "left behind: $left"
on 1 getent passwd baton && fail "user baton is left"
on 1 getent group baton && fail "group baton is left"
[[ -z $(on 1 systemctl --all --no-legend list-units 'baton-*') ]] || fail "systemd still knows units"
ok "nothing is left after the purge"
say "all of it held"
