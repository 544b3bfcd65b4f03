# Everything one does with a checkout. `make` alone lists the targets; nothing needs to be installed by hand.
# Extra arguments go through ARGS, as in: make test ARGS="tests/ops -x"

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
RASA := RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=3 LOG_LEVEL=WARNING \
	.venv-rasa/bin/python -m rasa
# Rasa is talkative: what it writes is shown when it fails.
QUIETLY := > var/log/rasa-check.log 2>&1 || { tail -n 40 var/log/rasa-check.log; exit 1; }
# A folder of statute texts, one file each: where it is given, `make check` compares the policies' articles with it.
LAWS_DIR ?=
# Most tests wait more than they compute: three at a time, a file each. Then, one by one, those that measure time and
# those that start the whole system. Both parts run whatever becomes of the first.
ifdef ARGS
TESTS := $(PYTHON) -m pytest $(ARGS)
else
TESTS := { failed=0; $(PYTHON) -m pytest -n 3 --dist loadfile -m "not alone and not end_to_end" || failed=1; \
	$(PYTHON) -m pytest -m "alone or end_to_end" || failed=1; test $$failed -eq 0; }
endif

.PHONY: help setup run test check again format train bench lock clean distclean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 12

setup: ## create or mend both virtual environments, nothing else
	@sh ops/setup.sh

run: setup ## set up, train and index what is missing, start everything, print the addresses and `ready`
	@exec $(PYTHON) -m ops.run $(ARGS)

test: setup ## set up and pass all tests
	@$(PYTHON) -m ops.run --prepare
	@$(TESTS)

check: setup ## all that CI runs: format, lint, types, import rules, training data, policies, conversations, tests
	@echo "== format" && $(PYTHON) -m ruff format --check .
	@echo "== lint" && $(PYTHON) -m ruff check .
	@echo "== types" && $(PYTHON) -m mypy
	@echo "== import rules" && .venv/bin/lint-imports
	@echo "== training data" && mkdir -p var/log
	@$(RASA) data validate --fail-on-warnings --domain domain.yml --data nlu_data $(QUIETLY)
	@echo "== policies" && $(PYTHON) -m knowledge_base check $(if $(LAWS_DIR),--laws "$(LAWS_DIR)")
	@echo "== model, encoder, index and database" && $(PYTHON) -m ops.run --prepare
	@echo "== conversations"
	@$(RASA) test core --e2e --no-plot --stories tests/conversations --model "$$($(PYTHON) -m ops.rasa_model)" \
		--fail-on-prediction-errors --out var/rasa/results $(QUIETLY)
	@echo "== tests" && $(TESTS) || $(MAKE) --no-print-directory again

# A shared machine can be too slow for a moment. What failed is named above; failing a second time, alone, is a fault.
again: setup ## run once more, alone, the tests that failed last
	@echo "== what failed, once more and alone" && $(PYTHON) -m pytest --last-failed --last-failed-no-failures none

format: setup ## format the code and mend what the linter can
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .

train: setup ## train Rasa's model and the encoder and build the index, even if nothing changed
	@$(PYTHON) -m ops.run --prepare --force

bench: setup ## measure latency beside a stock Rasa pipeline; prints the table
	@$(PYTHON) -m bench $(ARGS)

lock: ## solve requirements/*.in anew into the lock files (ARGS=--upgrade for new releases)
	@sh ops/setup.sh ops.lock $(ARGS)

clean: ## remove what is made again by itself: models, index, logs, caches; never the database or the keys
	@rm -rf var/rasa/models var/rasa/cache var/rasa/results var/index var/log
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .rasa
	@find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +

distclean: clean ## clean, and remove the virtual environments and the installer
	@rm -rf .venv .venv-rasa var/uv
