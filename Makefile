# Everything that people, hooks and CI run. Needs Python 3.11 or newer and make; uv is used where it is present.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
RUN := $(BIN)/python benchmarks/budget.py
SIDE_BY_SIDE := -n auto --dist loadgroup  # a worker a core; tests of one group stay together

.PHONY: help setup demo lab sandbox lint test test-all browser postgresql clients test-long golden strip clean
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: .venv/ready ## the virtual environment, exact versions

.venv/ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or newer on PATH; install one, or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 2; }
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python "$(PYTHON)" .venv && uv pip install --quiet --python $(BIN)/python -c constraints.txt -e ".[dev,postgresql]"; \
	else \
		"$(PYTHON)" -m venv .venv && $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,postgresql]"; \
	fi
	@touch .venv/ready

demo: setup ## sandbox, every notebook, reports/index.html
	@$(BIN)/workbench demo

lab: setup ## JupyterLab on the notebooks
	@$(BIN)/jupyter lab notebooks

sandbox: setup ## the sandbox alone, until stopped
	@$(BIN)/workbench sandbox serve --json

lint: setup ## formatting, lint, types, import contracts, stripped notebooks
	@$(RUN) 60 "lint" $(BIN)/ruff check .
	@$(RUN) 20 "format" $(BIN)/ruff format --check --quiet .
	@$(RUN) 120 "types" $(BIN)/mypy
	@$(RUN) 30 "import contracts" $(BIN)/lint-imports
	@$(RUN) 20 "stripped notebooks" $(BIN)/nbstripout --verify --keep-id --extra-keys "metadata.papermill cell.metadata.papermill cell.metadata.execution" notebooks/*.ipynb

test: lint ## everything that needs Python only
	@$(RUN) 180 "unit" $(BIN)/pytest -q $(SIDE_BY_SIDE) tests/unit tests/scenarios
	@$(RUN) 120 "sandbox" $(BIN)/pytest -q $(SIDE_BY_SIDE) tests/sandbox
	@$(RUN) 120 "contract" $(BIN)/pytest -q $(SIDE_BY_SIDE) tests/contract
	@$(RUN) 180 "crash" $(BIN)/pytest -q $(SIDE_BY_SIDE) tests/crash
	@$(RUN) 300 "end to end" $(BIN)/pytest -q $(SIDE_BY_SIDE) tests/e2e
	@$(RUN) 240 "nbval" $(BIN)/pytest -q -p nbval --nbval-lax --nbval-cell-timeout=120 -W default notebooks

test-all: setup ## what CI runs; needs Node, Chromium and PostgreSQL too; end to end and browser share one demo
	@demo=$$(mktemp -d) && trap 'rm -rf "$$demo"' EXIT && \
		WORKBENCH_TEST_DEMO=$$demo $(MAKE) --no-print-directory test browser postgresql clients

browser: setup ## pages and JupyterLab in Chromium, by keyboard, phone, print and axe; installs Chromium where it may
	@$(BIN)/python tests/browser/chromium.py
	@$(RUN) 90 "browser" $(BIN)/pytest -q $(SIDE_BY_SIDE) tests/browser

clients: setup .clients/ready ## clients of others against the sandbox; needs Node
	@$(RUN) 60 "clients" $(BIN)/pytest -q tests/clients

.clients/ready: tests/clients/package.json tests/clients/requirements.txt
	@command -v npm >/dev/null 2>&1 || { echo "no npm on PATH; install Node 20 or newer, or run make test, which needs Python only"; exit 2; }
	@mkdir -p .clients && cp tests/clients/package.json .clients/
	@npm install --loglevel=error --no-package-lock --no-audit --no-fund --ignore-scripts --prefix .clients
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python $(BIN)/python .clients/venv && uv pip install --quiet --python .clients/venv/bin/python -r tests/clients/requirements.txt; \
	else \
		$(BIN)/python -m venv .clients/venv && .clients/venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/clients/requirements.txt; \
	fi
	@touch .clients/ready

postgresql: setup ## store, running, undoing and dying on a PostgreSQL server of its own
	@WORKBENCH_KILLS=30 WORKBENCH_KILL_LINES=1000 WORKBENCH_BATCHES=200 WORKBENCH_UNDOS=60 $(RUN) 150 "postgresql" $(BIN)/python tests/postgresql/server.py $(BIN)/pytest -q $(SIDE_BY_SIDE) tests/postgresql

test-long: test-all ## 60,000 deaths, 500 long histories, PostgreSQL in full; takes most of an hour
	@WORKBENCH_CRASH_RUNS=60000 WORKBENCH_HISTORIES=500 WORKBENCH_STEPS=50 $(BIN)/pytest -q $(SIDE_BY_SIDE) tests/crash
	@$(BIN)/python tests/postgresql/server.py $(BIN)/pytest -q $(SIDE_BY_SIDE) tests/postgresql

golden: setup ## write the golden files anew; review the difference before committing
	@WORKBENCH_GOLDEN=write $(BIN)/pytest -q tests/unit tests/scenarios tests/golden

strip: setup ## take outputs out of the notebooks
	@$(BIN)/nbstripout --keep-id --extra-keys "metadata.papermill cell.metadata.papermill cell.metadata.execution" notebooks/*.ipynb

clean: ## forget built pages and the sandbox's data (asks nothing; approvals and journals of the sandbox go too)
	rm -rf reports/*.html reports/notebooks .workbench
