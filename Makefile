# Everything a contributor runs. Needs python3 (3.11 or later), make and a network; nothing else.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
PYTEST := $(RUN) -m pytest -n logical --maxprocesses 4 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint types imports migrations tidy bench soak conformance lock clean

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(INSTALLED) ## the virtual environment, from the locked dependencies

$(INSTALLED): requirements/lock.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Recoup needs Python 3.11 or later; run make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot create a virtual environment; install its venv module (Debian: python3-venv)." >&2; exit 1; }
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/lock.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## a seeded business, its day run, the web app on 127.0.0.1:8000
	$(VENV)/bin/recoup demo

test: setup ## the whole suite on SQLite, then what touches a database on PostgreSQL
	@$(RUN) -m tools.ensure_postgresql
	@$(RUN) -m tools.ensure_browser
	@status=0; \
	$(PYTEST) --database sqlite || status=1; \
	$(PYTEST) --database postgresql -m database || status=1; \
	exit $$status

check: lint types imports migrations tidy ## all of the five below

lint: setup ## ruff: mistakes and form
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types: setup ## mypy, strict
	$(RUN) -m mypy

imports: setup ## the floors of the house
	$(VENV)/bin/lint-imports

migrations: setup ## every change of a model has its migration
	RECOUP_DATA=build/check DJANGO_SETTINGS_MODULE=recoup.settings $(RUN) -m django makemigrations --check --dry-run

tidy: setup ## sizes, clocks, doors, tests that look away
	$(RUN) -m tools.tidy

bench: setup ## the figures, beside a floor; writes build/bench.json
	$(RUN) -m bench

soak: setup ## the worker killed hundreds of times; nothing lost, nothing twice
	$(RUN) -m soak

conformance: setup ## known answers of a corpus (RECOUP_CORPUS=DIR); writes build/conformance.json
	$(RUN) -m conformance

lock: setup ## requirements/lock.txt anew from pyproject.toml
	$(RUN) -m pip install --quiet uv
	$(VENV)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --extra postgres --group dev --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links -o requirements/lock.txt

clean: ## everything that was made, except data
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
