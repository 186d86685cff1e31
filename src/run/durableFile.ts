import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { diskErrorCode } from "./diskError.ts";

/** Writes all bytes: the system may take fewer than it was given, e.g. on a disk that is nearly full. */
export function writeFully(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/**
 * Replaces a file so that a crash or power cut at any moment leaves the old or the new content, never a mixture. (The
 * usual package for this writes once and does not look how many bytes were taken, which on a nearly full disk would put
 * half a file in place of a good one.) One writer per path.
 * @throws the file system's error; the old content then stays
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const beside = `${path}.new`;
  try {
    const file = openSync(beside, "w");
    try {
      writeFully(file, typeof content === "string" ? Buffer.from(content) : content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncPath(dirname(path));
}

/**
 * Makes a file where there is none. Others may see it before its content is there: where the file system knows links, one to
 * a whole file is better.
 * @returns false where there is one @throws the file system's error
 */
export function createFile(path: string, text: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx");
  } catch (error) {
    if (diskErrorCode(error) === "EEXIST") return false;
    throw error;
  }
  try {
    writeFully(file, Buffer.from(text));
  } finally {
    closeSync(file);
  }
  return true;
}

/** Makes a file's content, or the names in a folder, survive a power cut. */
export function syncPath(path: string): void {
  // Windows opens no folders; there a rename is durable without this.
  if (process.platform === "win32") return;
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Makes a folder and those above it. (Node's own recursive form never returns where a file system denies a new folder by
 * saying that it does not exist, as /proc does.)
 * @throws the file system's error
 */
export function makeFolders(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const code = diskErrorCode(error);
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || existsSync(dirname(path))) throw error;
    makeFolders(dirname(path));
    mkdirSync(path);
  }
}
