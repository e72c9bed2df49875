#!/usr/bin/env bash
# Writes a manual page for every program and every subcommand: manual_pages.sh [FOLDER], by default .build/man.
#
# The pages are made by the generator of swift-argument-parser from what the programs say of themselves; this makes
# them findable as `man batonctl drain` and tidies what mandoc would object to. BIN is a folder with programs that are
# built already; without it debug ones are built.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:-.build/man}
programs=(baton-router baton-prefill-worker baton-decode-worker batonctl baton-load)
bin=${BIN:-}
if [[ -z $bin ]]; then
    for program in "${programs[@]}"; do swift build --product "$program"; done
    bin=.build/debug
fi
# A scratch folder of its own: the generator is built once and whatever else is being built goes on.
generator=.build/manual-generator
swift build --package-path .build/checkouts/swift-argument-parser --scratch-path "$generator" \
    --product generate-manual >"$generator.log" 2>&1 || { cat "$generator.log" >&2; exit 1; }

version=$(sed -n 's/.*static let text = "\(.*\)".*/\1/p' Sources/DaemonKit/Version.swift)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for program in "${programs[@]}"; do
    "$generator/debug/generate-manual" "$bin/$program" --multi-page --section 1 --output-directory "$work" \
        --date "$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%F)" --authors "The Baton authors"
done
mkdir -p "$folder"
rm -f "$folder"/baton*.1
for page in "$work"/*.1; do
    name=$(basename "$page" .1)
    [[ $name != *.help ]] || continue # Every page says how to get help.
    # `man batonctl drain` looks for batonctl-drain, and so does apropos; line breaks stay; a sentence begins a line; no
    # full stop after the summary; no empty paragraph before an item.
    sed -E -e '/^\.(Dt|Xr) /s/\./-/2g' -e "s/^\.Os$/.Os \"Baton $version\"/" -e '/^\.Nd /s/\."$/"/' "$page" | awk '
        /^\.Nm "/ { name = $0; gsub(/^\.Nm "|"$/, "", name); title = name; gsub(/ /, "-", title); $0 = ".Nm " title }
        /^\.Nm$/ && name { $0 = ".Nm " name }
        /^\.Sh "SEE ALSO"$/ { see = $0; next }
        /^\.Xr [^ ]*-help 1/ { next }
        see && /^\.Xr/ { print see; see = "" }
        /^\.Sh/ { see = "" }
        /^$/ || /^\.Pp$/ { paragraph = 1; text = 0; next }
        paragraph && !/^\.(It|El|Sh|Bl)/ { print ".Pp" }
        { paragraph = 0 }
        text && /^[^.]/ { print ".br" }
        { text = /^[^.]/; print }' |
        sed -E '/^[^.]/s/([a-z0-9)`][.?!:]) ([A-Z])/\1\n\2/g' >"$folder/${name//./-}.1"
done
