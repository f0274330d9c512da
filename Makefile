# Two commands on a fresh machine: `make refresh` and `make test`. Both set everything up first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
ARGS   ?=

.PHONY: help setup refresh test check ui clean
help:           ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(READY) ## a .venv from requirements.lock, with the command zhijiao in .venv/bin

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "zhijiao needs Python 3.11 or newer, this is " \
	  + sys.version.split()[0] + ": make PYTHON=/path/to/python3.11 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
	  || { echo "python's venv module is missing (on Debian: apt-get install python3-venv)"; rm -rf $(VENV); exit 1; }
	@echo "installing the packages of requirements.lock (a minute or two, once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

refresh: setup  ## the main job on the sample site (ARGS="--sources DIR --home DIR …")
	@$(BIN)/zhijiao refresh $(ARGS)

test: setup check ## everything that must hold, in parallel
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: setup    ## style: ruff, strict typing, SQL, import arrows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint dbt_project --disable-progress-bar

ui: setup       ## Dagster's web UI on this project
	@$(BIN)/zhijiao ui

clean:          ## forget the virtual environment and what tools cached (never var/, the state)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache dbt_project/target *.egg-info
