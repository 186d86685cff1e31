import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll } from "vitest";

/**
 * Builds a program of this folder for the tests of one `describe`, to be run in processes of its own.
 * @param name of its file, without the ending @returns where it lies, from the first test on
 */
export function builtProcess(name: string): () => string {
  let folder = "";
  const program = () => join(folder, `${name}.mjs`);
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "optimas-process-"));
    await build({
      entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
      outfile: program(),
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      logLevel: "warning",
      banner: {
        js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);',
      },
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return program;
}
