// @ts-check
// What `vsce package` calls first (`vscode:prepublish`): lays the extension out for the target that vsce was asked for, in
// the folder that the manifest's "vsce" names. vsce 3.9 reads all its options from there, that folder among them, and packs
// it instead of the repository. Should a later vsce not do so, .vscodeignore leaves it nothing to pack.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import { checkSize, filesIn, inMegabytes, layExtension, pageSizes, repositoryManifest } from "./extensionFolder.mjs";
import { targetNamed } from "./nativePackages.mjs";
import { setUp } from "./setup.mjs";
import { callingVsce, isVsce, targetAskedFor } from "./vsceCommand.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, repositoryManifest().vsce.cwd);

async function main() {
  const vsce = callingVsce();
  const name = targetAskedFor(vsce.args);
  const target = name === undefined ? undefined : targetNamed(name);
  await setUp();
  await claimFolder(vsce.pid);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pages = await layExtension(folder, target);
  const files = filesIn(folder);
  const laid = files.map((file) => readFileSync(file));
  const packed = await Promise.all(laid.map((bytes) => promisify(deflateRaw)(bytes)));
  const archive = total(packed) + files.reduce((sum, file) => sum + frameBytes(relative(folder, file)), 0);
  const sizes = `${inMegabytes(total(laid))}, which pack to ${inMegabytes(archive)}`;
  process.stdout.write(
    `${relative(root, folder)} for ${target ?? "machines of any kind"}: ${files.length} files, ${sizes}\nscripts of pages: ${pageSizes(pages)}\n`,
  );
  checkSize(archive, target);
}

/**
 * What a zip archive says of a file beside its content: its name in two places, and 92 bytes of headers.
 * @param {string} path in the extension
 */
function frameBytes(path) {
  return 2 * Buffer.byteLength(`extension/${path}`) + 30 + 16 + 46;
}

/** @param {readonly Uint8Array[]} buffers */
function total(buffers) {
  return buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/**
 * Two vsce that pack at once take turns: each owns the folder until it ends.
 * @param {number} pid of the vsce that called
 */
async function claimFolder(pid) {
  const claim = `${folder}.pid`;
  mkdirSync(dirname(claim), { recursive: true });
  for (let told = false; ; ) {
    const owner = existsSync(claim) ? Number(readFileSync(claim, "utf8")) : undefined;
    if (owner === pid) return;
    if (owner === undefined || !isVsce(owner)) writeFileSync(claim, String(pid));
    else if (!told) {
      process.stdout.write(`Waiting for the vsce that packs already (process ${owner}) ...\n`);
      told = true;
    }
    // Of those that claim it at once, the last to write has it: all look again.
    await setTimeout(200);
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
