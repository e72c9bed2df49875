#!/usr/bin/env bash
# Compares baton-load with vllm bench serve against a paced cluster with a TTFT of about 200 ms (agreement.py), which
# it starts: agreement.sh VLLM_FOLDER [option of agreement.py ...]. install.sh makes VLLM_FOLDER.
set -euo pipefail
[[ $# -ge 1 && -x $1/bin/vllm ]] || { echo "usage: agreement.sh VLLM_FOLDER [option ...]" >&2; exit 2; }
vllm=$(realpath "$1")
shift
results=${RESULTS:-$PWD/agreement.jsonl}
root=$(realpath "$(dirname "$0")/../..")
if [[ -z ${BIN:-} ]]; then
    export BIN=.build/release
    for product in baton-router baton-prefill-worker baton-decode-worker batonctl baton-load; do
        (cd "$root" && swift build -c release --product "$product")
    done
fi
# 240 prompt tokens take the laptop of the profile 2 s. Little memory for KV: prompts that happen to begin like an
# earlier one find it forgotten.
export ENGINE=paced PROFILE=laptop TIME_SCALE=0.1 KV_MEMORY=48MiB DEV=${DEV:-.build/agreement}
source "$root/tools/cluster.sh"
trap stop_cluster EXIT
trap 'exit 1' INT TERM
start_cluster --set listen=127.0.0.1:0 --set http.listen=127.0.0.1:0 --set placement.local_prefill=false
python3 tools/clients/tokenizer_folder.py models/baton-tiny-q8_0.gguf "$dev/tokenizer"
python3 tools/clients/agreement.py --base-url "http://127.0.0.1:$http_port" --baton-load "${BATON_LOAD:-$bin/baton-load}" \
    --vllm "$vllm/bin/vllm" --tokenizer "$dev/tokenizer" --results "$results" "$@"
