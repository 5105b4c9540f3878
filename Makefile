# The commands a developer types; `make` alone lists them.
# Written for GNU make 3.81 and newer, because that is what macOS ships.

PY ?= python3
PORT ?= 8000
export PORT
T ?= tests
# How many tests run at a time: one more than there are cores, for many wait for a browser or a server.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
V := .venv
BIN := $(V)/bin
FLASK := $(BIN)/flask --app wsgi
STEP := ops/step
UV_VERSION := 0.13.9

# Without compiled files every start would compile everything again: uv makes them only when asked,
# and this variable, which some shells carry, would forbid Python to.
export UV_COMPILE_BYTECODE := 1
unexport PYTHONDONTWRITEBYTECODE

CATALOGUES := $(wildcard volunteer/translations/*/LC_MESSAGES/messages.po)
BROWSERS = TEST_CHROMIUM="$$(ops/test-needs browser)" TEST_HEADLESS="$$(ops/test-needs headless)"
PYTEST := $(BIN)/python ops/with-postgres $(BIN)/python -m pytest -n $(WORKERS)
EXTRACT := --mapping babel.cfg --keyword lazy_gettext --keyword __ --keyword __ --add-location file --no-wrap --project Linli --version '' --copyright-holder 'the Linli contributors'
UPDATE := --no-fuzzy-matching --ignore-obsolete --no-wrap --init-missing --locale zh_Hans
# No registry's address and none of this machine's folders gets into the lock files.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(U) pyproject.toml

.DEFAULT_GOAL := help
# One thing after the other, whatever -j says: the output is to be read.
.NOTPARALLEL:
.DELETE_ON_ERROR:

.PHONY: help
help:  ## list what there is
	@awk -F ':.*##' '/^[a-z-]+:.*##/ { printf "  make %-20s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo '  PY=python3.12 chooses the Python that .venv is made with.'

# --- Set-up -------------------------------------------------------------------------------------

.PHONY: setup setup-dev
setup: $(V)/ready $(CATALOGUES:.po=.mo)  ## make .venv with what the service needs
setup-dev: $(V)/ready-dev $(CATALOGUES:.po=.mo)  ## the same, and what its tests and checks need

# Each of these files is empty; its date says when that step was last done.
$(V)/ready: $(V)/made requirements.lock
	@echo 'Installing what the service needs …'
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@touch $@

$(V)/ready-dev: $(V)/ready requirements-dev.lock
	@echo 'Installing what the tests need …'
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

$(V)/made:
	@command -v $(PY) >/dev/null || { echo 'There is no $(PY) here. Debian, Ubuntu: apt-get install python3 python3-venv. macOS: brew install python3.'; exit 1; }
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Linli needs Python 3.11 or newer, and $(PY) is older. Name a newer one: make PY=python3.12 …'; exit 1; }
	@$(PY) -c 'import ensurepip, venv' 2>/dev/null || { echo 'This Python cannot make virtual environments yet. Debian, Ubuntu: apt-get install python3-venv.'; exit 1; }
	@echo 'Making $(V) …'
	@$(PY) -m venv --clear $(V)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

%.mo: %.po | $(V)/ready
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# --- Running ------------------------------------------------------------------------------------

.PHONY: run web key push-key jobs demo
run: setup  ## the demo at http://127.0.0.1:8000 (PORT=… elsewhere); Ctrl-C stops it
	@ops/run-demo

web: setup  ## the web server alone, as in real use (docs/operations.md names the settings)
	@# gunicorn looks at WEB_CONCURRENCY before our file, and ends with a trace: so we look first.
	@$(BIN)/python gunicorn.conf.py
	@$(BIN)/gunicorn -c gunicorn.conf.py wsgi:app

key: setup  ## a fresh key for DATA_KEYS
	@$(BIN)/python -c 'import config; print(config.new_data_key())'

push-key: setup  ## a fresh key for PUSH_KEY
	@$(BIN)/python -c 'import config; print(config.new_push_key())'

jobs: setup  ## the scheduler alone, as in real use
	@$(FLASK) jobs serve

demo: setup  ## throw the demo's data in instance/ away and make it afresh
	@# Starting it as the demo refuses when real people stand in that file.
	@env -u DATABASE_URL DEMO=1 $(FLASK) routes >/dev/null
	@rm -f instance/linli.sqlite3 instance/linli.sqlite3-wal instance/linli.sqlite3-shm
	@env -u DATABASE_URL DEMO=1 $(FLASK) demo prepare

# --- Tests --------------------------------------------------------------------------------------

.PHONY: test unit journeys coverage
test: setup-dev test-needs lint types imports templates spelling translations-check  ## everything CI runs; all must pass
	@exec env $(BROWSERS) $(PYTEST)

unit: setup-dev  ## the quick tests, on SQLite: no browser, no races, no walks; T=tests/activities for a part, AT=23:30 as if it were then
	@TEST_DATABASES=sqlite $(if $(AT),TEST_AT='$(AT)') $(BIN)/python -m pytest -n logical $(if $(AT),-p tests.another_hour) \
		-m 'not journey and not processes and not walks' -k 'not postgres' $(T)

journeys: setup-dev test-needs  ## whole stories in a real browser; T=… for a part
	@exec env $(BROWSERS) $(PYTEST) -m journey $(T)

coverage: setup-dev  ## what the quick tests leave out, line by line and branch by branch
	@$(PYTEST) -m 'not journey' -p pytest_cov --cov --cov-report=term-missing:skip-covered $(T)

.PHONY: test-needs
test-needs: setup-dev
	@$(STEP) 'browser and Chinese font' ops/test-needs

# --- Checks -------------------------------------------------------------------------------------

.PHONY: lint format types imports templates spelling translations-check
lint: setup-dev  ## how the code is written (ruff)
	@$(STEP) 'ruff format' $(BIN)/ruff format --check --quiet .
	@$(STEP) 'ruff' $(BIN)/ruff check --quiet .
	@$(STEP) 'dependencies' $(BIN)/deptry .

format: setup-dev  ## let ruff lay out the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only .

types: setup-dev  ## mypy, strict
	@$(STEP) 'mypy' $(BIN)/mypy

imports: setup-dev  ## who may import whom (import-linter)
	@$(STEP) 'import-linter' $(BIN)/lint-imports --no-logo

templates: setup-dev  ## the pages' own linter (djlint)
	@$(STEP) 'djlint' $(BIN)/djlint --lint --quiet templates

spelling: setup-dev  ## common typing errors (codespell)
	@$(STEP) 'codespell' $(BIN)/codespell

translations-check: setup-dev  ## is every sentence in every catalogue, and translated?
	@$(STEP) 'translations' $(BIN)/python ops/check-translations

# --- Work ---------------------------------------------------------------------------------------

.PHONY: migration translations lock sbom bench chaos pictures clean
migration: setup  ## the next numbered migration; m="what it does"
	@test -n '$(m)' || { echo 'Say what it does: make migration m="remember when each sign-up was made"'; exit 1; }
	@# Compared with a database of its own: the one in instance/ may be older, or newer.
	@rm -f $(V)/tables.sqlite3*
	@DEMO=1 DATABASE_URL='sqlite:///$(CURDIR)/$(V)/tables.sqlite3' $(FLASK) db upgrade >/dev/null
	@DEMO=1 DATABASE_URL='sqlite:///$(CURDIR)/$(V)/tables.sqlite3' $(FLASK) db revision -m '$(m)'

translations: setup  ## collect the sentences of code and templates into the catalogues
	@$(BIN)/pybabel --quiet extract $(EXTRACT) --output $(V)/messages.pot .
	@$(BIN)/pybabel --quiet update $(UPDATE) --input-file $(V)/messages.pot --output-dir volunteer/translations

lock: $(V)/made  ## make the lock files again from pyproject.toml; U=--upgrade takes newer versions
	@$(LOCK) --extra postgres --output-file requirements.lock
	@$(LOCK) --all-extras --constraint requirements.lock --output-file requirements-dev.lock

sbom: setup  ## what the service is built on, as a CycloneDX list (SBOM): sbom.cdx.json
	@$(BIN)/python ops/sbom > sbom.cdx.json

bench: setup-dev  ## speed, against its limits; BENCH_JSON=path keeps the figures, B="page race" measures a part
	@$(BIN)/python ops/with-postgres $(BIN)/python -m bench $(B)

chaos: setup-dev  ## senders and workers killed, a full disk, a silent database and more: is anything lost or doubled? C=disk measures a part
	@$(BIN)/python ops/with-postgres $(BIN)/python -m bench.chaos $(C)

pictures: setup-dev test-needs  ## screenshots of the demo
	@exec env $(BROWSERS) $(BIN)/python -m bench.pictures

clean:  ## remove what the tools made; the data in instance/ stays
	@rm -rf $(V) instance/templates .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage* htmlcov
	@find . -name __pycache__ -prune -exec rm -rf {} + -o -name '*.mo' -exec rm -f {} +
