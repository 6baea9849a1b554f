# Mockwright's commands. `make up` is all a person needs; `make help` lists the rest.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
PAGES ?= tests/data/pages
N ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev up test check lock format bench-fidelity bench-service

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## install everything the app needs, in this folder (idempotent)
	@$(PYTHON) bin/setup

setup-dev:
	@$(PYTHON) bin/setup --dev

up: setup ## set up if needed, then serve on this machine; Ctrl-C ends it
	@exec $(PY) manage.py up

test: setup-dev check ## set up, then every check and every test
	@$(PY) -m pytest

check: setup-dev ## lint, types, import contracts, budgets, generated files, front-end tests
	@bin/check

format: ## format the Python code
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

lock: ## write requirements*.txt from requirements*.in
	@bin/lock

bench-fidelity: setup ## PAGES=<folder of html + png> [N=…]: how faithful the draft model is
	@$(PY) -m bench.fidelity $(PAGES) $(if $(N),--limit $(N))

bench-service: setup ## latency, throughput and memory of the whole service
	@$(PY) -m bench.service $(if $(wildcard $(PAGES)),--pages $(PAGES))
