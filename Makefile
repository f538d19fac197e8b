# Hải Đăng: every command a developer or a duty station needs. `make` alone lists them.
SHELL := /bin/bash
# The first Python that really runs and is new enough; version managers put names on PATH that do not.
PYTHON ?= $(or $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done),python3)
BIN := .venv/bin
PORT ?= 8321
DATA ?= haidang-data
.DEFAULT_GOAL := help
.PHONY: help setup run test test-long check fmt bench ui api-types ci clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: ## install everything into .venv and build the screen (nothing to do: under 3 s)
	@$(PYTHON) scripts/setup.py

run: setup ## start the desk with the drill; REPLAY=file plays a recording, FEED=tcp://host:port listens to a live feed
	@exec $(BIN)/haidang serve --port $(PORT) --data $(DATA) \
	  $(if $(FEED),--feed $(FEED),$(if $(REPLAY),--replay $(REPLAY),--drill)) $(ARGS)

test: setup ## the tests, under 10 minutes on two cores; says what it skipped and how to get it
	@$(PYTHON) scripts/node.py test
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not long" $(ARGS)
	@echo "Not run here: the long tests (browser, PostgreSQL, minutes-long properties): make test-long"

test-long: setup ## the long tests: a real browser, PostgreSQL, big properties
	@$(BIN)/python -m pytest -q -m long $(ARGS)

check: setup ## formatting, lint, types, import rules, spelling, the screen's types
	@$(BIN)/ruff format --check src tests scripts benchmarks examples
	@$(BIN)/ruff check src tests scripts benchmarks examples
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/codespell src tests docs scripts README.md CHANGELOG.md CONTRIBUTING.md
	@$(PYTHON) scripts/node.py check

fmt: setup ## format the code
	@$(BIN)/ruff format src tests scripts benchmarks examples
	@$(BIN)/ruff check --fix-only -q src tests scripts benchmarks examples

bench: setup ## the benchmarks, ours beside peers in one run
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

ui: setup ## the screen's development server, against a desk on port $(PORT)
	@$(PYTHON) scripts/node.py dev

api-types: setup ## write ui/src/api/types.gen.ts anew from the server's own description
	@$(BIN)/python scripts/openapi.py > ui/src/api/openapi.json
	@$(PYTHON) scripts/node.py gen

ci: test check test-long ## what CI runs

clean: ## remove what setup and tests made (not the desk's data)
	@rm -rf .venv .make ui/node_modules src/haidang/web .mypy_cache .ruff_cache .hypothesis
