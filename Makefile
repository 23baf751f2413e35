PYTHON ?= python3
BIN := .venv/bin
ENVIRONMENT := .venv/installed
LOWEST := .venv-lowest/installed
PEERS := .venv-bench/installed

# Reads the dependencies of pyproject.toml and prints the lowest version of each, as pip takes it.
define LOWEST_VERSIONS
import tomllib
project = tomllib.load(open("pyproject.toml", "rb"))["project"]
bounds = project["dependencies"] + project["optional-dependencies"]["test"]
print(*(bound.replace(">=", "==") for bound in bounds))
endef
export LOWEST_VERSIONS

.DEFAULT_GOAL := help
.PHONY: help demo test fuzz lint format test-lowest bench docs clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(ENVIRONMENT) ## see a backward pass gate by gate and train on handwritten digits
	$(BIN)/chainrule demo

test: lint ## run every check: format, lint, types, imports, then the tests, all documentation included
	$(BIN)/pytest

fuzz: $(ENVIRONMENT) ## run the searches that take minutes or hours
	$(BIN)/pytest -m fuzz

lint: $(ENVIRONMENT) ## check format, style, types and the ladder of imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(ENVIRONMENT) ## format the code and mend what ruff can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

test-lowest: $(LOWEST) ## run the tests with the lowest versions that pyproject.toml allows
	.venv-lowest/bin/pytest

bench: $(PEERS) ## install the peers, measure chainrule against them, write benchmarks/README.md
	.venv-bench/bin/chainrule bench --page benchmarks/README.md

docs: $(ENVIRONMENT) ## write the reference to build/docs
	$(BIN)/pdoc --docformat google --output-directory build/docs chainrule

clean: ## remove the environments and everything that was built
	rm -rf .venv .venv-lowest .venv-bench build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(ENVIRONMENT): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' --constraint constraints.txt
	@touch $@

$(LOWEST): pyproject.toml
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check --editable . \
		$$($(PYTHON) -c "$$LOWEST_VERSIONS")
	@touch $@

# Without constraints.txt: a peer may want other versions than the checks run with.
$(PEERS): pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@
