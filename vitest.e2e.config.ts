import { defineConfig } from "vitest/config";

/** What drives the packaged extension as a person would, in a real VS Code and in Chromium. */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts"],
    globalSetup: ["test/e2e/installedExtension.ts"],
    watch: false,
    pool: "forks",
    // A browser and an editor fill two cores; figures measured here are nobody else's.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
