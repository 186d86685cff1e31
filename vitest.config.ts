import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { optimas: fileURLToPath(new URL("src/sdk/index.ts", import.meta.url)) } },
  test: {
    include: ["test/**/*.test.ts"],
    // These run in and through a real VS Code: scripts/hostTests.mjs and vitest.e2e.config.ts.
    exclude: [...configDefaults.exclude, "test/vscode/**", "test/e2e/**"],
    globalSetup: ["test/builtProduct.ts"],
    watch: false,
    // One process per test file, two at a time: tests that start programs of their own share two cores with them.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
