// @ts-check
// Lays what a VSIX holds into a folder of its own, which vsce then packs: nothing of the working tree is touched, and
// nothing of it slips in.
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { layExamplePackages } from "./examplePackages.mjs";
import { hasOnnxruntime, layNativePackages } from "./nativePackages.mjs";
import { writeThirdPartyNotices } from "./thirdPartyNotices.mjs";

/** @typedef {import("./nativePackages.mjs").Target} Target */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const megabyte = 1024 * 1024;

/** What goes along as it lies in the repository. */
const carried = ["README.md", "CHANGELOG.md", "LICENSE", "SUPPORT.md", "media", "schemas", "l10n", "examples"];

/** What the editor shows on the extension's page. */
const pages = ["README.md", "CHANGELOG.md"];

/** Largest VSIX with onnxruntime and without: a tenth above what they measured. Growth beyond it is to be decided on. */
const LIMIT_BYTES = { onnxruntime: 26 * megabyte, without: 7 * megabyte };

/** Largest scripts of the pages that the editor shows, in bytes: a tenth above what they measured. */
const PAGE_LIMITS = { "run.js": 1100 * 1024, "tweak.js": 215 * 1024, "renderer.js": 60 * 1024 };

/** @typedef {{ name: string, bytes: number, limit: number }} PageSize */

/** @returns the manifest as it lies in the repository */
export function repositoryManifest() {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
}

/**
 * @param {string} folder an empty one
 * @param {Target | undefined} target undefined for the fallback without native code
 * @returns {Promise<PageSize[]>} the scripts of the editor's pages
 * @throws Error when one of these is larger than it may be
 */
export async function layExtension(folder, target) {
  // Loaded late, like everything that needs the dependencies.
  const { bundle, declare } = await import("../esbuild.mjs");
  const names = [...carried, ...readdirSync(root).filter((name) => /^package\.nls.*\.json$/.test(name))];
  for (const name of names.filter((name) => existsSync(join(root, name)))) {
    // What runs of the examples leave behind is nobody else's.
    const filter = (/** @type {string} */ path) => !/\.optimas(?:\.json)?$/.test(path);
    cpSync(join(root, name), join(folder, name), { recursive: true, filter });
  }
  for (const page of pages) {
    const text = readFileSync(join(folder, page), "utf8");
    writeFileSync(join(folder, page), withoutNeighbours(text));
  }
  const inputs = await bundle(folder, { shipped: true });
  declare(folder);
  const native = layNativePackages(target, join(folder, "dist/node_modules"));
  const whole = [...native, ...layExamplePackages(join(folder, "examples"))];
  writeThirdPartyNotices(join(folder, "ThirdPartyNotices.txt"), inputs, whole);
  layManifest(folder);
  // Without this file vsce warns that it packs all there is, which is what it shall do here.
  writeFileSync(join(folder, ".vscodeignore"), "");
  settleModes(folder);
  return checkedPages(join(folder, "dist"));
}

/** @param {string} dist @returns {PageSize[]} */
function checkedPages(dist) {
  const sizes = Object.entries(PAGE_LIMITS).map(([name, limit]) => ({
    name,
    limit,
    bytes: statSync(join(dist, name)).size,
  }));
  const large = sizes.filter(({ bytes, limit }) => bytes > limit);
  if (large.length > 0) throw new Error(`Pages grew too large: ${pageSizes(large)}.`);
  return sizes;
}

/** @param {readonly PageSize[]} sizes @returns {string} in words */
export function pageSizes(sizes) {
  const kilobytes = (/** @type {number} */ bytes) => (bytes / 1024).toFixed(0);
  return sizes
    .map(({ name, bytes, limit }) => `${name} ${kilobytes(bytes)} KB (at most ${kilobytes(limit)})`)
    .join(", ");
}

/** The extension's page shows nothing that lies beside it: links become their words, and pictures go. @param {string} text */
function withoutNeighbours(text) {
  return text
    .replace(/!\[[^\]]*\]\((?!\w+:)[^)]*\)\n*/g, "")
    .replace(/\[([^\]]*)\]\((?!\w+:|#)[^)]*\)/g, (_, words) => words);
}

/** @param {string} folder */
function layManifest(folder) {
  const { scripts, dependencies, devDependencies, vsce, private: _, ...shipped } = repositoryManifest();
  // The plug-in of the TypeScript server is the one package that has to lie beside the manifest; vsce takes packages
  // from there only when they are dependencies.
  const plugins = existsSync(join(folder, "node_modules")) ? readdirSync(join(folder, "node_modules")) : [];
  const carriedPackages = Object.fromEntries(plugins.map((plugin) => [plugin, shipped.version]));
  const text = JSON.stringify({ ...shipped, dependencies: carriedPackages }, undefined, 2);
  writeFileSync(join(folder, "package.json"), `${text}\n`);
}

/** The same permissions whatever the clone's are. @param {string} folder */
function settleModes(folder) {
  for (const path of filesIn(folder)) {
    const runs = (statSync(path).mode & 0o100) !== 0 && /[\\/]bin[\\/]/.test(relative(folder, path));
    chmodSync(path, runs ? 0o755 : 0o644);
  }
}

/** @param {string} folder @returns {string[]} paths of all files, at any depth */
export function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * @param {number} bytes of the VSIX
 * @param {Target | undefined} target
 * @throws Error when that is more than such a VSIX may have
 */
export function checkSize(bytes, target) {
  const limit = hasOnnxruntime(target) ? LIMIT_BYTES.onnxruntime : LIMIT_BYTES.without;
  if (bytes <= limit) return;
  throw new Error(`The VSIX has ${inMegabytes(bytes)}, more than the ${inMegabytes(limit)} it may have.`);
}

/** @param {number} bytes */
export function inMegabytes(bytes) {
  return `${(bytes / megabyte).toFixed(1)} MB`;
}
