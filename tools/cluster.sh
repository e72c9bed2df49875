# Functions that start a development cluster on this machine: one router, one prefill and one decode worker with the
# built-in model. Sourced by demo.sh and serve.sh; everything they write lies under .build/dev.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
dev=.build/dev
bin=.build/debug
pids=()

say() { printf '== %s\n' "$*"; }

fail() {
    echo "$*" >&2
    exit 1
}

# Stops what start_daemon started, the last first, and waits for it.
stop_cluster() {
    local index
    for ((index = ${#pids[@]} - 1; index >= 0; index--)); do
        kill -TERM "${pids[index]}" 2>/dev/null || true
    done
    for index in "${!pids[@]}"; do wait "${pids[index]}" 2>/dev/null || true; done
    pids=()
}

# start_daemon NAME PROGRAM CONFIG [--set key=value ...]: its log goes to .build/dev/NAME.log as JSON lines.
start_daemon() {
    local name=$1 program=$2 config=$3
    shift 3
    "$bin/$program" --config "$config" --set log.format=json --set admin.listen=127.0.0.1:0 \
        --set "tls.ca=$dev/certs/ca.pem" --set "tls.certificate=$dev/certs/$name.pem" \
        --set "tls.key=$dev/certs/$name-key.pem" "$@" 2>"$dev/$name.log" &
    pids+=($!)
    wait_for "$name to listen" log_has "$name" ".listening" || {
        tail -n 5 "$dev/$name.log" >&2
        fail "$name did not start; its log is $dev/$name.log"
    }
}

log_has() { grep -qF "$2" "$dev/$1.log" 2>/dev/null; }

is_ready() { curl -sf -o /dev/null "http://127.0.0.1:$http_port/ready"; }

# wait_for WHAT COMMAND...: until the command succeeds, at most a minute, or until a daemon has died.
wait_for() {
    local what=$1 tries pid
    shift
    for ((tries = 0; tries < 600; tries++)); do
        "$@" && return 0
        for pid in "${pids[@]}"; do kill -0 "$pid" 2>/dev/null || return 1; done
        sleep 0.1
    done
    echo "waited a minute for $what" >&2
    return 1
}

# start_cluster [--set key=value ...]: the options go to the router; sets http_port and worker_port.
start_cluster() {
    say "building (a first build takes some minutes)"
    local product
    for product in baton-router baton-prefill-worker baton-decode-worker batonctl; do
        swift build --product "$product"
    done
    mkdir -p "$dev"
    BATONCTL="$bin/batonctl" deploy/certs/make-dev-certs.sh "$dev/certs" >/dev/null
    say "starting router, prefill-1 and decode-1 (logs in $dev)"
    start_daemon router baton-router configs/router.yaml "$@"
    local line
    line=$(grep -F 'router.listening' "$dev/router.log" | head -n 1)
    http_port=$(jq -r '.http' <<<"$line")
    worker_port=$(jq -r '.workers' <<<"$line")
    local routers="routers=[127.0.0.1:$worker_port]"
    start_daemon prefill-1 baton-prefill-worker configs/prefill-worker.yaml --set "$routers"
    start_daemon decode-1 baton-decode-worker configs/decode-worker.yaml --set "$routers"
    wait_for "both workers to register" is_ready || fail "the workers did not register; see $dev/*.log"
}
