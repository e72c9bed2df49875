#!/bin/sh
# Makes a Python environment with the peers: install.sh FOLDER
#
# Mooncake also wants the system's libibverbs (apt-get install libibverbs1), although TCP does not use it.
set -eu
[ $# -eq 1 ] || { echo "usage: install.sh FOLDER" >&2; exit 2; }
python3 -m venv "$1"
"$1/bin/pip" install --quiet mooncake-transfer-engine-non-cuda numpy
# NIXL's metadata asks for a CUDA build of torch, which TCP does not need.
"$1/bin/pip" install --quiet --no-deps nixl nixl-cu12
