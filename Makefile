# Baton: `make demo` shows it, `make test` checks it, `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help demo serve build load test lint format proto certs metrics-doc bench-pd policies man deb try-deb clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: dependencies ## Start a cluster with the built-in model, ask a question, show where it went, stop
	@tools/demo.sh

serve: dependencies ## Leave such a cluster up until Ctrl-C; ENGINE=paced PROFILE=laptop rehearses other machines
	@tools/serve.sh

build: dependencies ## Build the daemons and tools
	swift build

load: dependencies ## Build the load-test client, optimized
	swift build -c release --product baton-load

test: ## Install what is missing and run every test
	@tools/install_dependencies.sh --test
	@tools/policies/run.py --self-test
	swift build --build-tests --explicit-target-dependency-import-check error
	@tools/test.sh

bench-pd: dependencies ## Measure what separate prefill and decode workers cost (five minutes after the build)
	@for product in baton-router baton-prefill-worker baton-decode-worker baton-bench; do \
		swift build -c release --product $$product || exit 1; \
	done
	.build/release/baton-bench pd

policies: dependencies ## Measure a policy against others: SCENARIO=mixed, OPTIONS=--quick; without one, list them
	@for product in baton-router baton-prefill-worker baton-decode-worker baton-load batonctl; do \
		swift build -c release --product $$product || exit 1; \
	done
	@tools/policies/run.py $(or $(SCENARIO),--list) $(OPTIONS)

lint: ## Check the format of all Swift files
	git ls-files -z -- Package.swift 'Sources/*.swift' 'Tests/*.swift' | xargs -0 swift format lint --strict

format: ## Format all Swift files in place
	git ls-files -z -- Package.swift 'Sources/*.swift' 'Tests/*.swift' | xargs -0 swift format -i

proto: ## Generate the protobuf code anew
	tools/generate_proto.sh

metrics-doc: ## Write docs/METRICS.md anew
	swift run --quiet batonctl metrics > docs/METRICS.md

man: dependencies ## Write manual pages of all programs and subcommands to .build/man
	@tools/manual_pages.sh

deb: dependencies ## Build a Debian package in .build/deb, the Swift runtime linked in; BIN=FOLDER packs what is built
	@deploy/debian/build.sh

try-deb: ## As root: install that package on machines made for it, run a cluster, drain, join, purge
	@deploy/debian/try.sh .build/deb/baton_*.deb

clean: ## Remove what was built
	rm -rf .build

.PHONY: dependencies
dependencies:
	@tools/install_dependencies.sh
