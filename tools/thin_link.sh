#!/usr/bin/env bash
# Shows what codecs and selective KV do over a slow link: the built-in model, prefill and decode worker in two network
# namespaces joined at RATE (default 20mbit), the same question in each request class. Needs root.
set -euo pipefail
source "$(dirname "$0")/cluster.sh"
rate=${1:-20mbit}
repetitions=${REPETITIONS:-5}

[[ $(id -u) == 0 ]] || fail "skipped: network namespaces need root"
near=baton-near-$$ far=baton-far-$$
cleanup() {
    stop_cluster
    ip netns delete "$near" 2>/dev/null || true
    ip netns delete "$far" 2>/dev/null || true
}
trap cleanup EXIT
trap 'exit 1' INT TERM

say "joining two namespaces at $rate"
ip netns add "$near"
ip netns add "$far"
ip link add name near netns "$near" type veth peer name far netns "$far"
ip -n "$near" addr add 10.77.0.1/24 dev near
ip -n "$far" addr add 10.77.0.2/24 dev far
for side in near far; do
    ip -n "${!side}" link set lo up
    ip -n "${!side}" link set "$side" up
    tc -n "${!side}" qdisc add dev "$side" root tbf rate "$rate" burst 256kb latency 50ms
done

mkdir -p "$dev"
[[ -x $bin/batonctl ]] || fail "$bin/batonctl is missing: run make build, or set BIN"
BATONCTL="$bin/batonctl" deploy/certs/make-dev-certs.sh "$dev/certs" >/dev/null
# start_in NAMESPACE NAME PROGRAM CONFIG [--set key=value ...]
start_in() {
    local space=$1 name=$2 program=$3 config=$4
    shift 4
    : >"$dev/$name.log" # An earlier run's lines must not be taken for this one's.
    ip netns exec "$space" "$bin/$program" --config "$config" --set log.format=json --set admin.listen=127.0.0.1:0 \
        --set "tls.ca=$dev/certs/ca.pem" --set "tls.certificate=$dev/certs/$name.pem" \
        --set "tls.key=$dev/certs/$name-key.pem" "$@" 2>"$dev/$name.log" &
    pids+=($!)
    wait_for "$name to listen" log_has "$name" ".listening" || fail "$name did not start; its log is $dev/$name.log"
}
classes='[{name: q8, codecs: [q8]}, {name: cachegen, codecs: [cachegen]},
  {name: kept-256, codecs: [raw], kv_budget: {tokens: 256}}]'
start_in "$near" router baton-router configs/router.yaml --set listen=10.77.0.1:7400 --set http.listen=127.0.0.1:8080 \
    --set placement.local_prefill=false --set "request_classes=$classes"
start_in "$near" prefill-1 baton-prefill-worker configs/prefill-worker.yaml --set 'routers=[10.77.0.1:7400]' \
    --set listen=10.77.0.1:0
start_in "$far" decode-1 baton-decode-worker configs/decode-worker.yaml --set 'routers=[10.77.0.1:7400]' \
    --set listen=10.77.0.2:0
ready() { ip netns exec "$near" curl -sf -o /dev/null http://127.0.0.1:8080/ready; }
wait_for "both workers to register" ready || fail "the workers did not register; see $dev/*.log"

# question SEED: a code in the middle of about two thousand tokens; a different beginning each time, so that no cache helps.
question() {
    local seed=$1 line
    printf 'Note %d. ' "$seed"
    for ((line = 0; line < 62; line++)); do
        printf 'Anna walked to the quiet garden. A dog sat near the silver bridge. It was a windy evening. '
        ((line == 31)) && printf 'The code of the blue harbour is 4821. '
    done
    printf 'What is the code of the blue harbour?'
}
# ask CLASS NAME SEED
ask() {
    jq -n --arg text "$(question "$3")" --arg class "$1" '{temperature: 0, max_tokens: 16, request_class: $class,
        messages: [{role: "user", content: $text}]}' |
        ip netns exec "$near" curl -s http://127.0.0.1:8080/v1/chat/completions -H 'Content-Type: application/json' \
            -H "X-Request-Id: $2" --data-binary @- | jq -r '.choices[0].message.content // .error.message'
}

# median FIELD CLASS: of one field of the records of a class, in milliseconds.
median() { jq -r ".$1" "$dev/thin.$2" | sort -n | awk '{ v[NR] = $1 } END { printf "%.0f", v[int((NR + 1) / 2)] }'; }

say "the same question, $repetitions times in each class (medians in ms)"
printf '%-10s %6s %6s %6s  %s\n' CLASS TTFT GAP TT2T ANSWER
seed=0
ask exact warm-up 0 >/dev/null
for class in exact q8 cachegen kept-256; do
    : >"$dev/thin.$class"
    for ((turn = 0; turn < repetitions; turn++)); do
        seed=$((seed + 1))
        answer=$(ask "$class" "thin-$seed" "$seed")
        wait_for "the record of thin-$seed" grep -q "request.ended.*thin-$seed\"\|thin-$seed\".*request.ended" "$dev/router.log"
        grep -F 'request.ended' "$dev/router.log" | grep -F "\"thin-$seed\"" | tail -n 1 >>"$dev/thin.$class"
    done
    ttft=$(median ttft_ms "$class")
    gap=$(median gap_ms "$class")
    printf '%-10s %6d %6d %6d  %s\n' "$class" "$ttft" "$gap" $((ttft + gap)) "$answer"
done
