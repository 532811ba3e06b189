#!/bin/sh
# The whole suite, as `make test` runs it: style, types, import contracts, tests. With `check`: all but the tests.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-.venv/bin/python}
BIN=$(dirname "$PYTHON")
"$BIN/ruff" check .
"$BIN/ruff" format --check .
"$BIN/mypy"
"$BIN/lint-imports"
[ "${1:-}" = check ] || "$PYTHON" -m pytest -n 2 --dist loadscope
