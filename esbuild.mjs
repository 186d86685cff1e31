// Builds what is shipped: `node esbuild.mjs` bundles dist/*.js, `--types` also declares the SDK in dist/types.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
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

/** Writes the bundles, then removes what earlier builds left: programs that run meanwhile never miss a file. */
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
    if (entry.isFile() && !written.has(entry.name)) rmSync(join(dist, entry.name), { force: true });
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
  await bundle();
  if (process.argv.includes("--types")) declare();
}
