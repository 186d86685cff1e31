import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync } from "node:fs";
import { writeFully } from "./durableFile.ts";

/**
 * A file of lines that only grows. After a failed append the file ends as before it; where even that cannot be done
 * every later append fails as well, so that a half-written line is never followed by another.
 */
export class AppendFile {
  readonly #file: number;
  #length: number;
  #broken: { readonly error: unknown } | undefined;
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
    if (this.#broken) throw this.#broken.error;
    const bytes = Buffer.from(lines);
    try {
      writeFully(this.#file, bytes);
      this.#length += bytes.length;
    } catch (error) {
      this.#takeBack(error);
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

  #takeBack(error: unknown): void {
    try {
      ftruncateSync(this.#file, this.#length);
    } catch {
      // The first error says more than this one; it is what later appends repeat.
      this.#broken = { error };
    }
  }
}
