// Bundles one measurement of test/bench into dist/bench and runs it: `node scripts/bench.mjs engine [arguments]`.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name, ...rest] = process.argv.slice(2);
await import("./setup.mjs");
const { build } = await import("esbuild");
const outfile = join(root, "dist/bench", `${name}.js`);
await build({
  entryPoints: [join(root, "test/bench", `${name}.ts`)],
  outfile,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
  alias: { optimas: join(root, "src/sdk/index.ts") },
  logLevel: "warning",
});
process.exitCode = spawnSync(process.execPath, ["--expose-gc", outfile, ...rest], { stdio: "inherit" }).status ?? 1;
