.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
PYTHON := $(VENV)/bin/python
# What one process compiled, the next one reads: the tests start some thirty.
unexport PYTHONDONTWRITEBYTECODE
BASE_PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

$(VENV)/runtime: requirements.txt
	@BASE_PYTHON=$(BASE_PYTHON) tools/install.sh requirements.txt && touch $@

$(VENV)/development: requirements-dev.txt
	@BASE_PYTHON=$(BASE_PYTHON) tools/install.sh requirements-dev.txt && touch $@ $(VENV)/runtime

install: $(VENV)/runtime ## Install only what running needs

setup: $(VENV)/development ## Install everything that development needs

run: $(VENV)/runtime ## Start Homeroom with the demo district on http://127.0.0.1:8000
	@$(PYTHON) wsgi.py

run-scaled: $(VENV)/development ## Start several processes on a real PostgreSQL and Redis
	@$(PYTHON) -m tools.run_scaled

browser: $(VENV)/development
	@$(PYTHON) -m tools.browser

lint: $(VENV)/development ## Check style, types, import rules, templates and security
	@$(MAKE) --no-print-directory -j2 types style

types: $(VENV)/development
	$(VENV)/bin/mypy

style: $(VENV)/development
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint templates --lint --quiet

# Named, because to look for them among all tests takes each process a quarter of a minute. What takes longest begins first.
HOUSES := tests/faults tests/e2e/test_every_page.py tests/e2e/test_threads.py tests/e2e tests/delivery/email/test_kill.py \
	tests/simulator/test_killed.py tests/simulator/test_page_in_browser.py tests/simulator/test_call_page_in_browser.py \
	tests/simulator/test_fax_page_in_browser.py

test: setup browser lint ## Check everything, as CI does
	$(VENV)/bin/pytest -n 3 -q -m "not e2e and not faults"
	$(VENV)/bin/pytest -n 3 --dist loadfile --no-loadscope-reorder -q $(HOUSES)

test-quick: setup ## Only the tests that need no browser and kill no process
	$(VENV)/bin/pytest -n 2 -q -m "not e2e and not faults"

bench: setup ## Measure ours beside the bare yardsticks, one JSON line a figure
	@$(PYTHON) -m bench

lighthouse: setup browser ## Let Lighthouse judge the inbox and the sign-in page (needs Node)
	@$(PYTHON) -m tools.lighthouse

format: $(VENV)/development ## Let the formatters have their way
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

messages: $(VENV)/development ## Collect the sentences, merge them into translations/ and compile
	@$(PYTHON) -m tools.messages

contracts: $(VENV)/development ## Compile contracts/ for the faces
	@$(PYTHON) -m tools.contracts

audit: ## Ask the advisory service about known holes in our dependencies (needs uv and the network)
	uvx pip-audit --require-hashes --disable-pip --requirement requirements.txt

vendor: ## Copy the browser packages again (needs Node and uv)
	cd tools/vendor && npm ci --ignore-scripts && uv run --no-project --with fonttools==4.68.0 --with brotli==1.2.1 python copy_packages.py

lock: ## Resolve the versions again and write the hash-locked lists
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet pyproject.toml --group dev -o requirements-dev.txt

.PHONY: help setup run run-scaled browser lint types style test test-quick bench lighthouse format css messages contracts audit vendor lock
