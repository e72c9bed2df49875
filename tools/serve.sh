#!/usr/bin/env bash
# Starts the development cluster and leaves it up until Ctrl-C. Variables choose what is started: see cluster.sh.
# Options go to the router: serve.sh --set http.listen=127.0.0.1:0
set -euo pipefail
source "$(dirname "$0")/cluster.sh"

trap stop_cluster EXIT
trap 'exit 0' INT TERM
start_cluster "$@"
cat <<TEXT

Serving at http://127.0.0.1:$http_port/v1 (OpenAI API). Try:

  curl http://127.0.0.1:$http_port/v1/chat/completions -H 'Content-Type: application/json' \\
    -d '{"model": "baton-tiny", "messages": [{"role": "user", "content": "Tell me a story about a fox."}]}'

  $bin/batonctl status --router 127.0.0.1:$worker_port --certs $dev/certs

Process ids for \`baton-load --cluster\`: $dev/cluster.json

Ctrl-C stops it.
TEXT
# Workers may be killed: that is what a cluster is for. Without its router it is none.
wait "${pids[0]}" || true
fail "the router has stopped; see $dev/router.log"
