# Functions that start a development cluster on this machine: a router, prefill and decode workers, with the built-in
# model or paced. Sourced by scripts; everything they write lies under $DEV, .build/dev unless set.
#
# BIN is a folder with programs that are built already, such as .build/release; without it debug ones are built.
# Variables that choose the cluster, as in `make serve ENGINE=paced PROFILE=laptop`:
#   ENGINE           cpu: the built-in model. paced: take the time of the machine in PROFILE and answer nonsense.
#   PROFILE          a file, or a name in configs/profiles; h100-llama3-8b unless set
#   TIME_SCALE       factor on the profile's times, 1 unless set; 0.1 is ten times as fast
#   KV_MEMORY        of each worker, 512MiB unless set, 2GiB when paced: real memory in both cases
#   PREFILL, DECODE  numbers of workers, 1 each unless set

cd "$(dirname "${BASH_SOURCE[0]}")/.."
dev=${DEV:-.build/dev}
bin=${BIN:-.build/debug}
pids=()
names=()

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
    names=()
}

# start_daemon NAME PROGRAM CONFIG [--set key=value ...]: its log goes to .build/dev/NAME.log as JSON lines.
start_daemon() {
    local name=$1 program=$2 config=$3
    shift 3
    : >"$dev/$name.log" # An earlier run's lines must not be taken for this one's.
    "$bin/$program" --config "$config" --set log.format=json --set admin.listen=127.0.0.1:0 \
        --set "tls.ca=$dev/certs/ca.pem" --set "tls.certificate=$dev/certs/$name.pem" \
        --set "tls.key=$dev/certs/$name-key.pem" "$@" 2>"$dev/$name.log" &
    pids+=($!)
    names+=("$name")
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

# worker_options: fills the array `worker` with what ENGINE and its companions ask for.
worker_options() {
    worker=()
    case ${ENGINE:-cpu} in
        cpu)
            [[ -z ${PROFILE:-}${TIME_SCALE:-} ]] || fail "PROFILE and TIME_SCALE are for ENGINE=paced"
            ;;
        paced)
            local profile=${PROFILE:-h100-llama3-8b}
            [[ -e $profile ]] || profile=configs/profiles/$profile.yaml
            [[ -e $profile ]] || fail "there is no profile $PROFILE, nor $profile"
            worker+=(--set engine.kind=paced --set "engine.profile=$profile")
            worker+=(--set "engine.time_scale=${TIME_SCALE:-1}")
            : "${KV_MEMORY:=2GiB}"
            ;;
        *) fail "ENGINE is $ENGINE; use cpu or paced" ;;
    esac
    [[ -z ${KV_MEMORY:-} ]] || worker+=(--set "kv_cache.memory=$KV_MEMORY")
}

# start_workers ROLE COUNT: ROLE-1 and so on, each with a certificate of its own.
start_workers() {
    local role=$1 count=$2 index name
    for ((index = 1; index <= count; index++)); do
        name=$role-$index
        [[ -e $dev/certs/$name.pem ]] || "$bin/batonctl" certs issue --directory "$dev/certs" --name "$name" \
            --roles prefill,decode --days 365 >/dev/null
        start_daemon "$name" "baton-$role-worker" "configs/$role-worker.yaml" --set "name=$name" "${worker[@]}"
    done
}

is_complete() { is_ready && [[ $(grep -cF '"worker.registered"' "$dev/router.log") -ge $1 ]]; }

# write_cluster_file: names and process ids, as `baton-load --cluster` reads them to injure workers by name.
write_cluster_file() {
    local index
    {
        printf '{"workers": {'
        for ((index = 1; index < ${#pids[@]}; index++)); do
            printf '%s"%s": %d' "$([[ $index -gt 1 ]] && echo ', ')" "${names[index]}" "${pids[index]}"
        done
        printf '}}\n'
    } >"$dev/cluster.json"
}

# start_cluster [--set key=value ...]: the options go to the router; sets http_port and worker_port.
start_cluster() {
    local product prefill=${PREFILL:-1} decode=${DECODE:-1} line worker
    worker_options
    if [[ -z ${BIN:-} ]]; then
        say "building (a first build takes some minutes)"
        for product in baton-router baton-prefill-worker baton-decode-worker batonctl; do
            swift build --product "$product"
        done
    fi
    mkdir -p "$dev"
    BATONCTL="$bin/batonctl" deploy/certs/make-dev-certs.sh "$dev/certs" >/dev/null
    say "starting a router, $prefill prefill and $decode decode workers (logs in $dev)"
    start_daemon router baton-router configs/router.yaml "$@"
    line=$(grep -F 'router.listening' "$dev/router.log" | head -n 1)
    http_port=$(jq -r '.http' <<<"$line")
    worker_port=$(jq -r '.workers' <<<"$line")
    worker+=(--set "routers=[127.0.0.1:$worker_port]")
    start_workers prefill "$prefill"
    start_workers decode "$decode"
    wait_for "all workers to register" is_complete $((prefill + decode)) ||
        fail "the workers did not register; see $dev/*.log"
    write_cluster_file
}
