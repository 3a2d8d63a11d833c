# Two commands: `make run` to try it, `make test` to check it. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python

.PHONY: help run test lint web proof migration reference clean venv

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)$$/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

run: venv ## try Zhiban with the demo town on http://127.0.0.1:8000 (data stays in ./data)
	@$(PY) -m tools.setup app renderer form-fonts web
	@.venv/bin/zhiban run-demo || test $$? -eq 130

test: venv ## everything CI checks: lint, types, contracts, web, all tests on both engines
	@$(PY) -m tools.setup machine tests fonts web-packages
	@$(PY) -m tools.check test

lint: venv ## ruff, the house rules, mypy and the import contracts
	@$(PY) -m tools.setup tests
	@$(PY) -m tools.check lint

web: venv ## build the web clients into office/_web
	@$(PY) -m tools.setup web

proof: venv ## the long runs and the benchmarks, with JSON results
	@$(PY) -m tools.setup machine tests fonts web
	@$(PY) -m tools.check proof

migration: venv ## write migration step 0001 anew from the models (before the first release only)
	@$(PY) -m tools.make_migration

reference: venv ## write docs/reference anew from the manifests
	@$(PY) -m tools.make_reference

clean: ## remove what make built (never ./data)
	rm -rf .venv .stamps office/_web web/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist

venv:
	@bash tools/bootstrap
