# Everything a fresh machine needs: Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
WORKERS ?= 3

.PHONY: demo test serve lint mutants nightly bench docs clean

demo: $(READY)   ## serve two worlds, run a correct client and seven broken ones, print the verdicts
	$(BIN)/trendyol-emulator demo

test: $(READY)   ## style, types, house rules and the cut of the suite: one client a reason meets what concerns it
	@$(MAKE) --no-print-directory --jobs lint compiled
	@$(MAKE) --no-print-directory suite

suite: $(READY)   ## the cut of the suite alone
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

serve: $(READY)   ## the emulator on port 8080
	$(BIN)/trendyol-emulator serve

lint: ruff mypy imports   ## style, types, imports

ruff: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

mypy: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

compiled: $(READY)   # pytest rewrites the code of tests: once, beside lint, and not in each worker at its start
	-$(BIN)/pytest -qq --collect-only >/dev/null

mutants: $(READY)   ## every broken client is caught, no right one is blamed
	$(BIN)/python -m contract_tests.mutation.run --jobs $(WORKERS)

nightly: lint docs   ## the whole sweep: every client in every scenario, every example, 10,000 drawn scenarios and more
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --nightly
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --store postgresql contract_tests/tests/provider
	$(BIN)/python -m contract_tests.mutation.run --jobs $(WORKERS) --examples 11000 --shrink 20 --seed $$(date +%j)

bench: $(READY)   ## speed and memory against the goals
	$(BIN)/python -m benchmarks

docs: $(READY)   ## the documentation as a site in reports/site; a link that leads nowhere fails
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

clean:
	rm -rf .venv dist reports .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $(READY)
