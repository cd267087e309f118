# make run    the app with a demo workspace on http://localhost:8501
# make test   lint, types and all tests
# make bench  every measurement (DATA=folder of real material)
# make lint   lint, types and documentation alone
# make docs   the documentation site, into build/site
# make words  the catalogues of translations brought up to the code
# make release VERSION=0.2.0  wheel, bill of materials and notes, into dist/; it pushes nothing
# make shots  its screenshots, from the demo in Chromium

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE := node_modules
SCRIPTS := eslint.config.js "web/ui/**/*.js" "video/results/*.js"
PORT ?= 8501
WORKSPACE ?= workspace
DATA ?=

.PHONY: run test bench lint lint-python lint-scripts docs shots words format demo release clean

run: $(VENV)/.installed demo
	@echo "Sceneloop on http://localhost:$(PORT) (Ctrl+C stops it)"
	@$(BIN)/sceneloop app $(WORKSPACE) --port $(PORT)

demo: $(VENV)/.installed
	@test -f $(WORKSPACE)/demo/sceneloop.db || $(BIN)/sceneloop demo $(WORKSPACE)/demo --example-work

test: $(VENV)/.installed-dev
	@PYTHON=$(BIN)/python sh scripts/chromium.sh
	@sh scripts/postgresql.sh
	@$(MAKE) --no-print-directory lint
	@PYTHON=$(BIN)/python sh scripts/tests.sh

lint: lint-python lint-scripts docs

lint-python: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lint-scripts: $(NODE)/.installed
	$(NODE)/.bin/eslint $(SCRIPTS)
	$(NODE)/.bin/prettier --check $(SCRIPTS)
	$(NODE)/.bin/tsc -p .

# Strict: a link, an anchor or a picture that is not there fails, and so does whatever a page would load from another site.
docs: $(VENV)/.installed-dev
	$(BIN)/zensical build --clean --strict
	$(BIN)/python -m scripts.documentation.page_languages build/site
	$(BIN)/python -m scripts.documentation.site_links build/site

words: $(VENV)/.installed-dev
	$(BIN)/python -m scripts.words

release: $(VENV)/.installed-dev
	@$(BIN)/python -m scripts.release $(VERSION)

shots: $(VENV)/.installed-dev
	@PYTHON=$(BIN)/python sh scripts/chromium.sh
	$(BIN)/python -m scripts.documentation.screenshots

format: $(VENV)/.installed-dev $(NODE)/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(NODE)/.bin/eslint --fix $(SCRIPTS)
	$(NODE)/.bin/prettier --write $(SCRIPTS)

bench: $(VENV)/.installed-dev
	@PYTHON=$(BIN)/python sh scripts/chromium.sh
	$(BIN)/python -m bench $(if $(DATA),--data $(DATA),)

$(VENV)/bin/python:
	@PYTHON=$(PYTHON) sh scripts/venv.sh $(VENV)

# A changed pyproject.toml or constraints.txt installs again; else nothing happens and no network is needed.
$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing (torch is large: a few minutes the first time)"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the tests need"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c constraints.txt -e ".[dev,docs,onnx]"
	@touch $@

# What checks the scripts of the pages; the app itself needs nothing of it.
$(NODE)/.installed: package.json package-lock.json
	@sh scripts/node.sh
	@echo "Installing what checks the scripts of the pages"
	@npm ci --no-audit --no-fund
	@touch $@

clean:
	rm -rf $(VENV) $(NODE) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
