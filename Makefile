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
PIP := $(PYTHON) -m pip --quiet --disable-pip-version-check
# Every core has its own database; the tests of a module stay together, for they share a browser.
PARALLEL := -n auto --dist loadscope
CATALOGUE := locale/zh_Hans/LC_MESSAGES/django
COMPILE := $(PYTHON) -c "import sys, polib; polib.pofile(sys.argv[1]).save_as_mofile(sys.argv[2])" $(CATALOGUE).po

.PHONY: help install demo serve test test-postgres check bench catalogue lock clean

help:
	@echo "make demo           set everything up, load the demonstration bureau, print its report"
	@echo "make serve          serve the site on 127.0.0.1:$(PORT) (PORT= changes it)"
	@echo "make test           set everything up, run the whole suite"
	@echo "make test-postgres  what asks the database, on a PostgreSQL made for it or on that of DATABASE_URL"
	@echo "make check          lint, format, types, deployment checks, migrations and translations in step"
	@echo "make bench          measure; writes $(DATA_DIR)/bench"
	@echo "make install        only the set-up"
	@echo "make catalogue      compile the translations after a change"
	@echo "make lock           renew the two requirement files after a change of pyproject.toml"
	@echo "make clean          remove the environment and the tools' caches; data stays"

install: $(RUNTIME) $(LIBRARIES)
	@$(PYTHON) scripts/fonts.py "$(DATA_DIR)/fonts"

# Debian ships Python without what makes environments; where allowed it is installed.
.venv/bin/python:
	@sh scripts/virtual_environment.sh || { sh scripts/system_libraries.sh python3-venv && sh scripts/virtual_environment.sh; }

$(RUNTIME): .venv/bin/python requirements.txt
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m ensurepip >/dev/null
	@echo "安装依赖：requirements.txt"
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(DEVELOPMENT): $(RUNTIME) requirements-dev.txt
	@echo "安装依赖：requirements-dev.txt"
	@$(PIP) install --require-hashes -r requirements-dev.txt
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
	@$(PYTHON) -m granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers 2 --respawn-failed-workers config.wsgi:application

test: install $(DEVELOPMENT)
	@$(PYTHON) -m pytest $(PARALLEL)

test-postgres: install $(DEVELOPMENT)
	@sh scripts/private_postgres.sh $(PYTHON) -m pytest $(PARALLEL) --database

check: install $(DEVELOPMENT)
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m mypy
	@SITE_URL=https://gongkai.example DEBUG=0 $(MANAGE) check --deploy --fail-level WARNING
	@$(MANAGE) makemigrations --check --dry-run
	@$(COMPILE) .venv/django.mo
	@cmp .venv/django.mo $(CATALOGUE).mo || { echo "翻译文件未编译，请运行：make catalogue"; exit 1; }
	@echo "检查通过"

bench: install $(DEVELOPMENT)
	@$(PYTHON) -m scripts.bench

catalogue: $(DEVELOPMENT)
	@$(COMPILE) $(CATALOGUE).mo

# The lock names no registry: whichever the machine is set up with is used.
lock: $(DEVELOPMENT)
	@$(PIP) install uv
	@$(PYTHON) -m uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	@$(PYTHON) -m uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml \
		-c requirements.txt -o requirements-dev.txt

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
