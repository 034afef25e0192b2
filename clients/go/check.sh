#!/bin/sh
# Lint, unit tests, and the builds of the testee and the examples. Quiet when all is well. Needs no network once
# `check.sh --fetch` has been run.
set -eu
cd "$(dirname "$0")"
examples=../../examples/go
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

if [ "${1:-}" = --fetch ]; then
  for module in . tools "$examples" ../../gen; do
    (cd "$module" && go mod download)
  done
  exit
fi

export GOPROXY=off GOFLAGS="-mod=readonly ${GOFLAGS:-}"
fail() { echo "$1" >&2; exit 1; }

unformatted=$(gofmt -l . "$examples")
[ -z "$unformatted" ] || fail "gofmt -w $unformatted"
# What these say goes to standard error when it is of interest.
go vet ./...
go tool -modfile=tools/go.mod staticcheck ./...
(cd "$examples" && go vet ./...)
go test -race -timeout 90s ./... > "$out/log" 2>&1 || fail "$(cat "$out/log")"
# Windows has every file that Linux has not.
GOOS=windows CGO_ENABLED=0 go build .
go build -o "$out/testee" ./internal/testee
(cd "$examples" && go build -o "$out/" ./...)
