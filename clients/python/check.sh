#!/bin/sh
# Lint, types, tests, and a wheel that has all of it. Quiet when all is well; offline once venv.sh has run.
set -eu
cd "$(dirname "$0")"
./venv.sh
PATH=$PWD/.venv/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

step() {
    "$@" >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        echo "failed: $*" >&2
        exit 1
    }
}

step ruff format --check . ../../examples/python
step ruff check . ../../examples/python
step mypy
step pytest
# v1 is a link to the generated code: a wheel without it would be empty words.
step pip wheel --no-index --no-deps --no-build-isolation --wheel-dir "$work" .
step python -m zipfile --extract "$work"/*.whl "$work/wheel"
step env PYTHONPATH="$work/wheel" python -c "
import heartbeat, heartbeat.v1.message_service_pb2_grpc as v1
assert '$work' in heartbeat.__file__ and '$work' in v1.__file__"
