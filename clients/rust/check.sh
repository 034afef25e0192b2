#!/bin/sh
# Lints, tests and builds the Rust runtime, its testee and the samples. Quiet unless something is wrong; needs
# no network once the dependencies are fetched.
set -eu
cd "$(dirname "$0")"

log=$(mktemp)
trap 'rm -f "$log"' EXIT

step() {
    "$@" >"$log" 2>&1 || {
        cat "$log"
        echo "failed: $*" >&2
        exit 1
    }
}

step cargo fetch --locked
export CARGO_NET_OFFLINE=true
step cargo fmt --all --check
step cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
step cargo test --quiet --locked
step env RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --no-deps
step cargo build --quiet --locked --workspace --bins --examples
# The package is whole only with the generated code, which stands behind a link.
step cargo package --quiet --locked --allow-dirty --no-verify --package heartbeat-agent
step sh -c 'cargo package --quiet --locked --allow-dirty --list --package heartbeat-agent |
    grep -qx src/gen/heartbeat/v1/heartbeat.v1.tonic.rs'
