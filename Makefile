# The targets a person needs. Each brings what it needs itself; `make help` lists them.
#
# Debug build: unit and component tests. Release build: the program, end-to-end tests, fuzzing, speed.
# Each configuration has a scratch folder of its own, or every switch would rebuild everything.

SHELL := /bin/bash
.DEFAULT_GOAL := help
export PKG_CONFIG_PATH := $(CURDIR)/.native/pkgconfig
export SLIPWAY_PROGRAM := $(CURDIR)/.build-rel/release/slipway
export PYTHONPATH := $(CURDIR)/.native/python
# The leak check of the sanitizer reports the test runner itself.
export ASAN_OPTIONS := detect_leaks=0

PREFIX ?= /usr/local
FUZZ_ROUNDS ?= 100000
STAGE := scripts/stage
# What waits for sockets, timers and other processes runs one test after the other: beside suites that keep both
# cores and all of Swift's threads busy, it would measure those.
LIVE := PVAccessTests|HTTPServerTests|HTTPClientTests|FlowTests|ConformanceTests|LifetimeTests
RELEASE := swift build -c release --scratch-path .build-rel --static-swift-stdlib \
	-Xlinker -rpath -Xlinker '$$ORIGIN/../lib/slipway'

.PHONY: help
help: ## Show this list.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

.PHONY: bootstrap
bootstrap: ## Fetch the pinned native parts.
	@$(STAGE) bootstrap scripts/bootstrap

.PHONY: build
build: bootstrap ## Build the program (release).
	@$(STAGE) build-release $(RELEASE) --product slipway

.PHONY: demo
demo: build ## Show a flow at work; DEMO_SECONDS=10 ends it by itself.
	@scripts/demo $(SLIPWAY_PROGRAM)

.PHONY: test
test: ## Everything that must be green.
	@$(STAGE) --start
	@$(MAKE) --no-print-directory test-debug test-release fuzz test-asan
	@scripts/stage --summary

.PHONY: test-debug
test-debug: bootstrap
	@$(STAGE) build-debug swift build --build-tests
	@$(STAGE) test-debug swift test --skip-build --skip '$(LIVE)|EndToEndTests'
	@$(STAGE) test-live swift test --skip-build --no-parallel --filter '$(LIVE)'

.PHONY: test-release
test-release: build
	@$(STAGE) build-bench $(RELEASE) --product slipway-bench
	@$(STAGE) build-debug swift build --build-tests
	@$(STAGE) test-release swift test --skip-build --no-parallel --filter EndToEndTests

.PHONY: fuzz
fuzz: bootstrap ## Throw broken input at every reader, for FUZZ_ROUNDS rounds.
	@$(STAGE) build-fuzz $(RELEASE) --product slipway-fuzz
	@$(STAGE) fuzz .build-rel/release/slipway-fuzz --rounds $(FUZZ_ROUNDS)

.PHONY: test-asan
test-asan: bootstrap
	@$(STAGE) build-asan swift build --build-tests --sanitize=address --scratch-path .build-asan
	@$(STAGE) test-asan swift test --skip-build --sanitize=address --scratch-path .build-asan \
		--skip '$(LIVE)|EndToEndTests|TidyTests'
	@$(STAGE) live-asan swift test --skip-build --sanitize=address --scratch-path .build-asan --no-parallel \
		--filter '$(LIVE)'

.PHONY: check
check: format test ## Everything, and what takes longer: ThreadSanitizer, more fuzzing.
	@$(STAGE) build-tsan swift build --build-tests --sanitize=thread --scratch-path .build-tsan -Xswiftc -DSANITIZE_THREAD
	@FORMULA_SEED=$$(date +%s) $(STAGE) test-seed swift test --skip-build --filter ReferenceTests
	@$(STAGE) test-tsan swift test --skip-build --sanitize=thread --scratch-path .build-tsan \
		--skip '$(LIVE)|EndToEndTests'
	@$(STAGE) live-tsan swift test --skip-build --sanitize=thread --scratch-path .build-tsan --no-parallel \
		--filter '$(LIVE)'
	@$(MAKE) --no-print-directory fuzz FUZZ_ROUNDS=400000

.PHONY: format
format: ## Check the format of the Swift code.
	@$(STAGE) format swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks

.PHONY: bench
bench: build ## Measure, and print one table; BENCH="net image" chooses rows, BENCH=--long soaks.
	@$(STAGE) build-bench $(RELEASE) --product slipway-bench
	@PYTHONPATH=.native/python:.native/wheels .build-rel/release/slipway-bench $(SLIPWAY_PROGRAM) $(BENCH)

.PHONY: install
install: build ## Install into PREFIX (default /usr/local).
	@scripts/install $(SLIPWAY_PROGRAM) "$(DESTDIR)$(PREFIX)"

.PHONY: clean
clean: ## Remove what was built; keep what was fetched.
	rm -rf .build .build-rel .build-asan .build-tsan
