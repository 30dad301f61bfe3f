# What people type. Needs Python 3.11 or newer and nothing else; everything installed goes to .venv.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint format bench docs pins
MAKEFLAGS += --no-print-directory

PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest -n auto --dist worksteal
# The strict settings, complete, for checks that must not depend on this machine.
PRODUCTION := ENV_FILE=/dev/null DEPLOYMENT=production SITE_URL=https://psrt.example.org TRUSTED_PROXIES=1 \
	SECRET_KEY=only-for-checks-8f3a1c97d2e64b50a9c7e1d3f5b7092468ace013579bdf EMAIL_URL=smtp+tls://portal:x@mail.example.org:587 \
	MAIL_FROM=portal@psrt.example.org ANNOUNCE_ADDRESS=announce@psrt.example.org SECURITY_ADDRESS=security@psrt.example.org \
	DATABASE_URL=sqlite:///var/checks.sqlite3 REDIS_URL= VAR_DIR=var

help: ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

setup: ## Make .venv with everything that running, testing and checking need
	@deploy/venv.sh requirements/run.txt
	@deploy/venv.sh requirements/dev.txt

run: .env ## Start the portal on http://localhost:8000 (HOST and PORT change that); Ctrl-C stops it
	@deploy/venv.sh requirements/run.txt
	@exec $(PYTHON) -u manage.py run

# So that `make run` and every later manage.py command agree; what is set already stays.
.env:
	@deploy/venv.sh requirements/run.txt
	@umask 077; { echo "# Made by make run, to try the portal on this machine. .env.example explains every variable."; \
		echo "DEPLOYMENT=development"; \
		echo "SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(48))')"; } >.env.new && mv .env.new .env

test: setup ## Run every test: what any database must pass on SQLite, and all that has to do with one on PostgreSQL
	$(PYTEST) --cov --cov-report= --database=sqlite -m "not postgresql and not browser and not services"
	$(PYTEST) --cov --cov-report= --cov-append -m races tests/*/test_races.py
	$(PYTHON) -m coverage report --fail-under=95
	$(PYTHON) -m coverage report --fail-under=100 --include="*/policy.py,*/policy/*,*/workflow.py,*/workflow/*,*/records/*"
	$(PYTEST) -m "(database or browser or services) and not races"

lint: setup ## Check form, types, layers, templates, migrations, settings and budgets
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PYTHON) -m djlint templates --lint --quiet
	$(PRODUCTION) $(PYTHON) manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING
	$(PYTHON) docs/build.py --check
	$(PYTHON) -m pytest --database=sqlite -q tests/architecture/test_budgets.py tests/architecture/test_imports.py \
		tests/architecture/test_rules.py

format: setup ## Bring the code into form
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: setup ## Measure public pages against a bare Django view, ballots against raw SQL (docs/testing.md)
	@$(PYTHON) -m tests.bench.bench

docs: setup ## Write the generated parts of docs/ anew and check every link
	$(PYTHON) docs/build.py

pins: setup ## Compile requirements/*.txt from *.in with the newest releases
	$(PYTHON) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
		--quiet requirements/run.in -o requirements/run.txt
	$(PYTHON) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
		--quiet requirements/dev.in -c requirements/run.txt -o requirements/dev.txt
