# `make help` lists the commands. PORT, DEMO_DATA and DATABASE_URL reach them, also as `make demo PORT=8001`.

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
WORKERS ?= 2
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

.DEFAULT_GOAL := help
.PHONY: help demo clean-demo test check fix front-end check-front-end bench prove lock

help: ## List the commands.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: .venv/.installed ## Serve a demo clinic with its own PostgreSQL; Ctrl-C stops it.
	@exec $(BIN)/python manage.py demo

clean-demo: .venv/.installed ## Delete what the demo wrote, to start over.
	@$(BIN)/python manage.py demo --clean

test: .venv/.installed ## Run all tests; ARGS="tests/schedules -k slots" runs some.
	@$(BIN)/pytest -n $(WORKERS) $(ARGS)

check: .venv/.installed ## Check format, lint, types, imports, migrations, schema and deployment. Edits nothing.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@# Without a database Django only warns that it cannot compare what is applied, which is not asked here.
	$(BIN)/python -W 'ignore:Got an error checking a consistent migration history' \
		manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py print_sdl --check
	@echo "manage.py check --deploy, with production settings"
	@ENVIRONMENT=production DEBUG= ALLOWED_HOSTS=clinic.example \
		SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
		DATABASE_URL=postgres://clinic:clinic@db.invalid:5432/clinic \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

fix: .venv/.installed ## Format, apply the safe fixes of the linter, print the GraphQL schema.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python manage.py print_sdl

front-end: .venv/.installed ## Generate the client of examples/front-end from the schema, and build it.
	@examples/front-end/scripts/with-node npm ci --no-audit --no-fund --loglevel=error
	@examples/front-end/scripts/with-node npm run build

check-front-end: .venv/.installed ## Check types of the front end, build it anew and compare with the tracked files.
	@examples/front-end/scripts/with-node scripts/check

bench: .venv/.installed ## Measure, and print the numbers. ROUNDS=1 is quick; SAVE=1 keeps the comparison in docs/performance.md.
	@$(BIN)/pytest -m benchmark -s $(ARGS)

prove: .venv/.installed ## Prove the booking engine, for hours: random worlds and concurrent attempts. ATTEMPTS=20000 is a part.
	@$(BIN)/pytest -n 0 -m prove -s $(ARGS)

lock: .venv/.installed ## Compile requirements*.in; UPGRADE=--upgrade takes newer releases.
	$(LOCK) $(UPGRADE) requirements.in --output-file requirements.txt
	$(LOCK) $(UPGRADE) --constraints requirements.txt requirements-dev.in --output-file requirements-dev.txt

.venv/.installed: requirements-dev.txt
	@test -n "$(PYTHON)" || { echo \
		"Python 3.11 or later is missing: install it, or say where it is: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing the packages into .venv (a minute or two, once) ..."
	@$(PYTHON) -m venv .venv || { echo \
		"Python cannot make virtual environments: install its package, such as \`apt-get install python3.11-venv\`."; exit 1; }
	@$(BIN)/pip install --disable-pip-version-check --require-hashes -r requirements-dev.txt || { echo \
		"The packages could not be installed: see above, check the network, and run make again."; exit 1; }
	@touch $@
