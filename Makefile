# docgen: `make` lists what can be made. Each target sets up first what is missing.
.DEFAULT_GOAL := help
.PHONY: help setup sample test torture lint golden acts messages bench lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

setup: ## .venv, the dependencies, the libraries that WeasyPrint loads
	@scripts/setup

sample: setup ## 50 certificates, their register and a work standard, into samples/out/
	@scripts/sample

test: ## ruff, then all tests (one file: make test ARGS=tests/test_kazakh.py)
	@scripts/setup test
	@.venv/bin/ruff check --quiet
	@.venv/bin/pytest $(ARGS)

torture: ## what CI does a little of, in full (two hours): 200 kills on SQLite and on PostgreSQL, every call to the disk failing, many clerks at once (SEED=n repeats)
	@scripts/setup test
	@TORTURE=1 .venv/bin/pytest -n 0 --durations=0 -s $(or $(ARGS),tests/register/test_register_processes.py tests/paint/test_same_page.py tests/paint/test_wrong_pages.py tests/paint/test_closing_rows.py tests/paint/test_row_counts.py tests/batching/test_[fkm]*.py)

lint: setup ## ruff; that docs/acts/ is current
	@.venv/bin/ruff check --quiet
	@PYTHONPATH=. .venv/bin/python scripts/acts.py --check

golden: ## write the golden files anew; read the diff before you keep it
	@scripts/setup test
	@.venv/bin/pytest tests --refresh-golden

acts: setup ## docs/acts/ anew: each clause of an act, its place in a form, its check and its tests
	@PYTHONPATH=. .venv/bin/python scripts/acts.py

messages: ## the catalogues of messages anew, from the source; lists what is to be translated (FROM=FILE takes the list filled in)
	@scripts/setup test
	@.venv/bin/python scripts/messages.py $(FROM)

bench: setup ## docgen beside its peers, into tests/benchmarks/RESULTS.md (RUNS=3; a quick trial: N=500; a profile: PROFILE=1)
	@[ .venv-bench/stamp -nt tests/benchmarks/requirements.txt ] || { .venv/bin/python -m venv --clear .venv-bench && \
		.venv-bench/bin/pip install --quiet --disable-pip-version-check --requirement tests/benchmarks/requirements.txt && \
		touch .venv-bench/stamp; }
	@RUNS="$(RUNS)" N="$(N)" ONLY="$(ONLY)" PROFILE="$(PROFILE)" DATE="$(DATE)" .venv/bin/python tests/benchmarks/bench.py

lock: ## requirements.lock anew, with the newest versions that pyproject.toml allows
	@rm -rf .venv-lock && python3 -m venv .venv-lock && .venv-lock/bin/pip install --quiet pip-tools
	@.venv-lock/bin/pip-compile --quiet --upgrade --extra dev --build-deps-for editable --generate-hashes \
		--strip-extras --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--output-file requirements.lock pyproject.toml
	@rm -rf .venv-lock

clean: ## away with what was made, and the caches (.venv stays)
	@rm -rf samples/out build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis .venv-lock
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
