# The front door. Every target works on a fresh machine: it makes the environment when it is missing or stale.

PYTHON ?= python3
BIN := .venv/bin
# uv installs in seconds what pip installs in a minute; both take the same hashed files.
INSTALL = if command -v uv >/dev/null; then uv pip install --quiet --compile-bytecode --python $(BIN)/python $(1); \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check $(1); fi

.DEFAULT_GOAL := help
.PHONY: help run demo test soak mutants lint audit docs format e2e event-map bench pictures release lock clean

help: ## show this list
	@grep -E '^[a-z0-9]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

run: .venv/run ## start everything on this machine: http://localhost:8000
	@$(BIN)/innotter up

demo: .venv/run ## the same, in a data folder of its own with a small community in it
	@DATA_DIR="$${DATA_DIR:-data-demo}" $(BIN)/innotter demo

test: .venv/dev ## run every test that this machine allows, on all its cores
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --maxprocesses 7

soak: .venv/dev ## look for inputs that break something, for as long as asked: SOAK=500 make soak
	@SOAK="$${SOAK:-500}" SOAK_SEED="$${SOAK_SEED:-$$(date +%s)}" $(BIN)/python -m pytest tests/api/test_fuzz.py \
		tests/web/test_crawler.py tests/text/test_every_door.py tests/feed/test_warm_histories.py \
		tests/services/stats/test_nonsense.py tests/services/insights/test_nonsense.py

mutants: .venv/dev .venv/mutants ## break rules on purpose, and say which of it no test notices: PART=pages
	@$(BIN)/python -m tools.mutants $(PART)

e2e: .venv/dev ## run only the tests in the browser
	@$(BIN)/python -m pytest tests/e2e

lint: .venv/dev .venv/poetry ## check style, types, imports, templates, migrations and the lock
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@PYTHONPATH=. $(BIN)/lint-imports --no-logo
	@$(BIN)/djlint innotter --lint --quiet
	@$(BIN)/codespell
	@$(BIN)/shellcheck --severity warning .ci/run tools/*.sh deploy/docker/entrypoint.sh
	@$(BIN)/hadolint --failure-threshold warning deploy/docker/Dockerfile services/*/Dockerfile
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec compose.yaml compose.small.yaml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	@sh tools/django_checks.sh
	@sh tools/check_lock.sh
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir "$$(mktemp -d)"

audit: .venv/dev ## ask the package index for known holes in what is locked
	@for group in main stats insights lambdas dev; do \
		$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements/$$group.txt || exit 1; done

event-map: .venv/dev ## write docs/events/flow.md anew, after a change of events or subscribers
	@$(BIN)/python tools/event_map.py

docs: .venv/dev ## build the documentation into site/; a link that leads nowhere is an error
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

format: .venv/dev ## put the code in order
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format . 

bench: .venv/dev ## measure what docs/performance.md shows; PART=feed: only that
	@$(BIN)/python -m benchmarks $(PART)

pictures: .venv/dev ## take the pictures of the README anew, of a demo; needs Chromium
	@PYTHONPATH=. $(BIN)/python tools/pictures.py

release: .venv/run ## build the tagged commit into dist/: wheel, source distribution, and images where there is an engine
	@$(BIN)/python tools/release.py

lock: .venv/poetry ## after a change of dependencies: write the lock and the hashed requirement files anew
	@.venv/poetry/bin/poetry lock && sh tools/export_lock.sh requirements

clean: ## remove the environment and what tools have cached; data stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/run: requirements/main.txt requirements/stats.txt requirements/insights.txt requirements/lambdas.txt pyproject.toml
	@test -x $(BIN)/python || sh tools/make_venv.sh "$(PYTHON)"
	@echo "Installing …" && $(call INSTALL,--require-hashes -r requirements/main.txt -r requirements/stats.txt \
		-r requirements/insights.txt -r requirements/lambdas.txt)
	@$(call INSTALL,--no-deps --no-build-isolation -e .)
	@touch .venv/run

.venv/dev: .venv/run requirements/dev.txt
	@echo "Installing the tools …" && $(call INSTALL,--require-hashes -r requirements/dev.txt)
	@touch .venv/dev

.venv/poetry: requirements/poetry.txt | .venv/run
	@echo "Installing Poetry …" && $(BIN)/python -m venv .venv/poetry
	@.venv/poetry/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/poetry.txt
	@touch .venv/poetry

.venv/mutants: requirements/mutants.txt | .venv/run
	@echo "Installing Cosmic Ray …" && $(BIN)/python -m venv .venv/mutants
	@.venv/mutants/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/mutants.txt
	@touch .venv/mutants
