# What people type. Needs Python 3.11 or newer and nothing else; everything installed goes to .venv.
.DEFAULT_GOAL := help
.PHONY: help setup run shell migrate test test-fast attack chaos mutation lint format bench docs pins
MAKEFLAGS += --no-print-directory

PYTHON := .venv/bin/python
PYTEST_ARGS := pytest -n auto --dist worksteal
PYTEST := $(PYTHON) -m $(PYTEST_ARGS)
COVERAGE := .coverage.json
# Each file holds the pins of pyproject.toml's lists: production, the embedded servers, development (with the other two).
RUN_PINS := requirements/run.txt requirements/embedded.txt
ALL_PINS := $(RUN_PINS) requirements/dev.txt
# In plain text every space counts.
NOT_MAIL := --extend-exclude templates/emails
# The strict settings, complete, for checks that must not depend on this machine.
PRODUCTION := ENV_FILE=/dev/null DEPLOYMENT=production SITE_URL=https://psrt.example.org TRUSTED_PROXIES=1 \
	SECRET_KEY=only-for-checks-8f3a1c97d2e64b50a9c7e1d3f5b7092468ace013579bdf EMAIL_URL=smtp+tls://portal:x@mail.example.org:587 \
	LINK_KEY=only-for-checks-1d3f5b7092468ace013579bdf8f3a1c97d2e64b50a9c7e FACTOR_KEY=only-for-checks-2468ace013579bdf8f3a1c97d2e64b50a9c7e1d3f5b709 \
	MAIL_FROM=portal@psrt.example.org ANNOUNCE_ADDRESS=announce@psrt.example.org SECURITY_ADDRESS=security@psrt.example.org \
	DATABASE_URL=postgres://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0 VAR_DIR=var VOTE_KEY_DIR=/nonexistent

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

setup: ## Install everything that running, testing and checking need into .venv
	@deploy/venv.sh $(ALL_PINS)

run: .env ## Start the portal on http://localhost:8000 (set HOST and PORT to change that); Ctrl-C stops it
	@deploy/venv.sh $(RUN_PINS)
	@exec $(PYTHON) -u manage.py run

shell: .env ## Open a Python shell with the portal's settings and models
	@deploy/venv.sh $(RUN_PINS)
	@exec $(PYTHON) manage.py shell

migrate: .env ## Apply migrations to the database of `make run`
	@deploy/venv.sh $(RUN_PINS)
	@exec $(PYTHON) manage.py migrate

# So that `make run` and every later manage.py command agree; what is set already stays.
.env:
	@deploy/venv.sh $(RUN_PINS)
	@umask 077; { echo "# Made by make run, to try the portal on this machine. .env.example explains every variable."; \
		echo "DEPLOYMENT=development"; \
		for name in SECRET_KEY LINK_KEY FACTOR_KEY; do \
			echo "$$name=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(48))')"; done; } >.env.new && mv .env.new .env

# What is visited by the way is not tested by it, so what crawls (no_cover) is run apart. Both parts run in any case.
test: setup ## Run every test on real servers that it starts itself, with coverage
	@covered=0; crawled=0; \
	$(PYTHON) -m slipcover --json --out $(COVERAGE) -m $(PYTEST_ARGS) -m "not lint and not no_cover" || covered=$$?; \
	$(PYTEST) -m "not lint and no_cover" || crawled=$$?; \
	$(PYTHON) -m tests.coverage $(COVERAGE) && exit $$((covered + crawled))

test-fast: setup ## Run the tests that need neither a browser nor a running worker
	$(PYTEST) -m "not lint and not browser and not services"

attack: setup ## Try again what attackers tried: takeovers, sessions, names, hostile input, tampering; part of make test
	$(PYTEST) -m attack

# The seed of hashes stands still, because some tests are named by the elements of a set.
mutation: setup ## Put mistakes into the code one by one and list those that no test notices; MODULES="a.py b.py" for some
	@PYTHONHASHSEED=0 MODULES="$(MODULES)" TESTS="$(TESTS)" $(PYTHON) -m tests.mutation

lint: setup ## Check style, types, layers, templates, migrations, settings and budgets
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m djlint templates --lint --quiet
	$(PYTHON) -m djlint templates --check --quiet $(NOT_MAIL)
	$(PRODUCTION) $(PYTHON) -W "ignore:Got an error checking" manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING
	$(PYTHON) docs/build.py --check
	$(PYTHON) -m pytest -q -n 0 -m lint tests/architecture

format: setup ## Apply what ruff can mend by itself, and format the code
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .
	$(PYTHON) -m djlint templates --reformat --quiet $(NOT_MAIL)

bench: setup ## Measure public pages and ballots (docs/testing.md says against what)
	@$(PYTHON) -m tests.bench.bench

chaos: setup ## Cause fault after fault below a running portal and print what is seen and lost; ONLY="a b" SECONDS=12
	@$(PYTHON) -m tests.bench.chaos $(addprefix --only=,$(ONLY)) $(addprefix --seconds=,$(SECONDS))

docs: setup ## Write the generated parts of docs/ and check every link
	$(PYTHON) docs/build.py

pins: ## Compile requirements/*.txt from pyproject.toml with the newest releases; ONLY="a b" moves only these
	@deploy/pins.sh $(ONLY)
