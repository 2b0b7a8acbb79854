# Two commands do most: `make run` (the main job) and `make test` (lint, import contracts, tests).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-slow bench faults mutants lint docs paper dist clean help

help:
	@echo "make run        the main job: trapped positrons at L = 1.20 (figure and table in runs/trapped-protons-L1.20/results)"
	@echo "make test       lint, import contracts, tests (2 cores: at most nine minutes the first time)"
	@echo "make test-slow  the long tests too"
	@echo "make faults     faults put into the real model, 40 of each kind (hours; goes on where it was stopped): docs/faults.md"
	@echo "make docs       the pages as a site in build/docs (offline; a warning is an error)"
	@echo "make paper      the software paper in build/paper, every figure and number anew (half an hour)"
	@echo "make dist       wheel and archive of the sources in dist"
	@echo "make bench      speed, as ratios in one run"
	@echo "make mutants    small errors, one at a time: do the tests notice? (hours; goes on where it stopped; JOBS=1)"

# One environment serves all; it is made anew only when pyproject.toml changes.
.venv/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "mcbelt needs Python 3.11 or newer; $(PYTHON) is older. Set PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test,cluster]"
	@touch $@

# Generators of pages and packages, only where they are asked for.
.venv/.docs: .venv/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[docs,release]"
	@touch $@

run: .venv/.installed
	@$(BIN)/mcbelt run runs/trapped-protons-L1.20
	@$(BIN)/mcbelt plot runs/trapped-protons-L1.20

lint: .venv/.installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

test: lint
	@$(BIN)/python -m pytest -n 2 --dist loadfile

test-slow: lint
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "slow or not slow"

# ONLY="k0s-electron geomag-3" or ROOM=mcbelt.physics for some; MORE=--suite for survivors of their rooms, MORE=--help.
mutants: .venv/.installed
	@$(BIN)/python -m tools.mutants --jobs $(or $(JOBS),1) $(if $(ONLY),--only $(ONLY)) $(if $(ROOM),--room $(ROOM)) $(MORE)

faults: .venv/.installed
	@$(BIN)/python tests/system/faults.py

docs: .venv/.docs
	@$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --doctree-dir build/doctrees docs build/docs
	@echo "build/docs/index.html"

paper: .venv/.docs
	@$(BIN)/python -m paper

dist: .venv/.docs
	@$(BIN)/python -m build --outdir dist

bench: .venv/.installed
	@$(BIN)/python -m benchmarks

clean:
	rm -rf .venv build dist *.egg-info
