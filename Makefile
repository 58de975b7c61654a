# Everything starts here: `make demo`, `make test`. Nothing else need be done first.
SHELL := /bin/sh
PORT ?= 8000
DATA_DIR ?= var
export DATA_DIR

PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py
RUNTIME := .venv/.runtime-installed
DEVELOPMENT := .venv/.development-installed
LIBRARIES := .venv/.libraries-checked

.PHONY: help install demo serve test test-postgres check bench lock clean

help:
	@echo "make demo | serve | test | test-postgres | check | bench | install | lock | clean"

install: $(RUNTIME) $(LIBRARIES)
	@$(PYTHON) scripts/fonts.py "$(DATA_DIR)/fonts"

.venv/bin/python:
	@sh scripts/virtual_environment.sh

$(RUNTIME): .venv/bin/python requirements.txt
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEVELOPMENT): $(RUNTIME) requirements-dev.txt
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(LIBRARIES): scripts/system_libraries.sh | .venv/bin/python
	@sh scripts/system_libraries.sh
	@touch $@

demo: install
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_demo
	@test -f "$(DATA_DIR)/demo/annual-report-2022.pdf" || \
		$(MANAGE) annual_report --agency wendeng-zfj --year 2022 -o "$(DATA_DIR)/demo/annual-report-2022.pdf"
	@echo "年度报告：$(DATA_DIR)/demo/annual-report-2022.pdf"
	@echo "启动网站：make serve，然后打开 http://127.0.0.1:$(PORT)/ （后台 http://127.0.0.1:$(PORT)/admin/）"
	@echo "忘记密码：$(MANAGE) changepassword admin"

serve: install
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@.venv/bin/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers 2 --respawn-failed-workers config.wsgi:application

test: install $(DEVELOPMENT)
	@$(PYTHON) -m pytest

test-postgres: install $(DEVELOPMENT)
	@sh scripts/private_postgres.sh $(PYTHON) -m pytest

check: install $(DEVELOPMENT)
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy
	@SITE_URL=https://gongkai.example DEBUG=0 $(MANAGE) check --deploy --fail-level WARNING
	@$(MANAGE) makemigrations --check --dry-run
	@echo "检查通过"

bench: install $(DEVELOPMENT)
	@$(PYTHON) -m scripts.bench

# The lock names no registry: whichever the machine is set up with is used.
lock: $(DEVELOPMENT)
	@$(PYTHON) -m pip install --quiet uv
	@.venv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	@.venv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml \
		-c requirements.txt -o requirements-dev.txt

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
