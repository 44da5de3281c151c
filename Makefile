SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
export PYTHONDONTWRITEBYTECODE := 1
# The threads of numpy and torch would compete for the cores
TEST_ENV := QT_QPA_PLATFORM=offscreen OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
PLUGIN_FILES := __init__.py plugin.py version.py engine ui

.PHONY: help setup demo gorkha test test-matrix lint package bench fuzz docs screenshot screenshots clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup: ## install QGIS by apt if it is missing, and the pinned packages into .venv
	@tools/setup.sh

demo: ## detect the earthquake in the sample scene (needs only QGIS)
	@tools/setup.sh system
	@tools/demo.sh

gorkha: setup ## make the worked case: Gorkha 2015 from detection to the hazard page, in build/gorkha
	@tools/gorkha.sh

test: setup ## run the tests; T=tests/engine for a part of them
	@$(TEST_ENV) $(PYTHON) -m pytest $(T)

test-matrix: ## run the tests on Debian 12, 13 and testing in chroots (root); R="trixie forky" for some releases
	@tools/test_matrix.sh $(R)

lint: setup ## run ruff, mypy, the checks of the QGIS plugin site, and a static check for Qt 6
	@$(PYTHON) -m ruff check .
	@MYPYPATH=.venv/link $(PYTHON) -m mypy
	@$(PYTHON) -m flake8 $(PLUGIN_FILES)
	@$(PYTHON) -m bandit -q -r $(PLUGIN_FILES)
	@$(PYTHON) tools/check_qt6.py

package: setup ## build dist/quakefringe-VERSION.zip and check it as plugins.qgis.org does
	@$(PYTHON) tools/package.py

bench: setup ## measure speed and memory, as tables
	@bench/run.sh

fuzz: setup ## run the engine on damaged products, rasters and models; N=3000 SEED=1
	@OMP_NUM_THREADS=1 $(PYTHON) tests/fuzz_products.py --cases $(or $(N),3000) --seed $(or $(SEED),1)
	@OMP_NUM_THREADS=1 $(PYTHON) tools/fuzz.py --count $(or $(N),500) --seed $(or $(SEED),1)

docs: ## build the documentation in build/site; fails on warnings
	@tools/setup.sh docs
	@NO_MKDOCS_2_WARNING=1 $(PYTHON) -m mkdocs build --strict --quiet --site-dir build/site
	@echo build/site/index.html

screenshot: ## make the pictures of the documentation in docs/images
	@tools/setup.sh
	@tools/screenshot.sh

screenshots: screenshot

clean: ## remove .venv and everything that was built
	@rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache
