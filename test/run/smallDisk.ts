import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, statfsSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Megabytes: filled in no time, and more than any run here writes. */
const SIZE = "8m";
const MOST_FILES = 10_000;
const MOST_TRIES = 100;

function mount(...args: readonly string[]): boolean {
  return spawnSync("mount", args, { stdio: "ignore" }).status === 0;
}

function unmount(path: string): void {
  // Also while something still has files open in it.
  spawnSync("umount", ["-l", path], { stdio: "ignore" });
}

/** Whether this process may mount disks; most may not. */
export const canMount: boolean = (() => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const path = mkdtempSync(join(tmpdir(), "optimas-mount-"));
  const isMounted = mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", path);
  if (isMounted) unmount(path);
  rmdirSync(path);
  return isMounted;
})();

/** A disk of its own, in memory, that can be filled and made read-only while others write to it. Dispose of it in the end. */
export class SmallDisk {
  readonly path: string;
  readonly #filler: string;
  #empty = 0;
  #isReadOnly = false;
  readonly #onExit = (): void => this.dispose();

  /** @param path an empty folder to mount it on; a new one by default @throws where it cannot be mounted */
  constructor(path = mkdtempSync(join(tmpdir(), "optimas-disk-"))) {
    this.path = path;
    this.#filler = join(path, "filler");
    if (!mount("-t", "tmpfs", "-o", `size=${SIZE},nr_inodes=${MOST_FILES}`, "tmpfs", path))
      throw new Error(`no disk at ${path}`);
    process.once("exit", this.#onExit);
  }

  /** Takes all room that there is; to be called again while it is to stay full, for others may remove files. */
  fill(): void {
    const file = openSync(this.#filler, "a");
    try {
      for (const size of [1 << 16, 1 << 12]) while (isTaken(file, size));
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(this.#filler, { force: true });
  }

  /** Changes what the disk has to tell of itself, and nothing else: takes the place of a file. */
  stir(): void {
    writeFileSync(join(this.path, `stirred-${this.#empty++}`), "");
  }

  /** Takes or gives the places for all further files. */
  limitFiles(isLimited: boolean): void {
    if (isLimited && statfsSync(this.path).ffree === 0) return;
    const limit = (files: number) => mount("-o", `remount,size=${SIZE},nr_inodes=${files}`, this.path);
    const used = Number(spawnSync("df", ["--output=iused", this.path], { encoding: "utf8" }).stdout.split("\n")[1]);
    // Others may make files meanwhile.
    for (let more = 0; more < MOST_FILES; more++) if (limit(isLimited ? used + more : MOST_FILES)) return;
    throw new Error(`${this.path} takes no other number of files`);
  }

  /** What is open stays so; nothing else can be opened for writing. (A whole disk with open files cannot be made read-only.) */
  makeReadOnly(): void {
    for (let tries = 0; tries < MOST_TRIES && !this.#isReadOnly; tries++) {
      if (!mount("--bind", this.path, this.path)) break;
      this.#isReadOnly = mount("-o", "remount,bind,ro", this.path);
      // Somebody has opened a file between the two, which keeps it writable.
      if (!this.#isReadOnly) unmount(this.path);
    }
    if (!this.#isReadOnly) throw new Error(`${this.path} could not be made read-only`);
  }

  makeWritable(): void {
    if (this.#isReadOnly) unmount(this.path);
    this.#isReadOnly = false;
  }

  dispose(): void {
    process.off("exit", this.#onExit);
    this.makeWritable();
    unmount(this.path);
    // What was about to write onto the disk may write one more file beside it.
    rmSync(this.path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function isTaken(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) > 0;
  } catch {
    return false;
  }
}
