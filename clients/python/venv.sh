#!/bin/sh
# Makes .venv with this package and everything for its development, once; needs the network only then.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}

wanted=$(cat requirements-dev.txt pyproject.toml | cksum)
[ -f .venv/made-for ] && [ "$(cat .venv/made-for)" = "$wanted" ] && exit 0
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
echo "$wanted" >.venv/made-for
