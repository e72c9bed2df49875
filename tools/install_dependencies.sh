#!/usr/bin/env bash
# Installs what a fresh Debian 12 with Swift 6.3 lacks; does nothing where all of it is there.
#   (no option)   to build and run the demo
#   --test        and to run the tests
#   --developer   and to regenerate the protobuf code
set -euo pipefail

packages=(libssl-dev libprotobuf-c-dev libsqlite3-dev pkg-config make curl jq)
case "${1:-}" in
    "") ;;
    --test) packages+=(python3 python3-venv chromium) ;;
    --developer) packages+=(python3 python3-venv chromium protobuf-c-compiler protobuf-compiler libprotobuf-dev) ;;
    *) echo "usage: $0 [--test|--developer]" >&2; exit 2 ;;
esac

command -v swift >/dev/null || {
    echo "Swift is missing: install Swift 6.3 for Debian 12 from https://www.swift.org/install/linux/ first." >&2
    exit 1
}

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "== installing ${missing[*]}"
run=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Run as root: apt-get install ${missing[*]}" >&2; exit 1; }
    run=(sudo)
fi
"${run[@]}" apt-get update -qq
"${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
