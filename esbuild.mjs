// Builds what is shipped: `node esbuild.mjs` bundles dist/*.js, `--types` also declares the SDK in dist/types, `--clean`
// starts from nothing.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "dist");

/** One file of dist per process or face of the product; what they share lands in common chunks. */
const entryPoints = {
  optimas: "src/sdk/index.ts",
  cli: "src/cli/main.ts",
  trainer: "src/reward/trainer.ts",
};

/** A run that began before a build may load chunks of its own build until it ends. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Writes the bundles, and removes what builds before yesterday left: a run that is under way never misses a file. */
export async function bundle() {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: dist,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    // The command line and an experiment that imports "optimas" must share one instance of every module.
    splitting: true,
    sourcemap: "linked",
    metafile: true,
    logLevel: "warning",
  });
  const written = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  for (const entry of readdirSync(dist, { withFileTypes: true })) {
    if (!entry.isFile() || written.has(entry.name)) continue;
    const age = Date.now() - (statSync(join(dist, entry.name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > KEPT_MS) rmSync(join(dist, entry.name), { force: true });
  }
}

/** Declares the SDK's types, for editors and for compilers of experiments. */
export function declare() {
  rmSync(join(dist, "types"), { recursive: true, force: true });
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", join(root, "tsconfig.types.json")], { stdio: ["ignore", 2, 2] });
  if (!existsSync(join(dist, "types/sdk/index.d.ts"))) throw new Error("The compiler declared nothing for the SDK.");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--clean")) rmSync(dist, { recursive: true, force: true });
  await bundle();
  if (process.argv.includes("--types")) declare();
}
