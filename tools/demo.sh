#!/usr/bin/env bash
# Starts a cluster, asks one question over two workers, shows where it went, and stops everything.
set -euo pipefail
source "$(dirname "$0")/cluster.sh"

trap stop_cluster EXIT
trap 'exit 1' INT TERM
# Ports are chosen by the system. Short prompts are usually prefilled where they are decoded; this shows a hand-off.
start_cluster --set listen=127.0.0.1:0 --set http.listen=127.0.0.1:0 --set placement.local_prefill=false

question="The code of the blue harbour is 4821. The code of the old mill is 1937. Anna walked to the quiet garden. \
A dog sat near the silver bridge. It was a windy evening. Ben gave the lamp to Clara. What is the code of the blue harbour?"
ask() {
    jq -n --arg text "$1" '{stream: true, temperature: 0, max_tokens: 200,
        messages: [{role: "user", content: $text}]}' |
        curl -sN "http://127.0.0.1:$http_port/v1/chat/completions" -H 'Content-Type: application/json' \
            -H "X-Request-Id: $2" --data-binary @- |
        sed -un 's/^data: {/{/; /^{/p' |
        jq --unbuffered -rj 'if .error then "error: \(.error.message)" else .choices[0].delta.content // empty end'
    echo
}

say "asking the router at http://127.0.0.1:$http_port"
printf 'user:      %s\nassistant: ' "$question"
ask "$question" demo-question
printf 'user:      Tell me a story about a fox.\nassistant: '
ask "Tell me a story about a fox." demo-story

control=("$bin/batonctl")
link=(--router "127.0.0.1:$worker_port" --certs "$dev/certs")
say "where the question went"
"${control[@]}" explain demo-question "${link[@]}"
say "the cluster"
"${control[@]}" status "${link[@]}"
say "stopping"
