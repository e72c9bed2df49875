#!/bin/sh
# Writes the C code of Sources/CWireProto from proto/.
#
# Run it after a change to a .proto file and commit what it writes; continuous integration runs it and fails
# if anything changes. The output depends on the compiler's version, so another version than 1.4.1 is refused.
set -eu

cd "$(dirname "$0")/.."
required="protobuf-c 1.4.1"
found=$(protoc-c --version | head -n 1)
if [ "$found" != "$required" ]; then
    echo "generate_proto.sh: found '$found', need '$required' (Debian 12: protobuf-c-compiler)" >&2
    exit 1
fi

target=Sources/CWireProto
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

protoc-c --proto_path=proto --proto_path="$(pkg-config --variable=includedir libprotobuf-c)" \
    --c_out="$scratch" proto/baton/v1/*.proto

rm -rf "$target/generated" "$target/include/baton"
mkdir -p "$target/generated" "$target/include/baton/v1"
mv "$scratch"/baton/v1/*.pb-c.h "$target/include/baton/v1/"
mv "$scratch"/baton/v1/*.pb-c.c "$target/generated/"
