import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

/** Folders whose tests load, change and end whole programs in their own process. */
const alone = ["cli", "kernel", "loader", "tsplugin"].map((folder) => `test/${folder}/**/*.test.ts`);
// These run in and through a real VS Code: scripts/hostTests.mjs and vitest.e2e.config.ts.
const elsewhere = [...configDefaults.exclude, "test/vscode/**", "test/e2e/**"];

const resolve = { alias: { optimas: fileURLToPath(new URL("src/sdk/index.ts", import.meta.url)) } };
// They end what hangs, and say nothing of how long something may take: a busy machine may need many times as long.
const limits = { testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 120_000 } } };
/** Of every test, whatever it writes. */
const setupFiles = ["test/searchedFolders.ts", "test/propertySeed.ts"];

export default defineConfig({
  test: {
    globalSetup: ["test/builtProduct.ts"],
    watch: false,
    // Two at a time: tests that start programs of their own share two cores with them.
    maxWorkers: 2,
    projects: [
      {
        resolve,
        test: {
          ...limits,
          setupFiles,
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: [...elsewhere, ...alone],
          // What modules keep from file to file is the same for all, and loading them anew took as long as the tests.
          pool: "forks",
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        test: {
          ...limits,
          setupFiles,
          name: "alone",
          include: alone,
          exclude: elsewhere,
          pool: "forks",
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
