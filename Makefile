# The commands of the house. What each step does stands in config/local/install.py and config/local/product.py.

# The virtual environment's Python once there is one, else the first on the PATH that is new enough.
PYTHON := $(or $(wildcard .venv/bin/python),$(shell for python in python3 python3.11 python3.12 python3.13; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done),python3)
VENV := .venv/bin

.PHONY: setup run test test-heavy check bench lock

setup: ## virtual environment, locked packages, system libraries, front-end build
	@$(PYTHON) -m config.local.install setup

run: setup ## the whole product on http://127.0.0.1:8000/ (PORT, ALONGSIDE_DATA); Ctrl-C stops it
	@exec $(VENV)/python -m config.local run

test: setup ## all tests but the heavy ones
	@$(PYTHON) -m config.local.install browser
	@$(VENV)/python -m pytest -n 2 --dist loadfile -m "not heavy"

test-heavy: setup ## national sizes, thousand runs, whole product starts
	@$(PYTHON) -m config.local.install browser
	@$(VENV)/python -m pytest -n 2 --dist loadfile -m "heavy and not alone"
	@$(VENV)/python -m pytest -m "heavy and alone"

check: setup ## lint, templates, types, contracts, migrations
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/djlint --quiet --lint templates
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/python manage.py local makemigrations --check --dry-run

bench: setup ## how fast, as ratios, on rows of England's sizes (docs/how-to/measure-speed.md); BENCH=--quick while building
	@exec $(VENV)/python -m tests.load $(BENCH)

lock: ## write both lock files from pyproject.toml
	@$(PYTHON) -m config.local.install lock
