#!/usr/bin/env bash
# Makes the certificates of a cluster on one machine: make-dev-certs.sh DIR [CLUSTER]
# DIR then holds ca.pem and, for each process, NAME.pem and NAME-key.pem. What exists is left as it is.
set -euo pipefail

if [[ $# -lt 1 || $# -gt 2 ]]; then
    echo "usage: $0 DIR [CLUSTER]; batonctl is taken from \$BATONCTL or the PATH" >&2
    exit 64
fi
directory=$1
cluster=${2:-baton}
batonctl=${BATONCTL:-batonctl}
if ! command -v "$batonctl" > /dev/null; then
    echo "$0: $batonctl is not there; run 'swift build' and set BATONCTL=.build/debug/batonctl" >&2
    exit 69
fi

umask 077
mkdir -p "$directory"
if [[ ! -e $directory/ca.pem ]]; then
    "$batonctl" certs init --cluster "$cluster" --directory "$directory"
fi

# issue NAME ROLES: skips a pair that is complete; half a pair is made anew.
issue() {
    if [[ -e $directory/$1.pem && -e $directory/$1-key.pem ]]; then
        return
    fi
    local force=()
    if [[ -e $directory/$1.pem || -e $directory/$1-key.pem ]]; then force=(--force); fi
    "$batonctl" certs issue --directory "$directory" --name "$1" --roles "$2" --days 365 "${force[@]}"
}

issue router router
issue prefill-1 prefill,decode
issue prefill-2 prefill,decode
issue decode-1 prefill,decode
issue decode-2 prefill,decode
issue admin admin
