# Every target does its own set-up: a Python of 3.11 or newer and make are all it takes.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Some machines set it; then each process that a test starts compiles all of this anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo outside samples test coverage check lint types contract selftest examples bench wheel clean

demo: $(VENV)/.for-use  ## run the scenarios of features/ against the reference core
	$(BIN)/coolwind run features --jobs 2 --depth 1

test: $(VENV)/.for-development  ## run every test
	$(BIN)/python -m pytest -n 2 --dist worksteal

coverage: $(VENV)/.for-development  ## hold the branch coverage by the tests beside the code
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --dist worksteal -m "not long"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

outside: build/formatter/package.json build/allure/.installed  ## what reports are tested against: Chromium, the formatter of Cucumber, Allure
	command -v chromium >/dev/null || { apt-get update -qq && \
		apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; }

build/formatter/package.json: tests/reports/formatter.json
	command -v npm >/dev/null || { apt-get update -qq && \
		apt-get install -y -qq --no-install-recommends nodejs npm; }
	mkdir -p build/formatter
	cp $< build/formatter/wanted.json
	cd build/formatter && npm install --silent --no-audit --no-fund --no-package-lock \
		$$(node -p 'Object.entries(require("./wanted.json").dependencies).map((one) => one.join("@")).join(" ")')
	touch $@

# Not in the virtual environment: every pytest there would load it.
build/allure/.installed: $(VENV)/.for-development
	$(BIN)/python -m pip install --quiet --no-deps --target build/allure \
		allure-pytest-bdd allure-python-commons
	touch $@

check: lint types contract wheel  ## everything else that has to hold; what selftest shows is in the tests, too

lint: $(VENV)/.for-development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.for-development
	$(BIN)/mypy

contract: $(VENV)/.for-development
	$(BIN)/lint-imports

selftest: $(VENV)/.for-development  ## which planted bug each fault exposes
	$(BIN)/python -m tests.defects

examples: $(VENV)/.for-development  ## tell the correct services of examples/ from the broken ones
	$(BIN)/python -m tests.examples

bench: $(VENV)/.for-development  ## what Coolwind claims about its speed, measured here
	$(BIN)/python -m benchmarks --output build/benchmarks.json

samples: $(VENV)/.for-development  ## the pages in reports/samples, from new runs
	$(BIN)/coolwind run features --jobs 2 --depth 1 --output build/samples/core
	-$(BIN)/coolwind run features/seed.feature --depth 1 --output build/samples/seed \
		--target tests.defects.seed_old_code:target
	$(BIN)/coolwind report build/samples/core/record.jsonl --format html \
		--output reports/samples/reference-core.html
	$(BIN)/coolwind report build/samples/seed/record.jsonl --format html \
		--output reports/samples/seed-old-code.html

wheel: $(VENV)/.for-development  ## the wheel, installed into an empty environment, runs there
	rm -rf dist build/wheel
	$(BIN)/python -m build --wheel --outdir dist .
	$(PYTHON) -m venv build/wheel
	build/wheel/bin/python -m pip install --quiet dist/*.whl
	mkdir build/wheel/example
	cd build/wheel/example && ../bin/coolwind init && ../bin/coolwind run && ../bin/pytest

clean:
	rm -rf $(VENV) build dist coolwind-report .coverage .mypy_cache .ruff_cache .pytest_cache

$(VENV)/.for-use: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Coolwind needs Python 3.11 or newer: run make PYTHON=/path/to/python'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.for-development: $(VENV)/.for-use
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
