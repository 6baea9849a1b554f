# Mockwright's commands. `make up` is all a person needs; `make help` lists the rest.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
MODELSERVER_PY := .venv-modelserver/bin/python
KERNELS_PY := .venv-kernels/bin/python
PAGES ?= tests/data/pages
MODEL ?=
CHECKPOINT ?=
N ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-modelserver setup-kernels up test test-modelserver test-kernels \
	check lock format kernels bench-fidelity bench-service bench-serve bench-moe mini-eval

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## install everything the app needs, in this folder (idempotent)
	@$(PYTHON) bin/setup

setup-dev:
	@$(PYTHON) bin/setup --dev

setup-modelserver: ## SGLang on the CPU, in an environment of its own (idempotent)
	@$(PYTHON) bin/setup --modelserver

setup-kernels: ## what builds and tests the GPU kernels, without a GPU (idempotent)
	@$(PYTHON) bin/setup --kernels

up: setup $(if $(filter mini,$(MODEL)),setup-modelserver) ## [MODEL=mini] set up if needed, then serve on this machine; Ctrl-C ends it
	@exec $(PY) manage.py up $(if $(MODEL),--model $(MODEL)) $(if $(CHECKPOINT),--checkpoint $(CHECKPOINT))

test: setup-dev check test-modelserver kernels test-kernels ## set up, then every check and every test
	@$(PY) -m pytest

test-modelserver: setup-modelserver ## the tests of the model server alone, with SGLang on the CPU
	@$(MODELSERVER_PY) -m pytest -c tests/modelserver/pytest.ini --rootdir . tests/modelserver

test-kernels: setup-kernels ## the tests of the GPU kernels alone: interpreter, lane emulator, compilers
	@$(KERNELS_PY) -m pytest -c tests/modelserver/gpu/pytest.ini --rootdir . tests/modelserver/gpu

kernels: setup-kernels ## compile the GPU kernels ahead of time and hold them to their gates
	@$(KERNELS_PY) -m modelserver.kernels.aot

check: setup-dev setup-kernels ## lint, types, import contracts, budgets, generated files, front-end tests
	@bin/check

format: ## format the Python code
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

lock: ## write requirements*.txt from requirements*.in
	@bin/lock

bench-fidelity: setup ## PAGES=<folder of html + png> [N=…]: how faithful the draft model is
	@$(PY) -m bench.fidelity $(PAGES) $(if $(N),--limit $(N))

mini-eval: setup setup-modelserver ## [N=500] [CHECKPOINT=…]: unseen mockups through Kimi mini and the agent loop
	@$(PY) -m bench.mini_eval $(if $(N),--pages $(N)) $(if $(CHECKPOINT),--checkpoint $(CHECKPOINT))

bench-service: setup ## latency, throughput and memory of the whole service
	@$(PY) -m bench.service $(if $(wildcard $(PAGES)),--pages $(PAGES))

bench-serve: setup-modelserver ## tokens per second and first token of Kimi mini on SGLang, against bf16 and transformers
	@SGLANG_USE_CPU_ENGINE=1 $(MODELSERVER_PY) -m modelserver.bench.serve

bench-moe: setup-modelserver ## the fused INT4 kernel for processors against torch's
	@$(MODELSERVER_PY) -m modelserver.bench.moe_cpu
