# 西咸新区政务数据汇聚：`make` prints what there is to do. Needs python3 (3.11–3.13, with venv) and make, nothing else.
PYTHON ?= python3
SCALE ?= 1
DATE ?= 2021-11-19
ARGS ?=
WORKERS ?= 2

BIN := .venv/bin
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate $(ARGS)
export PYTHONPATH := $(CURDIR)/include:$(CURDIR)/plugins
.DEFAULT_GOAL := help
.PHONY: help run stop test check fix lock check-source show bench bench-growth docs clean chromium mariadb

help:  ## print this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 16

run: .venv/run.stamp  ## start everything, run the pipeline once, show the tallies (SCALE=0.02 for the one-minute tour)
	@$(BIN)/python -m stack.run --scale $(SCALE) --data-date $(DATE)

stop: .venv/run.stamp  ## stop what `make run` started, and nothing else
	@$(BIN)/python -m stack.stop

test: .venv/dev.stamp chromium mariadb  ## run the tests on throw-away PostgreSQL servers, one per worker (ARGS="tests/govservice -k name", WORKERS=0 for one process)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope $(ARGS)

check: .venv/dev.stamp  ## style, types, SQL (templates written out too), who may use whom, links, tests per relation, generated pages, compose file; changes nothing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy include dags plugins
	PYTHONWARNINGS=ignore $(BIN)/sqlfluff lint --processes 2 sql include/bench
	@rm -rf var/written_out && $(BIN)/python -m documents.written_out var/written_out
	PYTHONWARNINGS=ignore $(BIN)/sqlfluff lint --processes 2 --config .sqlfluff-written-out var/written_out
	$(BIN)/python -m pytest -q tests/architecture
	$(BIN)/python -m documents --check
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

docs: .venv/run.stamp  ## write the generated pages of docs/ from the warehouse, the rules, the statements and the contract
	@$(BIN)/python -m documents

fix: .venv/dev.stamp  ## mend what can be mended by itself: style, SQL layout
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/sqlfluff fix sql include/bench

check-source: .venv/run.stamp  ## try one source without loading anything (ID=konggang_centre)
	@$(BIN)/python -m stack.environment python -m check_source $(ID)

show: .venv/run.stamp  ## print a statement as it is run (SQL=quality/accept_live), or a rule as written and compiled (RULE=T07)
	@$(BIN)/python -m documents.show --sql "$(SQL)" --rule "$(RULE)"

bench: .venv/dev.stamp .venv-dbt/dbt.stamp  ## measure speed and memory on a throw-away PostgreSQL, each ratio with its bar (SCALE=0.1 is quicker)
	@$(BIN)/python -m bench --scale $(SCALE)

bench-growth: .venv/dev.stamp  ## the whole job at SCALE and at a tenth of it (SCALE=10: 4.3 million cases, about 100 GB of disk)
	@$(BIN)/python -m bench --growth --scale $(SCALE)

clean:  ## stop everything and remove var/ with all data in it
	@[ ! -e .venv/run.stamp ] || $(MAKE) --no-print-directory stop
	rm -rf var

lock: .venv/dev.stamp  ## compile requirements*.txt from requirements*.in; keeps present versions (ARGS=--upgrade renews them)
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	$(LOCK) requirements-dbt.in -o requirements-dbt.txt

.venv/venv.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "需要 Python 3.11–3.13，而 $(PYTHON) 是 $$($(PYTHON) --version 2>&1)；用 make PYTHON=python3.12 … 指定"; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/run.stamp .venv/dev.stamp: .venv/%.stamp: | .venv/venv.stamp
	@echo "安装 $<（首次约一两分钟）"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
.venv/run.stamp: requirements.txt
.venv/dev.stamp: requirements-dev.txt

# An environment of its own: dbt wants protobuf < 7, pathspec < 0.13, more-itertools < 11 and importlib-metadata < 9, the lock of
# Airflow has later ones. The bench does without dbt where it cannot be installed.
.venv-dbt/dbt.stamp: requirements-dbt.txt | .venv/venv.stamp
	@echo "安装 $<（首次约半分钟）"
	@if $(PYTHON) -m venv --clear .venv-dbt && .venv-dbt/bin/python -m pip install --quiet --disable-pip-version-check -r $<; \
	then touch $@; else echo "!! dbt 装不上：测速时不测它" >&2; fi

chromium:
	@if { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium; \
	else echo "!! 没有 Chromium 且不能安装（不是 root 或没有 apt-get）：界面测试将被跳过" >&2; fi

mariadb:
	@if PATH="$$PATH:/usr/sbin" command -v mariadbd >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq mariadb-server-core mariadb-client-core; \
	else echo "!! 没有 MariaDB 且不能安装（不是 root 或没有 apt-get）：MariaDB 前置库的测试将被跳过" >&2; fi
