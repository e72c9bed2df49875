#!/bin/sh
# Runs compare.py in a network namespace of its own (root): the peers listen on all addresses.
set -eu
here=$(dirname "$(readlink -f "$0")")
exec unshare --net -- sh -c 'ip link set lo up && exec "$@"' compare python3 "$here/compare.py" "$@"
