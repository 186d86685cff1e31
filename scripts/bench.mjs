// Runs a measurement of test/bench by name, on the sources as they are: `node scripts/bench.mjs engine`. Further
// arguments go to the measurement.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setUp } from "./setup.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name = "", ...rest] = process.argv.slice(2);
const source = join(root, "test/bench", `${name}.ts`);

if (!existsSync(source)) {
  process.stderr.write(`There is no measurement ${source}; name a file of test/bench without its extension.\n`);
  process.exit(2);
}
await setUp();
// Loaded late: a fresh clone has no dependencies before the set-up.
const { build } = await import("esbuild");
const outfile = join(root, "dist/bench", `${name}.js`);
await build({
  absWorkingDir: root,
  entryPoints: [source],
  outfile,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
  alias: { optimas: "./src/sdk/index.ts" },
  sourcemap: "linked",
  logLevel: "warning",
});
// With the collector at hand, a measurement of memory need not wait for it.
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--expose-gc", outfile, ...rest], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
