# Development of the plugin. Its users need Python 3.9 or newer and none of this.
# Paths are relative and quoted, so that the folder may have a space in its name.

# The newest Python that runs and can make environments. A pyenv shim may exist and still not run.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3.10 python3.9 python3; do \
	"$$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 9))' 2>/dev/null \
	&& command -v "$$name" && break; done)
PY := .venv/bin/python
CLAUDE ?= $(firstword $(wildcard tests/client/node_modules/@anthropic-ai/claude-code-*/claude))

# $(call environment,INTERPRETER,FOLDER,REQUIREMENTS): shell that makes the environment, again when
# the requirements have changed.
environment = echo "Making $(2) with $(1)"; "$(1)" -m venv --clear "$(2)"; \
	"$(2)/bin/python" -m pip install -qq --disable-pip-version-check -r "$(3)"; \
	touch "$(2)/installed"

# $(call tests,PYTHON): all tests on all cores; those that fail once more, to show what their asserts
# compare. Taking asserts apart for that takes longer than most of the tests.
tests = "$(1)" -m pytest -q -n auto --assert=plain tests/unit tests/contract || { \
	"$(1)" -m pytest -q --last-failed tests/unit tests/contract; exit 1; }

# Without compiled files each of the scripts that tests start would compile the library anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: test lint unit pythons oldest format commands e2e bench validate version icon readme \
	screenshot evals-figures figures planted bugs quality mutants clean

test: lint unit pythons oldest

lint: .venv/installed
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) tools/generate_commands.py --check

unit: .venv/installed
	$(call tests,$(PY))

# The runtime as users have it, under every Python found.
pythons: .venv/installed
	$(PY) tests/run_pythons.py

# The same tests under the oldest Python found, in an environment of its own.
oldest: .venv/installed
	@set -e; oldest="$$($(PY) tests/run_pythons.py --oldest)"; \
	version="$$("$$oldest" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"; \
	if $(PY) -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$$version')"; then \
		echo "The oldest Python is $$version, which ran the tests already."; exit; \
	fi; \
	folder=".venv-$$version"; \
	test "$$folder/installed" -nt tests/requirements.txt || { $(call environment,$$oldest,$$folder,tests/requirements.txt); }; \
	echo "The tests under Python $$version:"; \
	$(call tests,$$folder/bin/python)

format: .venv/installed
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

commands: .venv/installed
	$(PY) tools/generate_commands.py

# The real client against a scripted model server, offline.
e2e: .venv/client tests/client/node_modules/.package-lock.json
	$(PY) -m pytest -q -rs tests/client

bench: .venv/installed .venv/client tests/client/node_modules/.package-lock.json
	$(PY) tests/bench.py
	$(PY) tests/client/bench_conversation.py

# Every figure of checked documents moved: what no check notices, by option set and command.
planted: .venv/installed
	$(PY) tests/planted_figures.py --show

# Bugs that a developer might write, planted by option set: where a wrong plan would be shown.
bugs: .venv/installed
	$(PY) tests/planted_bugs.py

# How good the plans are: random accounts beside the best orders and another program's, a table for
# each size. For another commit's plans in the same tables: make quality AGAINST=main
quality: .venv-quality/installed
	.venv-quality/bin/python tests/quality/plan_quality.py $(if $(AGAINST),--against "$(AGAINST)")

# One small mistake of the code at a time: which ones no test notices. About an hour.
mutants: .venv/installed
	$(PY) tests/mutants.py

validate: tests/client/node_modules/.package-lock.json
	@set -e; home="$$(mktemp -d)"; trap 'rm -rf "$$home"' EXIT; \
	offline="$$(unshare -n true 2>/dev/null && echo 'unshare -n' || true)"; \
	env -i PATH="$$PATH" HOME="$$home" LANG=C.UTF-8 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
		$$offline "$(CLAUDE)" plugin validate --strict --profile directory .

version:
	"$(PYTHON)" tools/set_version.py "$(V)"

icon:
	"$(PYTHON)" tools/draw_icon.py

# What README.md and docs/ show of the program's output and data.
readme:
	"$(PYTHON)" docs/write_output.py

# README.md's picture, from the real client. Needs tmux, chromium and the fonts that the script names.
screenshot: .venv/client tests/client/node_modules/.package-lock.json
	$(PY) tests/client/take_screenshot.py --columns 84 --until "Cash After Trades" docs/images/report.png

# Everything that the program writes about itself, after a change of a figure or of the report.
figures: readme evals-figures .venv/installed
	$(PY) tests/expected_plans.py --write
	$(PY) tests/recorded_plans.py --write
	$(PY) tests/recorded_readings.py --write
	PYTHONPATH=scripts:tests/unit $(PY) tests/unit/test_report.py
	PYTHONPATH=scripts:tests/unit $(PY) tests/unit/test_help.py
	PYTHONPATH=scripts:tests/unit $(PY) tests/unit/test_check_answers.py
	PYTHONPATH=scripts:tests/unit $(PY) tests/unit/test_request_limits.py
	PYTHONPATH=scripts:tests/unit $(PY) tests/unit/test_answer_tables.py

# The figures that the eval cases want, and the answers of their mocked server.
evals-figures:
	"$(PYTHON)" evals/write_graders.py

clean:
	rm -rf .venv .venv-* .pytest_cache .ruff_cache .hypothesis tests/client/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed: tests/requirements.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.9 or newer with venv found." \
		"Install one; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@set -e; $(call environment,$(PYTHON),.venv,tests/requirements.txt)

# Of the newest Python found, for the oracles are only made for such.
.venv-quality/installed: tests/quality/requirements.txt
	@set -e; newest="$$("$(PYTHON)" tests/run_pythons.py --newest)"; \
	$(call environment,$$newest,.venv-quality,tests/quality/requirements.txt)

.venv/client: .venv/installed tests/client/requirements.txt
	$(PY) -m pip install -qq --disable-pip-version-check -r tests/client/requirements.txt
	@touch "$@"

tests/client/node_modules/.package-lock.json: tests/client/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js" >&2; exit 1; }
	npm ci --prefix tests/client --no-audit --no-fund
	@touch "$@"
