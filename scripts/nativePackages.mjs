// @ts-check
// The packages that cannot be bundled because they bring binaries, cut down to one platform.
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
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchPackage } from "./npmPackage.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installed = join(root, "node_modules");

/**
 * @typedef {object} Platform
 * @property {string} esbuild its package with the binary
 * @property {string} [onnxruntime] folder of its binaries in onnxruntime-node; absent where there are none
 */

/** What each target of a VSIX runs on. esbuild's binaries for Linux are static, and run on Alpine as well. */
export const platforms = /** @type {const} @satisfies {Record<string, Platform>} */ ({
  "linux-x64": { esbuild: "@esbuild/linux-x64", onnxruntime: "linux/x64" },
  "linux-arm64": { esbuild: "@esbuild/linux-arm64", onnxruntime: "linux/arm64" },
  "linux-armhf": { esbuild: "@esbuild/linux-arm" },
  "alpine-x64": { esbuild: "@esbuild/linux-x64" },
  "alpine-arm64": { esbuild: "@esbuild/linux-arm64" },
  "darwin-x64": { esbuild: "@esbuild/darwin-x64" },
  "darwin-arm64": { esbuild: "@esbuild/darwin-arm64", onnxruntime: "darwin/arm64" },
  "win32-x64": { esbuild: "@esbuild/win32-x64", onnxruntime: "win32/x64" },
  "win32-arm64": { esbuild: "@esbuild/win32-arm64", onnxruntime: "win32/arm64" },
});
/** @typedef {keyof typeof platforms} Target */

/**
 * @param {string} name
 * @returns {Target | undefined} undefined for "universal", the fallback without native code
 * @throws Error for a name that is no target
 */
export function targetNamed(name) {
  if (name === "universal") return undefined;
  if (name in platforms) return /** @type {Target} */ (name);
  throw new Error(`There is no target ${name}; name one of universal, ${Object.keys(platforms).join(", ")}.`);
}

/** @param {Target | undefined} target */
export function hasOnnxruntime(target) {
  return target !== undefined && "onnxruntime" in platforms[target];
}

/** esbuild compiled to WebAssembly, for machines that have no binary of their own. */
const wasm = {
  name: "esbuild-wasm",
  version: "0.28.2",
  integrity: "sha512-GccVwhv3mmOUVQHCQm2Ox/rby8n/EqUwvZxE6Pjfikrq/lWw9g9WX/u9EykWnpot3Ko6j426DgQdea2xWKIAQA==",
};

/**
 * Lays the packages into a folder named node_modules.
 * @param {Target | undefined} target undefined for the fallback without native code
 * @param {string} folder
 * @returns {string[]} folders of the packages laid there, for their licences
 */
export function layNativePackages(target, folder) {
  const platform = target === undefined ? undefined : /** @type {Platform} */ (platforms[target]);
  if (platform === undefined) {
    layWebAssembly(folder);
    return ["esbuild"];
  }
  layEsbuild(platform.esbuild, folder);
  if (platform.onnxruntime === undefined) return ["esbuild"];
  layOnnxruntime(platform.onnxruntime, folder);
  return ["esbuild", "onnxruntime-node", "onnxruntime-common"];
}

/** @param {string} binary @param {string} folder */
function layEsbuild(binary, folder) {
  lay(join(installed, "esbuild"), join(folder, "esbuild"), ["package.json", "LICENSE.md", "lib/main.js"]);
  const source = join(installed, binary);
  // npm installs the binary of this machine only.
  if (existsSync(source)) cpSync(source, join(folder, binary), { recursive: true });
  else fetchPackage(locked(binary), join(folder, binary));
  const bin = join(folder, binary, "bin/esbuild");
  if (existsSync(bin)) chmodSync(bin, 0o755);
}

/** @param {string} folder */
function layWebAssembly(folder) {
  const download = mkdtempSync(join(tmpdir(), "optimas-wasm-"));
  try {
    fetchPackage(wasm, download);
    const home = join(folder, "esbuild");
    lay(download, home, [
      ...["package.json", "LICENSE.md", "lib/main.js", "bin/esbuild"],
      ...["esbuild.wasm", "wasm_exec.js", "wasm_exec_node.js"],
    ]);
    replaceOnce(join(home, "package.json"), '"name": "esbuild-wasm"', '"name": "esbuild"');
    // It would start whatever "node" is on the PATH; an editor without one has its own.
    replaceOnce(join(home, "lib/main.js"), 'return ["node", [path2.join(', "return [process.execPath, [path2.join(");
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
}

/** Windows loads these late, when a graphics card is asked for, which never happens here. */
const forGraphics = /^(?:DirectML|dxcompiler|dxil)\.dll$/;
/** The same bytes as the library without the full version in its name, which is the one that gets loaded. */
const twin = /^libonnxruntime\.\d+\.\d+\.\d+\.dylib$/;

/** @param {string} binaries @param {string} folder */
function layOnnxruntime(binaries, folder) {
  const home = join(folder, "onnxruntime-node");
  const source = join(installed, "onnxruntime-node");
  const scripts = readdirSync(join(source, "dist")).filter((file) => file.endsWith(".js"));
  const bin = `bin/napi-v6/${binaries}`;
  const libraries = readdirSync(join(source, bin)).filter((file) => !forGraphics.test(file) && !twin.test(file));
  lay(source, home, [
    "package.json",
    ...scripts.map((file) => `dist/${file}`),
    ...libraries.map((file) => `${bin}/${file}`),
  ]);
  const common = join(folder, "onnxruntime-common");
  lay(join(installed, "onnxruntime-common"), common, ["package.json", "dist/cjs"]);
  rewriteManifest(home, ({ dependencies, ...rest }) => ({
    ...rest,
    // The others serve only its install script, which downloads what is not wanted here.
    dependencies: { "onnxruntime-common": dependencies["onnxruntime-common"] },
  }));
}

/** Copies only what runs: no declarations, no source maps. @param {string} source @param {string} target @param {readonly string[]} paths */
function lay(source, target, paths) {
  for (const path of paths) {
    cpSync(join(source, path), join(target, path), {
      recursive: true,
      filter: (file) => statSync(file).isDirectory() || !/\.(?:map|d\.[cm]?ts)$/.test(file),
    });
  }
  rewriteManifest(target, ({ scripts, devDependencies, optionalDependencies, ...rest }) => rest);
}

/** @param {string} folder @param {(manifest: any) => object} change */
function rewriteManifest(folder, change) {
  const file = join(folder, "package.json");
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(change(JSON.parse(readFileSync(file, "utf8"))), undefined, 2)}\n`);
}

/** @param {string} file @param {string} before @param {string} after */
function replaceOnce(file, before, after) {
  const text = readFileSync(file, "utf8");
  if (text.split(before).length !== 2) throw new Error(`${file} does not say ${before} once; its release has changed.`);
  writeFileSync(
    file,
    text.replace(before, () => after),
  );
}

/** @param {string} name @returns version and integrity as package-lock.json pins them */
function locked(name) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const { version, integrity } = packages[`node_modules/${name}`];
  return { name, version, integrity };
}
