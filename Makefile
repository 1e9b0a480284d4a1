# `make` alone prints what each target does.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
CLUSTER_TOOL := PYTHONPATH=cluster $(PYTHON) -m testgen_cluster
UV_COMPILE := $(BIN)/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --custom-compile-command 'make lock'

.PHONY: help try demo test test-fast bench bench-generation bench-retrieval bench-jobs bench-operator bench-rollout .has-data soak cluster cluster-extras cluster-down cluster-status images crds docs lint format lock venv clean

help: ## print this list
	@echo 'TestGen: requirement documents in, traceable test cases out.'; echo
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'
	@echo; echo 'Settings: PYTHON=python3.13  BENCH=rules (bench)  DATA=dir SAMPLE=n ARMS=… MUTATIONS=n SCALE=0 CHECK=1 (bench-generation)'; \
	echo '          DOC=path (demo)  MODEL=none|qwen2.5-coder:0.5b|… (demo)  YES=1 (install system packages)'
	@echo '          CLUSTER=existing IMAGES=images.json (current kubeconfig, pushed images)  KIND=1 (kind, needs Docker)  TESTGEN_CACHE=~/.cache/testgen'

try: ## no cluster, no root: cases from both sample documents on this machine in a minute
	@$(PYTHON) requirements/install.py runtime build/venv
	@PYTHONPATH=cluster:demo build/venv/bin/python -m testgen_demo.on_laptop

demo: ## a cluster, a project, its endpoint, cases from two documents (DOC=path for yours)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'error: Python 3.11 or newer is needed: make demo PYTHON=python3.13'; exit 1; }
	@PYTHONPATH=cluster:demo $(PYTHON) -m testgen_demo.on_cluster

test: ## everything: lint, types, unit, contract, integration and cluster tests on real parts
	@$(PYTHON) requirements/install.py dev .venv --editable
	@$(MAKE) lint
	@mkdir -p build/test; rm -f build/test/*.log
	@echo '▸ unit, contract and integration tests (build/test/*.log) beside the cluster tests, which wait most of their time'; \
	beside() { \
	  local failed=0; $(BIN)/pytest -q tests/unit tests/contract > build/test/unit.log 2>&1 || failed=1; \
	  { $(CLUSTER_TOOL).images tool neo4j && $(CLUSTER_TOOL).images tool ollama && $(CLUSTER_TOOL).models path qwen2.5-coder:0.5b; } > /dev/null \
	  && $(BIN)/pytest -q tests/integration > build/test/integration.log 2>&1 || failed=1; return $$failed; \
	}; beside & beside=$$!; failed=0; $(CLUSTER_TOOL).suite $(BIN)/pytest -q tests/cluster || failed=1; \
	wait $$beside || failed=1; cat build/test/*.log; exit $$failed

test-fast: venv ## lint, types, unit and contract tests: no root, no cluster, a few minutes
	@$(MAKE) lint
	@$(BIN)/pytest -q tests/unit tests/contract

bench: venv ## measure; writes build/bench/*.json and says how it compares (docs/PERFORMANCE.md)
	@PYTHONPATH=cluster:demo $(BIN)/python -m tests.bench $(BENCH)

bench-jobs: venv ## jobs: asking to start, jobs a second, recovery after a kill
	@PYTHONPATH=cluster:demo $(BIN)/python -m tests.bench jobs

bench-operator: venv ## the operator at 100, 300 and 1,000 projects on a real API server beside a bare apply loop (PROJECTS=… STEADY=600 SHORT=1)
	@PYTHONPATH=operator:cluster:demo $(BIN)/python -m tests.bench operator

bench-rollout: venv ## requests, followers and jobs while 20 releases come and go, beside a rolling update and Argo Rollouts (ROLLOUTS=… REQUESTS=… ARGO=0 SHORT=1)
	@PYTHONPATH=operator:cluster:demo $(BIN)/python -m tests.bench rollout

soak: venv ## long runs of faults: workers killed (SOAK=worker-kills), modes changed (modes), an autoscaler on its way down (autoscaling), 50 of each fault around the operator (operator: ROUNDS=50 LANES=1 FAULTS=a,b), 300 drawn specs (specs: SPECS=300), 100,000 histories (rollout), the operator killed in 50 rollouts (rollout-faults: ROUNDS=50 KUBELET=10 SEED=n)
	@PYTHONPATH=cluster:demo $(BIN)/python -m tests.soak $(SOAK)

bench-generation: .has-data venv ## quality of generated cases on the sets of a folder: DATA=dir [SAMPLE=n] [ARMS=rules,ours,techniques,plain]
	@PYTHONPATH=cluster $(BIN)/python -m tests.bench.generation --data '$(DATA)' $(if $(ARMS),--arms '$(ARMS)') $(if $(SAMPLE),--sample '$(SAMPLE)') \
	  $(if $(MUTATIONS),--mutations '$(MUTATIONS)') $(if $(filter 0,$(SCALE)),--no-scale) $(if $(filter 1,$(CHECK)),--check)

bench-retrieval: .has-data venv ## nDCG@10 of retrieval on the sets of a folder: DATA=dir
	@DATA='$(DATA)' PYTHONPATH=cluster $(BIN)/python -m tests.bench retrieval

.has-data:
	@test -n '$(DATA)' || { echo 'error: say where the sets are, for example: DATA=../shared/data'; exit 1; }

cluster: ## a real single-node Kubernetes in a network namespace; kubeconfig at build/cluster/kubeconfig
	@$(CLUSTER_TOOL) up

cluster-extras: ## put metrics-server, Traefik, cert-manager and others' definitions into the running cluster
	@$(CLUSTER_TOOL).extras metrics-server traefik gateway-api cert-manager cloudnative-pg

cluster-down: ## remove the cluster and everything of it outside the cache
	@$(CLUSTER_TOOL) down

cluster-status: ## what of the cluster runs
	@$(CLUSTER_TOOL) status

images: ## build the operator's, the runtime's and the stores' images into the cache
	@$(CLUSTER_TOOL).images build

crds: venv ## write crds/ and their reference from the operator's models
	@$(BIN)/python -m testgen_operator.resources.crds --write

docs: venv ## write what is generated of docs/: the CRD's reference, the output of the walk in GENERATION.md
	@$(BIN)/python -m testgen_operator.resources.crds --write
	@$(BIN)/python -m tests.integration.walk

lint: venv ## ruff, mypy, the import contracts, generated files up to date
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache 2>&1 | tail -20
	@$(BIN)/python -m testgen_operator.resources.crds --check

format: venv ## let ruff mend what it can
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

venv: ## the development environment in .venv
	@$(PYTHON) requirements/install.py dev .venv --editable

lock: venv ## resolve requirements/*.txt anew from pyproject.toml
	@$(UV_COMPILE) --extra operator -o requirements/operator.txt
	@$(UV_COMPILE) --extra server -o requirements/runtime-image.txt
	@$(UV_COMPILE) --extra runtime --extra build -o requirements/runtime.txt
	@$(UV_COMPILE) --extra dev -o requirements/dev.txt

clean: ## remove environments and build results (not the cache; run cluster-down first)
	@test ! -e build/cluster || { echo 'error: a cluster is still there: run `make cluster-down` first'; exit 1; }
	@rm -rf build .venv *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
