.DEFAULT_GOAL := help
SHELL := /bin/sh
export PATH := $(PATH):/usr/sbin:/sbin
umask := umask 022

BASE := $(shell sh deploy/place.sh)
VENV := $(BASE)/.venv
PY := $(VENV)/bin/python
# Only what the lock names: older pips take `name[extra]` for a second project and look for its newest version.
INSTALL := $(PY) -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --only-binary :all:
export VAR_DIR := $(BASE)/var
PYTHON ?= python3
# What make runs may use the embedded database; outside of it only who says so.
EMBEDDED := EMBEDDED=$${EMBEDDED:-1}
LOCK_FLAGS ?= --upgrade
CHROMIUM_PACKAGES := chromium poppler-utils
PANGO_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0

.PHONY: help run test gate check bench fix demo diagram lock where manage

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.run pango ## set everything up and start the site and one worker (PORT=8000; EMPTY=1: no demonstration)
	@exec $(PY) -m config.launch

test: $(VENV)/.dev pango chromium ## run all tests, or those that match: make test k=covenant
	@$(PY) -m pytest $(if $(k),-k "$(k)",)

gate: $(VENV)/.dev pango chromium ## run all tests and hold that they reach every branch of the law of the house
	@$(PY) -m pytest --cov --cov-report=term:skip-covered --no-cov-on-fail

check: $(VENV)/.dev ## format, lint, import contracts, migrations, deployment settings
	@$(PY) -m ruff format --check --quiet . || { echo "Chạy make fix để định dạng lại."; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(VENV)/bin/lint-imports --no-cache >$(VAR_DIR)/lint-imports.log 2>&1 || { cat $(VAR_DIR)/lint-imports.log; exit 1; }
	@$(PY) deploy/check.py
	@echo "make check: không có lỗi."

bench: $(VENV)/.dev pango ## measure the pages, the engine and the papers
	@test -d bench || { echo "Chưa có bộ đo: thư mục bench/ không tồn tại."; exit 1; }
	@$(PY) -m bench

fix: $(VENV)/.dev ## format and mend what a machine can mend
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

demo: $(VENV)/.run pango ## demonstration data, when the database is empty
	@$(EMBEDDED) $(PY) manage.py demo

manage: $(VENV)/.run pango ## run a management command: make manage c="verify"
	@$(EMBEDDED) $(PY) manage.py $(c)

diagram: $(VENV)/.run ## draw the phases of the year into docs/phases.md
	@$(PY) manage.py diagram

# The tool that resolves stands in an environment of its own: it is no part of the product.
LOCK_TOOL := $(VAR_DIR)/lock-tool
LOCK := $(LOCK_TOOL)/bin/uv pip compile pyproject.toml -q $(LOCK_FLAGS) --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header
lock: ## resolve the dependencies of pyproject.toml anew (LOCK_FLAGS= keeps what still fits)
	@mkdir -p $(VAR_DIR); test -x $(LOCK_TOOL)/bin/uv || { $(PYTHON) -m venv $(LOCK_TOOL) && $(LOCK_TOOL)/bin/pip install -qq --disable-pip-version-check uv; }
	@$(LOCK) -o requirements.lock
	@$(LOCK) --group dev -o requirements-dev.lock

where: ## print the Python in use
	@echo $(PY)

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cần Python từ 3.11. Chọn bằng PYTHON=…"; exit 1; }
	@sh deploy/need.sh "$(PYTHON) -c 'import venv, ensurepip'" python3-venv
	@test "$(BASE)" = "$(CURDIR)" || echo "Môi trường và dữ liệu nằm ở $(BASE)"
	@$(umask) && mkdir -p $(BASE) $(VAR_DIR) && test -O $(BASE) && $(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock $(PY)
	@echo "Cài các thư viện Python…"
	@$(umask) && $(INSTALL) -r requirements.lock && $(PY) -m pip check -q --disable-pip-version-check
	@mkdir -p $(VAR_DIR) && touch $@

$(VENV)/.dev: requirements-dev.lock $(PY)
	@echo "Cài các thư viện Python cho kiểm thử…"
	@$(umask) && $(INSTALL) -r requirements-dev.lock && $(PY) -m pip check -q --disable-pip-version-check
	@mkdir -p $(VAR_DIR) && touch $(VENV)/.run $@

.PHONY: pango chromium
pango:
	@sh deploy/need.sh "ldconfig -p | grep -q libpangoft2-1.0.so.0 && ldconfig -p | grep -q libharfbuzz-subset.so.0" $(PANGO_PACKAGES)

chromium:
	@sh deploy/need.sh "command -v chromium && command -v pdftotext" $(CHROMIUM_PACKAGES)
