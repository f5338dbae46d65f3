# Goodword: `make run` is a living demo, `make test` runs every test. Nothing is written outside .venv/ and var/.

.POSIX:
.PHONY: help install run dev tour bench test check format reference messages lock reset
SHELL = /bin/sh
PY = .venv/bin/python
PIP = $(PY) -m pip install --quiet --no-compile --no-deps --require-hashes --disable-pip-version-check
WORKERS = 2

HOLDS_A_PRACTICE = import sqlite3, sys; \
	rows = sqlite3.connect("file:var/goodword.sqlite3?mode=ro", uri=True).execute( \
	"SELECT COUNT(*) FROM practice_practice WHERE NOT is_demo").fetchone(); sys.exit(not rows[0])

help:
	@echo "make run    a living demo on http://127.0.0.1:8000 (PORT=… for another port)"
	@echo "make test   every test, with a real PostgreSQL, broker and browser"
	@echo "make check  format, lint, types, import contracts, migrations, templates, generated docs"
	@echo "make tour   the whole story without a browser, one line a step"
	@echo "make bench  the figures that were promised, one JSON object a line"
	@echo "make dev    the demo with autoreload      make format     sources and templates in their one form"
	@echo "make reference  write the generated docs again   make messages   the catalogs of translations"
	@echo "make lock   lock the dependencies again   make reset      drop var/ (the demo's data)"

install: .venv/.runtime

run: .venv/.runtime
	@DEMO=1 exec $(PY) manage.py run

dev: .venv/.dev
	@DEMO=1 DEBUG=1 exec $(PY) manage.py run --reload

tour: .venv/.runtime
	@exec $(PY) manage.py tour

bench: .venv/.runtime
	@exec $(PY) manage.py bench

# The tests marked `both` on SQLite, then everything on PostgreSQL; both always run, and either can fail the target.
test: .venv/.dev
	@$(PY) -m tests.services.chromium
	@status=0; \
	echo "On SQLite, the tests marked both:"; \
	TEST_DATABASE=sqlite $(PY) -m pytest -n $(WORKERS) --dist worksteal -m both || status=1; \
	echo "On PostgreSQL, every test:"; \
	$(PY) -m pytest -n $(WORKERS) --dist worksteal || status=1; \
	exit $$status

check: .venv/.dev
	@failed=""; \
	part() { what="$$1"; shift; printf '%-24s' "$$what"; \
		if said=$$("$$@" 2>&1); then echo ok; else echo FAILED; printf '%s\n' "$$said"; failed="$$failed $$what,"; fi; }; \
	part "format" $(PY) -m ruff format --check .; \
	part "lint" $(PY) -m ruff check .; \
	part "templates: format" sh -c 'find templates -name "*.html" -print0 | xargs -0 .venv/bin/djade --target-version 6.1 --check'; \
	part "templates: compile" $(PY) manage.py check_templates; \
	part "types" $(PY) -m mypy site newsletter referral_portal home; \
	part "import contracts" $(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'; \
	part "migrations" $(PY) manage.py makemigrations --check --dry-run; \
	part "django" $(PY) manage.py check --fail-level WARNING; \
	part "generated docs" $(PY) manage.py write_reference --check; \
	part "translations" $(PY) manage.py messages --check; \
	part "installed packages" $(PY) -m pip check; \
	if [ -n "$$failed" ]; then echo "make check failed:$${failed%,}"; exit 1; fi; echo "make check: all is well"

format: .venv/.dev
	@$(PY) -m ruff check --quiet --fix .; $(PY) -m ruff format --quiet .
	@find templates -name "*.html" -print0 | xargs -0 .venv/bin/djade --target-version 6.1

reference: .venv/.runtime
	@$(PY) manage.py write_reference

messages: .venv/.dev
	@$(PY) manage.py messages

lock: .venv/.dev
	@lock() { $(PY) -m uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header "$$@"; }; \
	lock pyproject.toml --output-file requirements.txt && \
	lock pyproject.toml --extra dev --constraint requirements.txt --output-file requirements-dev.txt

reset:
	@if [ "$$SURE" != 1 ] && [ -f var/goodword.sqlite3 ] && [ -x $(PY) ] && $(PY) -c '$(HOLDS_A_PRACTICE)' 2>/dev/null; then \
		echo "var/ holds a practice of your own, not the demo. To drop it all the same: SURE=1 make reset"; exit 1; fi
	@rm -rf var

# The environment. A Python of 3.12 or later is looked for under its usual names (a name that does not run is passed
# over), then among pyenv's versions; where there is none, uv brings one.
.venv/.python:
	@usable() { "$$1" -c 'import sys, ssl, sqlite3, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }; \
	if ! usable .venv/bin/python; then \
		found=""; \
		for candidate in python3.14 python3.13 python3.12 \
			"$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.14*/bin/python "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.13*/bin/python \
			"$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.12*/bin/python python3 python; do \
			if usable "$$candidate"; then found="$$candidate"; break; fi; \
		done; \
		if [ -n "$$found" ]; then "$$found" -m venv --clear .venv; \
		elif command -v uv >/dev/null 2>&1; then uv venv --quiet --clear --seed --python '>=3.12' .venv; \
		else echo "Goodword needs Python 3.12 or later, or uv; neither was found on the path."; exit 1; fi; \
	fi
	@$(PY) -c 'import pathlib, sysconfig; \
		folder = pathlib.Path(sysconfig.get_path("purelib")); \
		up = "/".join([".."] * len(folder.relative_to(pathlib.Path.cwd()).parts)); \
		(folder / "goodword.pth").write_text(f"{up}/site\n{up}\n")'
	@touch .venv/.python

.venv/.runtime: .venv/.python requirements.txt
	@echo "Installing what Goodword needs into .venv (once) …"
	@$(PIP) -r requirements.txt
	@touch .venv/.runtime

.venv/.dev: .venv/.python requirements-dev.txt
	@echo "Installing what Goodword and its tests need into .venv (once) …"
	@$(PIP) -r requirements-dev.txt
	@touch .venv/.runtime .venv/.dev
