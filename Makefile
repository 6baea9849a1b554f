# Mockwright's commands. `make up` is all a person needs; `make help` lists the rest.
# the first that runs: pyenv's stand-in of a version that is not chosen does not
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$name; break; }; done)
SETUP = $(if $(PYTHON),$(PYTHON) bin/setup,echo "$(NO_PYTHON)" >&2; exit 1;)
NO_PYTHON := set-up stopped: no Python 3.11, 3.12 or 3.13 was found. Install one (Debian, Ubuntu: apt-get install \
	python3 python3-venv), or name it: make up PYTHON=/path/to/python3
PY := .venv/bin/python
MODELSERVER_PY := .venv-modelserver/bin/python
KERNELS_PY := .venv-kernels/bin/python
PAGES ?= tests/data/pages
MODEL ?=
CHECKPOINT ?=
N ?=
SEED ?= 1
# half of the time the tests wait for processes that start, end and time out: twice the cores
WORKERS ?= 4
T ?=

# which suite T belongs to
SUITE = $(if $(filter tests/modelserver/gpu%,$(T)),kernels,$(if $(filter tests/modelserver%,$(T)),modelserver,$(if $(filter tests/workers/models/peers%,$(T)),peers,app)))
# the whole suite, in two rows that go at the same time: either waits much for one processor, or for none
APP_ROW := check test-app test-postgres test-deployment test-peers
MODELSERVER_ROW := check-modelserver test-modelserver kernels test-kernels
# tests marked `modelserver` drive the service with SGLang behind it, those marked `peers` servers of others,
# those marked `postgres` the service on a PostgreSQL, those marked `deployment` behind an nginx and on an S3
APP_TESTS := -n $(WORKERS) --dist loadscope --no-loadscope-reorder --durations 10 -m "not (peers or postgres or deployment or modelserver)"

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-dev setup-modelserver setup-kernels setup-peers up dev test test-whole test-app test-postgres test-deployment test-peers test-modelserver \
	test-kernels check check-modelserver kernels format wheel lock mutants bench-fidelity bench-code mini-eval \
	bench-eyes bench-score bench-ablation bench-grades bench-video bench-service bench-client bench-faults bench-load bench-serve bench-moe

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 19

setup: ## install everything the app needs, in this folder (idempotent)
	@$(SETUP)

setup-dev: ## on top of that, what the app's tests and checks need (idempotent)
	@$(SETUP) --dev

setup-modelserver: ## SGLang on the CPU, in an environment of its own (idempotent)
	@$(SETUP) --modelserver

setup-kernels: ## what builds and tests the GPU kernels, without a GPU (idempotent)
	@$(SETUP) --kernels

setup-peers: ## what others wrote and tests drive: llama.cpp, LiteLLM, PostgreSQL, nginx, SeaweedFS (idempotent)
	@$(SETUP) --peers

up: setup $(if $(filter mini,$(MODEL)),setup-modelserver) ## [MODEL=mini] set up if needed, then serve on this machine; Ctrl-C ends it
	@exec $(PY) manage.py up $(if $(MODEL),--model $(MODEL)) $(if $(CHECKPOINT),--checkpoint $(CHECKPOINT))

dev: setup-dev ## serve as `up` does; a change restarts Python or rebuilds the front end
	@exec $(PY) manage.py up --reload

test: $(if $(T),test-$(SUITE),test-whole) ## [T=path[::name]] set up, then every check and test, the app's first; or those of T alone

# what the model server's row says comes when both have ended
test-whole: setup-dev setup-peers setup-modelserver setup-kernels ## what `test` runs: the app's and the model server's at the same time
	@$(PY) bin/side_by_side.py "$(MAKE) --no-print-directory $(APP_ROW)" "$(MAKE) --no-print-directory $(MODELSERVER_ROW)"

test-app: setup-dev ## [T=…] [WORKERS=4] the tests of the app and the agent; needs no model server
	@$(PY) -m pytest $(or $(T),$(APP_TESTS))

test-postgres: setup-dev setup-peers ## [T=…] the tests of the record, and of the whole service, on a real PostgreSQL
	@$(PY) -m tests.own_postgres $(PY) -m pytest -n 2 -m "database and not (sqlite or deployment)" $(or $(T),tests/webapp/studio)
	$(if $(T),,@$(PY) -m pytest -m postgres tests/e2e)

test-deployment: setup-dev setup-peers ## [T=…] the tests of the service behind a real nginx, and on a real server that speaks S3
	@$(PY) -m pytest -m deployment $(or $(T),tests/webapp tests/deployment tests/e2e)

test-peers: setup-dev setup-peers ## the tests of the client against llama.cpp's server and LiteLLM's proxy
	@$(PY) -m pytest -m peers $(or $(T),tests/workers/models/peers)

test-modelserver: setup-modelserver $(if $(T),,setup-dev) ## [T=…] the tests of the model server with SGLang on the CPU, then of the service with it
	@$(MODELSERVER_PY) -m pytest -c tests/modelserver/pytest.ini --rootdir . $(or $(T),tests/modelserver)
	$(if $(T),,@$(PY) -m pytest -m modelserver tests/e2e)

test-kernels: setup-kernels ## [T=…] the tests of the GPU kernels: interpreter, lane emulator, compilers
	@$(KERNELS_PY) -m pytest -c tests/modelserver/gpu/pytest.ini --rootdir . $(or $(T),tests/modelserver/gpu)

check: setup-dev ## lint, types, import contracts, budgets, generated files, migrations, front end
	@bin/check

check-modelserver: setup-kernels ## the types of the model server, where torch and Triton are
	@$(KERNELS_PY) -m mypy --no-error-summary --config-file modelserver/mypy.ini modelserver tests/modelserver

kernels: setup-kernels ## compile the GPU kernels ahead of time and hold them to their gates
	@$(KERNELS_PY) -m modelserver.kernels.aot

format: ## format the Python code and the front end
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .
	@PATH="$(PATH):$(CURDIR)/.venv/bin" npm --prefix frontend run --silent format

wheel: setup-dev ## dist/mockwright-….whl: the whole product, for pip, pipx and uvx
	@$(PY) -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls -1 dist/*.whl

lock: ## write requirements*.txt from requirements*.in
	@bin/lock

mutants: setup-dev ## [N=20] [SEED=1] break N places of each tested package, one at a time: how many do its tests notice
	@nice $(PY) -m bench.mutants --sample $(or $(N),20) --seed $(SEED)

bench-fidelity: setup ## PAGES=<folder of html + png> [N=…]: how faithful the draft model is
	@$(PY) -m bench.fidelity $(PAGES) $(if $(N),--limit $(N))

bench-code: setup ## PAGES=<folder of html + png> [N=…]: what the code of the draft model is like
	@$(PY) -m bench.page_code $(PAGES) $(if $(N),--limit $(N))

mini-eval: setup setup-modelserver ## [N=500] [CHECKPOINT=…]: unseen mockups through Kimi mini and the agent loop
	@$(PY) -m bench.mini_eval $(if $(N),--pages $(N)) $(if $(CHECKPOINT),--checkpoint $(CHECKPOINT))

bench-score: setup-dev ## [N=200] [SEED=1] does the score say of spoilt pages what a person says, and does saying it help
	@$(PY) -m bench.score_bands
	@$(PY) -m bench.score_naming --changes $(or $(N),200) --seed $(SEED)
	@$(PY) -m bench.score_ablation --seed $(SEED)

bench-ablation: setup-dev ## what each part of a report is worth to the seeing simulator, which says nothing of real models
	@$(PY) -m bench.feedback_ablation

bench-grades: setup-dev ## PAGES=<folders of html + png> does the score order the model's drafts as a person did
	@$(PY) -m bench.score_grades $(PAGES)

bench-eyes: setup ## [PAGES=<folders of html>] what the draft model misreads of pages that a browser drew
	@$(PY) -m bench.eyes $(PAGES)

bench-video: setup ## screen recordings of pages with known states and actions: how many are found
	@$(PY) -m bench.video
	@$(PY) -m bench.video_replay

bench-service: setup ## latency, throughput and memory of the whole service
	@$(PY) -m bench.service $(if $(wildcard $(PAGES)),--pages $(PAGES))

bench-client: setup ## [N=1000] [SEED=1] seeded faults of an endpoint: what one more request cures must end no run
	@$(PY) -m bench.client_faults --faults $(or $(N),1000) --seed $(SEED)

bench-load: setup ## [N=500] sockets on 20 runs, 50 uploads, 300 slow connections: what each waits, and others meanwhile
	@$(PY) -m bench.load --sockets $(or $(N),500)

bench-faults: setup ## [N=200] [SEED=1] kill, stop and spoil parts of a service at work: no work may be lost
	@$(PY) -m bench.process_faults --faults $(or $(N),200) --seed $(SEED)

bench-serve: setup-modelserver ## tokens per second and first token of Kimi mini on SGLang, against bf16 and transformers
	@SGLANG_USE_CPU_ENGINE=1 $(MODELSERVER_PY) -m modelserver.bench.serve

bench-moe: setup-modelserver ## the fused INT4 kernel for processors against torch's
	@$(MODELSERVER_PY) -m modelserver.bench.moe_cpu
