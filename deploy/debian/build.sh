#!/usr/bin/env bash
# Builds a Debian package of all programs: build.sh [OUTPUT FOLDER], by default .build/deb.
#
# The Swift runtime is linked in; what stays dynamic is in Debian 12 itself, and dpkg-shlibdeps finds out in which
# packages. BIN=FOLDER packs programs that are built already (with --static-swift-stdlib) instead of building them.
set -euo pipefail
cd "$(dirname "$0")/../.."

output=$(realpath -m "${1:-.build/deb}")
programs=(baton-router baton-prefill-worker baton-decode-worker batonctl baton-load)
for tool in dpkg-deb dpkg-shlibdeps strip gzip; do
    command -v "$tool" >/dev/null || {
        echo "build.sh: $tool is not there; on Debian: apt-get install dpkg-dev binutils gzip" >&2
        exit 1
    }
done
architecture=$(dpkg --print-architecture)
version=$(sed -n 's/.*static let text = "\(.*\)".*/\1/p' Sources/DaemonKit/Version.swift)
[[ $version =~ ^[0-9] ]] || { echo "build.sh: no version in Sources/DaemonKit/Version.swift" >&2; exit 1; }

if [[ -n ${BIN:-} ]]; then
    bin=$BIN
else
    for program in "${programs[@]}"; do
        echo "== building $program"
        swift build -c release --static-swift-stdlib --product "$program"
    done
    bin=$(swift build -c release --static-swift-stdlib --show-bin-path)
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
share=$root/usr/share
documents=$share/doc/baton
umask 022
mkdir -p "$root"/{DEBIAN,usr/bin,usr/lib/systemd/system,usr/lib/sysusers.d,etc/baton/certs,etc/baton/profiles} \
    "$share"/{baton/models,bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d} \
    "$share"/{man/man1,lintian/overrides} "$documents"
chmod 750 "$root/etc/baton/certs"

echo "== programs, completions, manual pages"
for program in "${programs[@]}"; do
    [[ -x $bin/$program ]] || { echo "build.sh: $bin/$program is not there" >&2; exit 1; }
    if ldd "$bin/$program" | grep -E 'libswift|not found' >&2; then
        echo "build.sh: $bin/$program does not run on a plain Debian: build it with --static-swift-stdlib" >&2
        exit 1
    fi
    install -m 755 "$bin/$program" "$root/usr/bin/"
    strip --strip-unneeded --remove-section=.comment "$root/usr/bin/$program"
    "$bin/$program" --generate-completion-script bash | sed '1{/^#!/d}' >"$share/bash-completion/completions/$program"
    "$bin/$program" --generate-completion-script zsh >"$share/zsh/vendor-completions/_$program"
    "$bin/$program" --generate-completion-script fish >"$share/fish/vendor_completions.d/$program.fish"
done
BIN=$bin tools/manual_pages.sh "$share/man/man1"
gzip -9n "$share"/man/man1/*.1

echo "== units, settings, model"
install -m 644 deploy/systemd/*.service "$root/usr/lib/systemd/system/"
install -D -m 755 deploy/systemd/renew-credentials "$root/usr/lib/baton/renew-credentials"
install -m 644 deploy/systemd/baton.sysusers "$root/usr/lib/sysusers.d/baton.conf"
# Installed, certificates and models have places of their own, and other machines reach the mutual-TLS listeners.
for file in configs/*.yaml; do
    sed -e 's|\.\./certs/|certs/|' -e 's|\.\./models/|/usr/share/baton/models/|' \
        -e 's|^listen: 127\.0\.0\.1:|listen: 0.0.0.0:|' "$file" >"$root/etc/baton/$(basename "$file")"
done
install -m 644 configs/profiles/*.yaml "$root/etc/baton/profiles/"
install -m 644 models/*.gguf "$share/baton/models/"
install -m 755 deploy/certs/make-dev-certs.sh "$share/baton/"

echo "== documents, licences"
install -m 644 README.md docs/*.md "$documents/"
[[ ! -d docs/images ]] || cp -r docs/images "$documents/"
cp -r deploy/prometheus deploy/grafana "$documents/"
cat >"$documents/copyright" <<TEXT
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Baton

Files: *
Copyright: 2026 The Baton authors
License: Apache-2.0
 On Debian systems the text of the Apache License, Version 2.0 is in
 /usr/share/common-licenses/Apache-2.0.
Comment:
 The programs contain the Swift runtime and libraries, each under the licence
 found below /usr/share/doc/baton/licenses.
TEXT
for checkout in .build/checkouts/*/; do
    name=$(basename "$checkout")
    mkdir -p "$documents/licenses/$name"
    find "$checkout" -maxdepth 1 -type f \( -iname 'licen[cs]e*' -o -iname 'notice*' -o -iname 'copying*' \) \
        -exec install -m 644 -t "$documents/licenses/$name" {} +
done
swift_license=$(dirname "$(dirname "$(realpath "$(command -v swift)")")")/share/swift/LICENSE.txt
[[ ! -e $swift_license ]] || install -D -m 644 "$swift_license" "$documents/licenses/swift/LICENSE.txt"
date=$(date -u -R -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}")
gzip -9nc >"$documents/changelog.gz" <<TEXT
baton ($version) bookworm; urgency=medium

  * Release $version.

 -- The Baton authors <baton@localhost.localdomain>  $date
TEXT

echo "== package"
install -m 644 deploy/debian/lintian-overrides "$share/lintian/overrides/baton"
(cd "$root" && find etc -type f -printf '/%p\n' | sort) >"$root/DEBIAN/conffiles"
mkdir "$work/debian"
printf 'Source: baton\n\nPackage: baton\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O root/usr/bin/* 2>"$work/shlibdeps.log" | sed 's/^shlibs:Depends=//') || {
    cat "$work/shlibdeps.log" >&2
    exit 1
}
cat >"$root/DEBIAN/control" <<CONTROL
Package: baton
Version: $version
Architecture: $architecture
Maintainer: The Baton authors <baton@localhost.localdomain>
Section: net
Priority: optional
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Depends: $depends, systemd | systemd-standalone-sysusers
Recommends: ca-certificates
Description: serves large language models with prefill and decode on separate machines
 A router that speaks the OpenAI API, two kinds of worker, an admin tool and a
 load-test client. Workers stream the KV cache to each other over mutual TLS
 while the prompt is still being computed.
CONTROL
install -m 755 deploy/debian/{postinst,prerm,postrm} "$root/DEBIAN/"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
mkdir -p "$output"
dpkg-deb --root-owner-group -Zxz -z1 --build "$root" "$output/baton_${version}_$architecture.deb"
