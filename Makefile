# The usual commands under the usual names; CONTRIBUTING.md says what each needs.

DOTNET ?= dotnet
# The tests that compare the pages of docs/ with the code and the rules.
PAGES = *_page_is_what_the_*
# Tests that measure time and memory run alone, and are for test-all.
SLOW = *CostTests

.DEFAULT_GOAL := help
.PHONY: help build test test-all demo docs image

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## compile everything; warnings are errors
	$(DOTNET) build -warnaserror

test: ## run the unit tests but for those that measure; they need nothing but the .NET SDK 10
	$(DOTNET) test --project tests/EtcdSentinelExporter.Tests --filter-not-class '$(SLOW)'

test-all: ## run everything that must pass before a merge; takes long, needs Debian
	scripts/test

demo: ## start three etcd members, exporters and a Prometheus; Ctrl-C removes them; needs Debian
	scripts/demo

docs: ## write manifests and the pages of docs/ that are made from code and rules
	scripts/manifests
	UPDATE_GOLDEN=1 $(DOTNET) test --project tests/EtcdSentinelExporter.Tests --filter-method '$(PAGES)'
	UPDATE_GOLDEN=1 $(DOTNET) test --project tests/EtcdSentinelExporter.IntegrationTests --filter-method '$(PAGES)'

image: ## build the image with buildah and run it with runc; needs root
	scripts/image
