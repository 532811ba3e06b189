# `make run` and `make test` do all the set-up on a fresh machine with Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help run test check chaos soak bench histories pictures clean

help:  ## What can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /	/'

run: .venv/.run  ## Everything on this machine: Temporal, its web page, a worker, and one invented case
	@exec $(BIN)/escalate up --example

test: .venv/.all  ## The whole suite: style, types, import contracts, tests
	@PYTHON=$(BIN)/python sh tests/suite.sh

check: .venv/.all  ## Style, types and import contracts alone
	@PYTHON=$(BIN)/python sh tests/suite.sh check

clean:  ## Remove the virtual environment (never the data)
	rm -rf .venv

.venv/.run: requirements/build.txt requirements/run.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes -r requirements/build.txt
	$(INSTALL) --require-hashes --no-build-isolation -r requirements/run.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.all: requirements/all.txt .venv/.run
	$(INSTALL) --require-hashes --no-build-isolation -r requirements/all.txt
	@touch $@

chaos: .venv/.all  ## Workers and servers killed and restarted, cases flooded: nothing lost, nothing still (half an hour)
	$(BIN)/python -m tests.chaos

soak: .venv/.all  ## Long random stories; then 2,000 open cases, outages, a mail host that is down (an hour)
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -q -n 2 --timeout 3600 tests/domain
	$(BIN)/python -m tests.soak

bench: .venv/.all  ## Ours beside the smallest hand-written workflow, in one run, as ratios
	$(BIN)/python -m bench

pictures: .venv/.all  ## Pictures of every page, in docs/pictures (needs Chromium)
	$(BIN)/python -m tests.pictures

histories: .venv/.all  ## Keep the histories of a shape that was not released yet
	KEEP_HISTORIES=1 $(BIN)/python -m pytest -q -n 2 tests/workflows
