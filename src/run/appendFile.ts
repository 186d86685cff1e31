import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync } from "node:fs";
import { writeFully } from "./durableFile.ts";

/**
 * A file of lines that only grows. After a failed append the file ends as before it; where even that cannot be done at once
 * it is done before the next append, or that fails as well: a half-written line is never followed by another.
 */
export class AppendFile {
  readonly #file: number;
  #length: number;
  #isTorn = false;
  #open = true;

  /** Opens or creates the file, cutting it to `length` bytes where that is given. @throws the file system's error */
  constructor(path: string, length?: number) {
    this.#file = openSync(path, "a");
    if (length !== undefined && length < fstatSync(this.#file).size) ftruncateSync(this.#file, length);
    this.#length = fstatSync(this.#file).size;
  }

  /** Appends whole lines; on return they are with the operating system. @throws the file system's error */
  append(lines: string): void {
    if (!this.#open) throw new Error("the file is closed");
    const bytes = Buffer.from(lines);
    if (this.#isTorn) {
      ftruncateSync(this.#file, this.#length);
      this.#isTorn = false;
    }
    try {
      writeFully(this.#file, bytes);
      this.#length += bytes.length;
    } catch (error) {
      this.#takeBack();
      throw error;
    }
  }

  /** Makes everything appended so far survive a power cut. @throws the file system's error */
  sync(): void {
    fsyncSync(this.#file);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#file);
  }

  #takeBack(): void {
    try {
      ftruncateSync(this.#file, this.#length);
    } catch {
      // The error of the write says more than this one.
      this.#isTorn = true;
    }
  }
}
