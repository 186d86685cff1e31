// Makes a clone ready to run with nothing but Node's own modules: installs the dependencies and builds dist, each only
// where something is missing or older than its sources. Everything it says goes to stderr.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Milliseconds since 1970 of the last change, or -Infinity for what does not exist. */
function changed(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}

/** Last change of anything in a folder; the folders' own times betray files that were removed. */
function newestIn(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.reduce((newest, entry) => {
    const path = join(folder, entry.name);
    return Math.max(newest, entry.isDirectory() ? newestIn(path) : changed(path));
  }, changed(folder));
}

/**
 * Compares what is installed with the lock; packages for other platforms are rightly missing.
 * @param tools also those packages that only tests and checks need
 */
export function needsInstall(tools) {
  const wanted = packagesIn("package-lock.json");
  const installed = packagesIn("node_modules/.package-lock.json");
  return Object.entries(wanted).some(
    ([path, { version, dev = false, optional = false, devOptional = false }]) =>
      path !== "" && !optional && (tools || !(dev || devOptional)) && installed[path]?.version !== version,
  );
}

function packagesIn(lockFile) {
  const path = join(root, lockFile);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : {};
}

const declarations = ["dist/types/sdk/index.d.ts"];

/** @param outputs files that must be newer than every source */
export function needsBuild(outputs) {
  const folders = ["src", "webview"].filter((folder) => existsSync(join(root, folder)));
  const files = ["esbuild.mjs", "package.json", "tsconfig.json", "tsconfig.types.json"];
  const sources = Math.max(...folders.map(newestIn), ...files.map(changed));
  return outputs.some((output) => changed(output) < sources);
}

function step(title, command, args) {
  process.stderr.write(`${title} ...\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (status === 0) return;
  throw new Error(`${title} failed${error ? `: ${error.message}` : ""} (${[command, ...args].join(" ")}).`);
}

/**
 * @param options.types also declare the SDK's types, which takes the tools and a tree without type errors
 * @param options.tools also install what only tests and checks need: most of all packages
 * @throws Error when a step fails; its own output has said why
 */
export async function setUp({ types = true, tools = true } = {}) {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 11)) {
    throw new Error(`Optimas needs Node 20.11 or newer; this is Node ${process.versions.node}.`);
  }
  if (needsInstall(tools)) {
    const omitted = tools ? [] : ["--omit=dev"];
    step("Installing dependencies", "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", ...omitted]);
  }
  // Loaded late: it imports one of the dependencies.
  const { outputs: bundles } = await import("../esbuild.mjs");
  const outputs = types ? [...bundles, ...declarations] : bundles;
  if (needsBuild(outputs)) step("Building", process.execPath, types ? ["esbuild.mjs", "--types"] : ["esbuild.mjs"]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const bundlesOnly = process.argv.includes("--bundles-only");
    await setUp({ types: !bundlesOnly, tools: !bundlesOnly });
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
