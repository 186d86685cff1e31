import { configDefaults, defineConfig } from "vitest/config";

/** These say how long the editor takes: nothing else runs meanwhile. */
const measured = ["test/e2e/largeNotebooks.test.ts"];
const setupFiles = ["test/searchedFolders.ts"];
// These end what hangs; `PATIENCE_MS` of test/e2e/editorEyes.ts says earlier what was missed, with a picture.
const limits = { testTimeout: 900_000, hookTimeout: 600_000, expect: { poll: { timeout: 240_000 } } };
const shared = { pool: "forks", ...limits, setupFiles };

/** What drives the packaged extension as a person would, in a real VS Code and in Chromium. */
export default defineConfig({
  test: {
    globalSetup: ["test/e2e/installedExtension.ts"],
    watch: false,
    // An editor waits for about half of its time.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: "driven",
          include: ["test/e2e/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...measured],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: "measured",
          include: measured,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
