// @ts-check
// Packs the extension: `npm run package` for this machine, `npm run package -- --target win32-x64` for another one,
// `--target universal` for the fallback without native code. The VSIX needs nothing of the repository, and the same
// sources give the same bytes.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { layExamplePackages } from "./examplePackages.mjs";
import { hasOnnxruntime, layNativePackages, platforms } from "./nativePackages.mjs";
import { setUp } from "./setup.mjs";
import { writeThirdPartyNotices } from "./thirdPartyNotices.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const megabyte = 1024 * 1024;

/** What goes along as it lies in the repository; .vscodeignore has the last word. */
const carried = ["README.md", "CHANGELOG.md", "LICENSE", "SUPPORT.md", ".vscodeignore", "media", "l10n", "examples"];

/** Largest VSIX with onnxruntime and without: a tenth above what they measured. Growth beyond it is to be decided on. */
const LIMIT_BYTES = { onnxruntime: 26 * megabyte, without: 7 * megabyte };

/** @typedef {import("./nativePackages.mjs").Target} Target */
/** @typedef {{ file: string, bytes: number, entries: number }} Package */

/**
 * @param {{ target: Target | undefined, out?: string }} options target undefined packs the fallback
 * @returns {Promise<Package>}
 * @throws Error when a step fails or the result is too large
 */
export async function packageExtension({ target, out }) {
  await setUp();
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const name = [manifest.name, ...(target === undefined ? [] : [target]), manifest.version].join("-");
  const file = resolve(out ?? join(root, `${name}.vsix`));
  mkdirSync(join(root, ".vscode-test"), { recursive: true });
  const stage = mkdtempSync(join(root, ".vscode-test/package-"));
  try {
    await layStage(stage, manifest, target);
    const entries = pack(stage, target, file);
    const { size: bytes } = statSync(file);
    const limit = hasOnnxruntime(target) ? LIMIT_BYTES.onnxruntime : LIMIT_BYTES.without;
    if (bytes > limit) {
      throw new Error(`${file} has ${inMegabytes(bytes)}, more than the ${inMegabytes(limit)} it may have.`);
    }
    return { file, bytes, entries };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** @param {string} stage @param {any} manifest @param {Target | undefined} target */
async function layStage(stage, manifest, target) {
  // Loaded late, like everything that needs the dependencies.
  const { bundle, declare } = await import("../esbuild.mjs");
  const names = [...carried, ...readdirSync(root).filter((name) => /^package\.nls.*\.json$/.test(name))];
  for (const name of names.filter((name) => existsSync(join(root, name)))) {
    cpSync(join(root, name), join(stage, name), { recursive: true, filter: (path) => !path.endsWith(".optimas") });
  }
  const inputs = await bundle(stage, { shipped: true });
  declare(stage);
  const native = layNativePackages(target, join(stage, "dist/node_modules"));
  const whole = [...native, ...layExamplePackages(join(stage, "examples"))];
  writeThirdPartyNotices(join(stage, "ThirdPartyNotices.txt"), inputs, whole);
  const { scripts, dependencies, devDependencies, private: _, ...shipped } = manifest;
  // The plug-in of the TypeScript server is the one package that has to lie beside the manifest; vsce takes packages
  // from there only when they are dependencies.
  const plugins = existsSync(join(stage, "node_modules")) ? readdirSync(join(stage, "node_modules")) : [];
  const carriedPackages = Object.fromEntries(plugins.map((plugin) => [plugin, manifest.version]));
  const text = JSON.stringify({ ...shipped, dependencies: carriedPackages }, undefined, 2);
  writeFileSync(join(stage, "package.json"), `${text}\n`);
  settleModes(stage);
}

/** The same permissions whatever the clone's are. @param {string} folder */
function settleModes(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const runs = (statSync(path).mode & 0o100) !== 0 && /[\\/]bin[\\/]/.test(relative(folder, path));
    chmodSync(path, runs ? 0o755 : 0o644);
  }
}

/** @param {string} stage @param {Target | undefined} target @param {string} file @returns {number} how many files are inside */
function pack(stage, target, file) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/@vscode/vsce/vsce"),
      ...["package", "--out", file, "--no-rewrite-relative-links", "--allow-missing-repository"],
      ...(target === undefined ? [] : ["--target", target]),
    ],
    // Times of files in the archive are local ones.
    { cwd: stage, encoding: "utf8", env: { ...process.env, SOURCE_DATE_EPOCH: "946684800", TZ: "UTC" } },
  );
  if (status !== 0) throw new Error(`vsce does not pack the extension:\n${stdout}${stderr}`);
  const count = /\((\d+) files,/.exec(stdout)?.[1];
  if (count === undefined) throw new Error(`vsce does not say how many files it packed:\n${stdout}`);
  return Number(count);
}

/** @param {number} bytes */
function inMegabytes(bytes) {
  return `${(bytes / megabyte).toFixed(1)} MB`;
}

/** This machine, where there is a target for it. @returns {Target | undefined} */
export function ownTarget() {
  return targetNamed(`${process.platform}-${process.arch === "arm" ? "armhf" : process.arch}`);
}

/** @param {string} name @returns {Target | undefined} */
function targetNamed(name) {
  return name in platforms ? /** @type {Target} */ (name) : undefined;
}

async function main() {
  const { values } = parseArgs({
    options: { target: { type: "string" }, out: { type: "string" }, "from-vsce": { type: "boolean" } },
  });
  if (values["from-vsce"]) {
    // vsce does not tell its scripts the target, and would leave out what the plug-in needs.
    throw new Error("Pack with `npm run package -- --target <target>`, which calls vsce with everything it needs.");
  }
  const universal = values.target === "universal";
  const target = values.target === undefined ? ownTarget() : targetNamed(values.target);
  if (values.target !== undefined && target === undefined && !universal) {
    throw new Error(
      `There is no target ${values.target}; name one of universal, ${Object.keys(platforms).join(", ")}.`,
    );
  }
  const began = Date.now();
  const { file, bytes, entries } = await packageExtension({
    target,
    ...(values.out === undefined ? {} : { out: values.out }),
  });
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  process.stdout.write(`${relative(process.cwd(), file)}: ${inMegabytes(bytes)}, ${entries} files (${seconds} s)\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
