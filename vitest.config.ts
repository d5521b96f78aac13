import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/**
 * `unit` needs nothing; `integration` an engine, whose network it runs in (scripts/engine-network.ts);
 * `integration-on-host` root, for an engine of its own; `charts` Helm, as labctl builds it; `e2e` and `long` the cluster, which they bring up.
 */
export default defineConfig({
  test: {
    projects: [
      // Quick each; what a busy machine makes of it is no failure.
      {
        test: {
          name: "unit",
          include: ["tests/unit/**/*.test.ts"],
          // What only an image has installed.
          alias: { pg: fileURLToPath(new URL("tests/support/fake-pg.ts", import.meta.url)) },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "integration",
          include: ["tests/integration/in-engine-network/**/*.test.ts"],
          globalSetup: "tests/support/sweep-engine.ts",
          // Its image is in no registry that every machine reaches; sweep-engine.ts cleans up instead.
          env: { TESTCONTAINERS_RYUK_DISABLED: "true", TESTCONTAINERS_HOST_OVERRIDE: "127.0.0.1" },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "integration-on-host",
          include: ["tests/integration/on-host/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "charts",
          include: ["tests/charts/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          globalSetup: "tests/support/bring-cluster-up.ts",
          testTimeout: 900_000,
          hookTimeout: 4_500_000,
          fileParallelism: false,
        },
      },
      // `make long`, before a release and whenever what they try changes: too long for every run of `make test`.
      {
        test: {
          name: "long",
          include: ["tests/long/**/*.test.ts"],
          globalSetup: "tests/support/bring-cluster-up.ts",
          testTimeout: 900_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
