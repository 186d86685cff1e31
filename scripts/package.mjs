// @ts-check
// Packs the extension: `npm run package` for this machine, `npm run package -- --target win32-x64` for another one,
// `--target universal` for the fallback without native code. The VSIX needs nothing of the repository, and the same
// sources give the same bytes. `vsce package` itself lays out the same through prepublish.mjs.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkSize, inMegabytes, layExtension, pageSizes, repositoryManifest } from "./extensionFolder.mjs";
import { platforms, targetNamed } from "./nativePackages.mjs";
import { setUp } from "./setup.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @typedef {import("./nativePackages.mjs").Target} Target */
/** @typedef {import("./extensionFolder.mjs").PageSize} PageSize */
/** @typedef {{ file: string, bytes: number, entries: number, pages: readonly PageSize[] }} Package */

/**
 * @param {{ target: Target | undefined, out?: string }} options target undefined packs the fallback
 * @returns {Promise<Package>}
 * @throws Error when a step fails or the result is too large
 */
export async function packageExtension({ target, out }) {
  await setUp();
  const manifest = repositoryManifest();
  const name = [manifest.name, ...(target === undefined ? [] : [target]), manifest.version].join("-");
  const file = resolve(out ?? join(root, `${name}.vsix`));
  mkdirSync(join(root, ".vscode-test"), { recursive: true });
  const stage = mkdtempSync(join(root, ".vscode-test/package-"));
  try {
    const pages = await layExtension(stage, target);
    const entries = pack(stage, target, file);
    const { size: bytes } = statSync(file);
    checkSize(bytes, target);
    return { file, bytes, entries, pages };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** @param {string} stage @param {Target | undefined} target @param {string} file @returns {number} how many files are inside */
function pack(stage, target, file) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/@vscode/vsce/vsce"),
      ...["package", "--out", file, "--allow-missing-repository"],
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

/** This machine, where there is a target for it. @returns {Target | undefined} */
export function ownTarget() {
  const name = `${process.platform}-${process.arch === "arm" ? "armhf" : process.arch}`;
  return name in platforms ? targetNamed(name) : undefined;
}

async function main() {
  const { values } = parseArgs({ options: { target: { type: "string" }, out: { type: "string" } } });
  const target = values.target === undefined ? ownTarget() : targetNamed(values.target);
  const began = Date.now();
  const { file, bytes, entries, pages } = await packageExtension({
    target,
    ...(values.out === undefined ? {} : { out: values.out }),
  });
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  process.stdout.write(`${relative(process.cwd(), file)}: ${inMegabytes(bytes)}, ${entries} files (${seconds} s)\n`);
  process.stdout.write(`scripts of pages: ${pageSizes(pages)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
