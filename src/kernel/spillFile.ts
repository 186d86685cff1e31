import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "optimas-output-";

/** Texts of cells are kept this long for whoever wants to read what was left out of a notebook. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** No cell fills the disk: a loop that never stops printing writes this many characters at most. */
const MOST_CHARACTERS = 256 * 1024 * 1024;

let folder: string | undefined;

/** A file in the system's temporary folder that takes what is too long to be shown. */
export class SpillFile {
  readonly path: string;
  #descriptor: number | undefined;
  #left = MOST_CHARACTERS;

  private constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, "wx", 0o600);
  }

  /** @returns undefined where no file can be written: then what is left out is lost, which the notice says */
  static open(name: string): SpillFile | undefined {
    try {
      folder ??= newFolder();
      return new SpillFile(join(folder, name));
    } catch {
      return undefined;
    }
  }

  /** @returns whether the text was taken: not when the file is full, or the disk */
  write(text: string): boolean {
    if (text.length > this.#left) {
      this.#left = 0;
      return false;
    }
    this.#left -= text.length;
    try {
      this.#descriptor ??= openSync(this.path, "a");
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
      return true;
    } catch {
      this.#left = 0;
      return false;
    }
  }

  /** Frees the descriptor; a later write takes one anew. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function newFolder(): string {
  const home = tmpdir();
  for (const name of readdirSync(home).filter((entry) => entry.startsWith(PREFIX))) {
    const path = join(home, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
  return mkdtempSync(join(home, PREFIX));
}
