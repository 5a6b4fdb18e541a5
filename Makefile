# docgen: `make` lists what can be made. Each target sets up first what is missing.
.DEFAULT_GOAL := help
.PHONY: help setup sample serve quick test api fuzz torture fresh lint format golden acts messages bench wheel container lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

setup: ## .venv, the dependencies, the libraries that WeasyPrint loads
	@scripts/setup

sample: setup ## 50 certificates, their register and a work standard, into samples/out/
	@scripts/sample

serve: setup ## the service on http://127.0.0.1:8080, with a register of its own in samples/out/ (ARGS="--port 8090")
	@.venv/bin/docgen serve --register samples/out/book.db --data samples/out/service $(ARGS)

quick: ## the tests that need nothing more and take a moment each, in four minutes (one file: make quick ARGS=tests/test_kazakh.py)
	@scripts/setup quick
	@.venv/bin/pytest -m "not slow and not office and not browser and not postgres and not java and not hsm and not web" $(ARGS)

test: ## lint, then all tests, with all that they need (one file: make test ARGS=tests/test_kazakh.py)
	@scripts/setup test
	@$(MAKE) --no-print-directory lint
	@.venv/bin/pytest $(ARGS)

api: setup ## Schemathesis against the service: 3,000 calls and more by its own description, none of them answered 500 (ARGS="--max-examples 50")
	@[ -x .venv-api/bin/schemathesis ] || { .venv/bin/python -m venv --clear .venv-api && \
		.venv-api/bin/pip install --quiet --disable-pip-version-check schemathesis==4.32.5; }
	@.venv/bin/python scripts/api.py $(ARGS)

fuzz: ## 2,000 damaged inputs and 300 damaged books through the command line (SEED=n; one again: ARGS="--only KIND --number N")
	@scripts/setup test
	@PYTHONPATH=.:tests .venv/bin/python -m fuzz --seed $(or $(SEED),1) $(ARGS)

torture: ## what CI does a little of, in full (two hours): 200 kills on SQLite and on PostgreSQL, every call to the disk failing, many clerks at once (SEED=n repeats)
	@scripts/setup test
	@TORTURE=1 .venv/bin/pytest -n 0 -o faulthandler_timeout=0 --durations=0 -s $(or $(ARGS),tests/register/test_register_processes.py tests/paint/test_same_page.py tests/paint/test_wrong_pages.py tests/paint/test_long_tables.py tests/imposing/test_backs.py tests/paint/test_closing_rows.py tests/paint/test_row_counts.py tests/paint/test_archive_all.py tests/batching/test_[fkm]*.py tests/codes/test_damage.py tests/codes/test_readers.py)

fresh: ## the README's two commands in a bare Debian 12 and 13, as root and as a plain user (as root; an hour)
	@scripts/fresh $(ARGS)

lint: setup ## ruff: mistakes and format; mypy: types; docs/acts/ and docs/standards.md are current
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet
	@.venv/bin/mypy
	@PYTHONPATH=. .venv/bin/python scripts/acts.py --check
	@PYTHONPATH=. .venv/bin/python scripts/standards.py --check

format: setup ## what ruff can put right by itself
	@.venv/bin/ruff check --quiet --fix
	@.venv/bin/ruff format --quiet

golden: ## write the golden files anew; read the diff before you keep it
	@scripts/setup test
	@.venv/bin/pytest tests --refresh-golden

acts: setup ## docs/acts/ anew: each clause of an act, its place in a form, its check and its tests; the tables of docs/standards.md
	@PYTHONPATH=. .venv/bin/python scripts/acts.py
	@PYTHONPATH=. .venv/bin/python scripts/standards.py

messages: ## the catalogues of messages anew, from the source; lists what is to be translated (FROM=FILE takes the list filled in)
	@scripts/setup test
	@.venv/bin/python scripts/messages.py $(FROM)

bench: ## docgen beside its peers, into tests/benchmarks/RESULTS.md (RUNS=3; a quick trial: N=500; beside an earlier commit: BASE=f78b646; a profile: PROFILE=1)
	@scripts/setup bench
	@[ .venv-bench/stamp -nt tests/benchmarks/requirements.txt ] || { .venv/bin/python -m venv --clear .venv-bench && \
		.venv-bench/bin/pip install --quiet --disable-pip-version-check --requirement tests/benchmarks/requirements.txt && \
		touch .venv-bench/stamp; }
	@RUNS="$(RUNS)" N="$(N)" ONLY="$(ONLY)" BASE="$(BASE)" PROFILE="$(PROFILE)" DATE="$(DATE)" .venv/bin/python tests/benchmarks/bench.py

wheel: setup ## a wheel in dist/, installed in an environment of its own and tried there
	@scripts/wheel

container: wheel ## the Containerfile of docs/service.md, its steps on this system: as root, on one that is thrown away (make fresh)
	@python3 scripts/container.py --on-this-system

lock: ## requirements.lock: what pyproject.toml asks for anew; what is pinned stays (UPGRADE=1: the newest of all)
	@rm -rf .venv-lock && python3 -m venv .venv-lock && .venv-lock/bin/pip install --quiet pip-tools
	@.venv-lock/bin/pip-compile --quiet $(if $(UPGRADE),--upgrade) --extra dev --build-deps-for editable --generate-hashes \
		--strip-extras --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--output-file requirements.lock pyproject.toml
	@rm -rf .venv-lock

clean: ## away with what was made, and the caches (.venv stays)
	@rm -rf samples/out build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis .venv-lock
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
