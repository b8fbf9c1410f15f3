# The course's commands. Each sets up what it needs in .venv first; a second run starts in seconds.
#
#   make lab       set up, then open JupyterLab on the course
#   make test      set up, then run every check
#   make book      set up, then build the static book and serve it
#   make help      all of them
#
# Options for a command go in ARGS:  make lab ARGS="--port 9000 --no-browser"

# the first of these that is Python 3.11 to 3.13; choose another with  make lab PYTHON=/path/to/python
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python python3.13 python3.12 python3.11; do \
	"$$p" -c '$(SUPPORTED)' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
ARGS ?=
# which build of PyTorch the set-up takes; empty: pip's usual one.  make lab TORCH=cpu  leaves CUDA's gigabytes out
TORCH ?=
UV := uv==0.13.9

.DEFAULT_GOAL := help
.PHONY: help setup lab test book answers release new-chapter grade sweeps bench bench-gpu doctor lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

setup: .venv/.installed  ## install everything into .venv

.venv/.installed: requirements.txt constraints.txt pyproject.toml
	@"$(PYTHON)" -c '$(SUPPORTED)' || { \
		echo "llmbook needs Python 3.11, 3.12 or 3.13, and found none on PATH."; \
		echo "Install one (python.org), or name it: make lab PYTHON=/path/to/python3.12"; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv || { rm -rf .venv; \
		echo "Python's venv module is missing (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	@echo "Setting up .venv (once; a few minutes, about 2 GB of disk) ..."
	$(if $(TORCH),$(BIN)/python -m pip install -q $(UV) && $(BIN)/uv pip install -q --python $(BIN)/python --torch-backend $(TORCH) "$$(grep ^torch== requirements.txt)")
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off -q -r requirements.txt
	@touch $@

lab: setup  ## open JupyterLab on the course
	@$(BIN)/llmbook lab $(ARGS)

test: setup  ## run every check: lint, types, tests, answers, notebooks, book, browser
	@$(BIN)/llmbook test $(ARGS)

book: setup  ## build the static book and serve it
	@$(BIN)/llmbook book $(ARGS)

answers: setup  ## audit the exercises with right and wrong answers
	@$(BIN)/llmbook answers $(ARGS)

release: setup  ## write exercises/ anew from solutions/
	@$(BIN)/llmbook release $(ARGS)

new-chapter: setup  ## start a chapter: make new-chapter NAME=02_cuda TITLE="CUDA on any laptop"
	@$(BIN)/llmbook new-chapter "$(NAME)" $(if $(TITLE),--title "$(TITLE)") $(ARGS)

grade: setup  ## grade what students handed in: make grade NAME=01_training_basics
	@$(BIN)/llmbook grade "$(NAME)" $(ARGS)

sweeps: setup  ## run the long experiments that chapters quote: make sweeps ARGS=emergence
	@$(BIN)/llmbook sweeps $(ARGS)

bench: setup  ## speed beside named peers, as ratios
	@for b in tests/benchmarks/bench_*.py; do echo "== $$b"; $(BIN)/python "$$b" || exit 1; done

bench-gpu: setup  ## chapter 2's kernels on an NVIDIA GPU: speed beside libraries, counts beside counters
	@if command -v nvidia-smi >/dev/null; then $(BIN)/python -m pip install -q -r requirements-gpu.txt; fi
	@for b in ladder lessons counters; do $(BIN)/python tests/benchmarks/bench_gpu_$$b.py || exit 1; done

doctor: setup  ## say what works on this machine and why
	@$(BIN)/llmbook doctor

# The universal lock: every platform and Python version at once. constraints.txt is left out of its own
# input, so that renewing really renews; what requirements.txt pins stays.
lock: setup  ## renew constraints.txt
	$(BIN)/python -m pip install -q $(UV)
	cat requirements.txt requirements-gpu.txt requirements-hub.txt | grep -v '^-' | $(BIN)/uv pip compile --universal --python-version 3.11 --quiet \
		--no-header --no-annotate - pyproject.toml -o .venv/lock.txt
	{ echo '# Every version of every package, for Linux, macOS and Windows on Python 3.11 to 3.13; written by `make lock`.'; \
		cat .venv/lock.txt; } > constraints.txt

clean:  ## remove what the commands built (not .venv)
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis book/node_modules
