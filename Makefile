SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
export PYTHONDONTWRITEBYTECODE := 1
# numpy's and torch's own threads fight over the cores with each other in tests
TEST_ENV := QT_QPA_PLATFORM=offscreen OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
SHIPPED := __init__.py plugin.py engine ui

.PHONY: help setup demo test lint package bench fuzz screenshot clean

help: ## say what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup: ## install QGIS by apt where it is missing, and the pinned packages into .venv
	@tools/setup.sh

demo: ## find the earthquake in the sample scene (needs QGIS only)
	@tools/setup.sh system
	@tools/demo.sh

test: setup ## run the tests; T=tests/engine for a part of them
	@$(TEST_ENV) $(PYTHON) -m pytest $(T)

lint: setup ## ruff, mypy, and what the plugin site's scanners block
	@$(PYTHON) -m ruff check .
	@MYPYPATH=.venv/link $(PYTHON) -m mypy
	@$(PYTHON) -m flake8 $(SHIPPED)
	@$(PYTHON) -m bandit -q -r $(SHIPPED)

package: setup ## dist/quakefringe-VERSION.zip, checked as plugins.qgis.org does
	@$(PYTHON) tools/package.py

bench: setup ## speed and memory, as tables
	@bench/run.sh

fuzz: setup ## damaged products, rasters and models against the engine; N=3000 SEED=1
	@OMP_NUM_THREADS=1 $(PYTHON) tests/fuzz_products.py --cases $(or $(N),3000) --seed $(or $(SEED),1)
	@OMP_NUM_THREADS=1 $(PYTHON) tools/fuzz.py --count $(or $(N),500) --seed $(or $(SEED),1)

screenshot: ## a picture of the QGIS window after a run, in build/
	@tools/setup.sh
	@tools/screenshot.sh

clean: ## remove what was built here, .venv included
	@rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache
