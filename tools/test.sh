#!/usr/bin/env bash
# Runs every test that was built. After failures they are said once more, and the runner's own summary last:
# of a long output often only the end is kept.
set -euo pipefail
cd "$(dirname "$0")/.."

output=$(mktemp)
trap 'rm -f "$output"' EXIT

status=0
swift test --skip-build "$@" 2>&1 | tee "$output" || status=$?
if [ "$status" -ne 0 ]; then
    echo
    echo "== what failed"
    grep -aE -A 12 '✘ .* recorded an issue' "$output" | grep -avE '^(◇|✔|--$)' | tail -n 60 || true
    grep -a 'Test run with' "$output" | tail -n 1 || echo "The test runner ended with $status and no summary."
fi
exit "$status"
