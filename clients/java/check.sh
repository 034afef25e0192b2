#!/bin/sh
# Lint, unit tests, and the build of the testee and the examples. Quiet when all is well. Offline once
# everything has been fetched, which it does itself the first time.
set -eu
cd "$(dirname "$0")"

# A warning of the compiler is an error here: see pom.xml.
goals="clean test"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
if ! mvn --offline --quiet --batch-mode $goals >"$log" 2>&1; then
  if ! grep -q "offline mode" "$log" || ! mvn --quiet --batch-mode $goals >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
fi

./format.sh --check
