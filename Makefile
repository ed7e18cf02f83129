# Two commands set everything up on a fresh machine: `make demo` and `make test`.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# TORCH=no: develop and test without it, where pip would fetch gigabytes; tests that need it are skipped then.
TORCH ?= yes
# What the system must have; installed if we may, named if not.
SYSTEM := bubblewrap libseccomp2
# The same for what looks at pages.
BROWSER := chromium chromium-driver
# What pip does for a package that it copies, and not for one that it points to: else each start may compile it anew.
COMPILE = $(BIN)/python -m compileall -q autograder
# pytest compiles its plugins, among them hypothesis and ours, in a way of its own: at each start, where Python is told to
# write nothing beside the sources, unless it once was allowed to.
COMPILE_FOR_PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q --collect-only tests/test_tables.py >/dev/null

.PHONY: demo demo-lenet gpu gpu-kit gpu-rehearsal test test-fast browser-test lint lint-and-compile bench build audit mutate attack fuzz docs pictures system browser clean

demo: $(VENV)/installed system
	rm -rf demo
	$(BIN)/autograder grade examples/class/optimizers --assignment optimizers --out demo/optimizers $(DEMO_OPTIONS) || test $$? -eq 1
	$(BIN)/autograder report demo/optimizers
	$(BIN)/autograder grade examples/class/conv --assignment conv --out demo/conv $(DEMO_OPTIONS) || test $$? -eq 1
	$(BIN)/autograder report demo/conv
	@echo "The reports: demo/optimizers/html/index.html and demo/conv/html/index.html"

# Real digits, no download: LeNet trained by the reference and by five students, on the CPU.
demo-lenet: $(VENV)/installed-torch system
	rm -rf demo/lenet
	$(BIN)/autograder grade examples/class/lenet --assignment lenet --out demo/lenet $(DEMO_OPTIONS) || test $$? -eq 1
	$(BIN)/autograder report demo/lenet
	@echo "The reports: demo/lenet/html/index.html"

# The checks that need a GPU, measured on one (docs/gpu.md). First a folder of wheels, made where there is a network.
gpu-kit:
	$(PYTHON) -m benchmarks.gpu.kit

# Then on the machine with the GPU, with the Python that has torch there, PYTHON=...; STAGES="slow mistakes" measures
# these anew. Writes benchmarks/results/gpu.json.
gpu:
	$(PYTHON) -m benchmarks.gpu $(STAGES)

# The same on the CPU, in small: shows what is wrong in the code, and measures nothing.
gpu-rehearsal: $(VENV)/installed-torch
	$(BIN)/python -m benchmarks.gpu --rehearse $(STAGES)

# On two cores, for which many tests wait for too much: four at a time, what takes long first (tests/distribution.py).
# What fails beside others is tried once more by itself, and both are told: a busy machine is nobody's fault. An attack
# that was not held has no second try.
PYTEST = PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest
ALONE = { test $$? -eq 1 && echo "Once more, alone, what failed beside others:" && $(PYTEST) --last-failed -p no:randomly $(CHOSEN); }
test: $(VENV)/installed-dev system lint-and-compile
# What another Python may break, in two minutes and without torch: make test-fast PYTHON=python3.12 VENV=.venv-3.12
test-fast: $(VENV)/installed-fast system
test-fast: CHOSEN = tests/checking tests/cli tests/publish tests/test_notebook.py tests/test_plugin.py \
 tests/test_gpu_measuring.py tests/authoring/test_stale.py \
 $(addprefix tests/sandbox/test_,loader.py namespace.py plain.py protocol.py sampler.py wire.py) \
 $(addprefix tests/submission/test_,loops.py read.py slips.py)
test test-fast:
	$(PYTEST) -n 4 $(CHOSEN) || $(ALONE)

# The pages in a real browser, installed for it: half a gigabyte and more than a minute, so `make test` does without.
browser-test: $(VENV)/installed-dev browser
	$(PYTEST) tests/views/test_browser.py -p no:randomly

# mypy needs one core, and what it takes long for is remembered until a file changes. So it is with the tests: each of
# four processes would compile all of them. A fault in one is told when they run.
lint-and-compile: $(VENV)/installed-dev
	@$(MAKE) --no-print-directory -j2 lint $(VENV)/compiled-tests

$(VENV)/compiled-tests: $(wildcard tests/*.py tests/*/*.py) | $(VENV)/installed-dev
	@PYTHONDONTWRITEBYTECODE= $(PYTEST) -q --collect-only >/dev/null || true
	@touch $@

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

build audit mutate: $(VENV)/installed-torch
	$(BIN)/autograder $@

# Hostile submissions against the sandbox of this machine.
attack: $(VENV)/installed system
	$(BIN)/autograder attack

# 100,000 mutated frames and 20,000 mutated notebooks, read by the grader; some minutes.
fuzz: $(VENV)/installed-dev
	$(BIN)/python -m tests.fuzz

bench: $(VENV)/installed-dev system
	$(BIN)/python -m benchmarks

# The documents as a site, build/site/index.html, which can be read as files. With --quiet nothing would be strict.
docs: $(VENV)/installed-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "The site: build/site/index.html"

# The pictures in the documents, taken anew in a browser; some minutes.
pictures: $(VENV)/installed-dev system browser
	$(BIN)/python -m docs.pictures

# $(call apt,COMMAND,PACKAGES): install the packages, unless the command is there.
apt = @command -v $(1) >/dev/null || \
 { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq $(2); } || \
 { command -v sudo >/dev/null && sudo -n true 2>/dev/null && sudo apt-get update -qq && sudo apt-get install -y -qq $(2); } || \
 { echo "Please install: $(2) (Debian, Ubuntu: sudo apt install $(2)), then run this again."; exit 1; }

system:
	$(call apt,bwrap,$(SYSTEM))

browser:
	$(call apt,chromedriver,$(BROWSER))

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	$(COMPILE)
	touch $@

$(VENV)/installed-torch: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[torch]'
	$(COMPILE)
	touch $@ $(VENV)/installed

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,instructor]'
	@[ "$(TORCH)" = no ] || $(MAKE) --no-print-directory $(VENV)/installed-torch || \
	 echo "torch does not install for this Python: tests that need it are skipped."
	$(COMPILE)
	$(COMPILE_FOR_PYTEST)
	touch $@ $(VENV)/installed

$(VENV)/installed-fast: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . hypothesis pytest-randomly pytest-xdist
	$(COMPILE)
	$(COMPILE_FOR_PYTEST)
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) demo build *.egg-info
