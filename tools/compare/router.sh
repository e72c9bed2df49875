#!/usr/bin/env bash
# Measures Baton's router beside sglang-router (router.py), which it installs in FOLDER: router.sh FOLDER [option ...]
set -euo pipefail
[[ $# -ge 1 ]] || { echo "usage: router.sh FOLDER [option of router.py ...]" >&2; exit 2; }
folder=$(realpath -m "$1")
shift
cd "$(dirname "$0")/../.."
if [[ ! -x $folder/bin/sglang-router ]]; then
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet sglang-router==0.3.2
fi
bin=${BIN:-.build/release}
if [[ -z ${BIN:-} ]]; then
    for product in baton-router baton-bench; do swift build -c release --product "$product"; done
fi
exec python3 tools/compare/router.py --python "$folder/bin/python" --baton-bench "$bin/baton-bench" "$@"
