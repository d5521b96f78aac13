# Needs make, a shell and apt; everything else is brought by scripts/bootstrap.
SHELL := /bin/sh
.DEFAULT_GOAL := help
export LABCTL_HOME ?= $(if $(HOME),$(HOME),/root)/.labctl
# Node as scripts/bootstrap chose it, with the tools of node_modules.
in_node = . "$$LABCTL_HOME/toolchain" && PATH="$(CURDIR)/node_modules/.bin:$${LABCTL_NODE%/*}:$$PATH" && export PATH LABCTL_GO &&

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: bootstrap
bootstrap: ## Bring Node, Go and the npm packages, where they are missing
	@scripts/bootstrap

.PHONY: run
run: bootstrap ## From nothing to a graded lab: cluster up, lab nginx-deployment failed, then solved and passed
	@scripts/run

.PHONY: test
test: bootstrap ## All of verify, unit, integration and e2e; the last line counts them
	@$(in_node) node scripts/test.ts

.PHONY: verify
verify: bootstrap ## Format, lint, types, generated files; Python, shell and Go
	@$(in_node) node scripts/test.ts format lint types generated programs

.PHONY: format
format: bootstrap ## Write every file as prettier wants it
	@$(in_node) prettier --write .

.PHONY: lint
lint: bootstrap ## eslint with the import law; ruff, shellcheck and gofmt for what is not TypeScript
	@$(in_node) node scripts/test.ts lint programs

.PHONY: types
types: bootstrap ## The TypeScript compiler
	@$(in_node) tsc --noEmit

.PHONY: unit
unit: bootstrap ## Unit tests: no network, no cluster
	@$(in_node) node scripts/test.ts unit

.PHONY: integration
integration: bootstrap ## Tests with a container engine
	@$(in_node) node scripts/test.ts integration

.PHONY: e2e
e2e: bootstrap ## Tests on the real cluster
	@$(in_node) vitest run --project e2e

.PHONY: long
long: bootstrap ## On the real cluster, not part of test: interruptions while a node is stopped, minutes each
	@$(in_node) vitest run --project long

.PHONY: cases
cases: bootstrap ## Every lab with all its cases on the real cluster: what must not pass, and what must (long)
	@./labctl verify --all --cases

.PHONY: generate
generate: bootstrap ## Write docs/cli.md, docs/checks.md, labs/README.md and schemas/
	@$(in_node) node scripts/generate.ts

.PHONY: sbom
sbom: bootstrap ## What all of this is made of, as CycloneDX, for a scanner of known holes: dist/sbom.cdx.json
	@$(in_node) node scripts/sbom.ts

.PHONY: clean
clean: ## Remove node_modules; the cluster goes with: labctl down --purge
	rm -rf node_modules dist
