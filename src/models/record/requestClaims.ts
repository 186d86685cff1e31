import { randomUUID } from "node:crypto";
import { linkSync, readdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diskErrorCode } from "../../run/diskError.ts";
import { createFile, makeFolders } from "../../run/durableFile.ts";
import {
  fileOwnerSchema,
  isGone,
  knowsNoLinks,
  ownerIn,
  removeLeft,
  textOf,
  thisProcess,
} from "../../run/ownedFile.ts";
import { makeRecordFolder } from "./recordFolder.ts";

/**
 * `taken`: nobody else sends the request as long as it is not released. `taken over`: so it is, from a process that is gone.
 * `held`: another process is about it. `unknown`: claims cannot be made here.
 */
export type Taking = "taken" | "taken over" | "held" | "unknown";

/** A file of a process that is gone. */
export interface LeftClaim {
  readonly path: string;
  readonly text: string;
}

/** Times that a claim is tried to be taken while others take and leave it. */
const ATTEMPTS = 5;

/**
 * Which process sends a request, among all that share a record: one file per key, with the identity of its process in it. It is
 * a link to a file of that process, so that it appears with its content and costs next to nothing.
 */
export class RequestClaims {
  readonly #record: string;
  readonly #folder: string;
  readonly #own: string;
  readonly #text: string;
  readonly #held = new Set<string>();

  /** @param record folder of the record; nothing is written before the first claim */
  constructor(record: string) {
    this.#record = record;
    this.#folder = join(record, "claims");
    const unique = randomUUID();
    this.#own = join(this.#folder, `${OWNER}${unique}`);
    this.#text = `${JSON.stringify({ ...thisProcess(), unique })}\n`;
  }

  /** Never fails. */
  take(key: string): Taking {
    const path = join(this.#folder, key);
    let isStale = false;
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (this.#create(path)) {
          this.#held.add(key);
          return isStale ? "taken over" : "taken";
        }
        const text = textOf(path);
        if (text === undefined) continue;
        if (text === this.#text) return "taken";
        if (!isLeft(text)) return "held";
        isStale = true;
        removeLeft(path, text);
      }
      return "held";
    } catch {
      return "unknown";
    }
  }

  holds(key: string): boolean {
    return this.#held.has(key);
  }

  /** Gives a claim back, where this process has it. */
  release(key: string): void {
    if (!this.#held.delete(key)) return;
    const path = join(this.#folder, key);
    try {
      // Somebody may have cleared the folder, and others claimed it since.
      if (textOf(path) === this.#text) unlinkSync(path);
    } catch {
      // It goes with this process, at the latest.
    }
  }

  /** Leaves nothing behind as long as nothing is claimed; what a process claims when it ends is left to others. */
  tidy(): void {
    if (this.#held.size > 0) return;
    try {
      rmSync(this.#own, { force: true });
    } catch {
      // Whoever opens the record next removes it.
    }
  }

  /** What processes that are gone have left. Never fails. */
  left(): readonly LeftClaim[] {
    try {
      return readdirSync(this.#folder).flatMap((name) => {
        const path = join(this.#folder, name);
        const text = textOf(path);
        return text !== undefined && isLeft(text) ? [{ path, text }] : [];
      });
    } catch {
      // Where they cannot be read, each is met where it is in the way.
      return [];
    }
  }

  /** Removes claims that were left, and not those that others have made since. Never fails. */
  remove(left: readonly LeftClaim[]): void {
    try {
      for (const { path, text } of left) if (textOf(path) === text) removeLeft(path, text);
    } catch {
      // As above.
    }
  }

  /** False where there is one. @throws the file system's error */
  #create(path: string): boolean {
    for (;;) {
      try {
        linkSync(this.#own, path);
        return true;
      } catch (error) {
        const code = diskErrorCode(error);
        if (code === "EEXIST") return false;
        if (code === "ENOENT") this.#introduce();
        else if (knowsNoLinks(error)) return createFile(path, this.#text);
        else throw error;
      }
    }
  }

  #introduce(): void {
    makeRecordFolder(this.#record);
    makeFolders(this.#folder);
    writeFileSync(this.#own, this.#text);
  }
}

const OWNER = "owner-";

/** Its process is gone. One that cannot be read is being written. */
function isLeft(text: string): boolean {
  const owner = ownerIn(text, fileOwnerSchema);
  return owner !== undefined && isGone(owner);
}
