# The commands a developer types; `make` alone lists them.
# Written for GNU make 3.81 and newer, because that is what macOS ships.

PY ?= python3
PORT ?= 8000
T ?= tests
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
PYTEST := $(BIN)/python ops/with-postgres $(BIN)/python -m pytest
CHECKED := volunteer tests migrations bench wsgi.py config.py gunicorn.conf.py

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
