import { linkSync, rmSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { diskErrorCode } from "./diskError.ts";
import { createFile } from "./durableFile.ts";
import { fileOwnerSchema, isGone, knowsNoLinks, ownerIn, removeLeft, textOf, thisProcess } from "./ownedFile.ts";

const ATTEMPTS = 5;

/** `at`: milliseconds since 1970. */
const ownerSchema = fileOwnerSchema.extend({ at: z.number() });
/** The process that holds a lock. */
export type LockOwner = Readonly<z.infer<typeof ownerSchema>>;

/** A lock file, held by this process until released, or until the process ends. */
export class ProcessLock {
  readonly #path: string;
  readonly #text: string;
  readonly #onExit = (): void => this.release();

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
    process.once("exit", this.#onExit);
  }

  release(): void {
    process.off("exit", this.#onExit);
    // Somebody may have removed the lock by hand and started another process: its lock is not ours to remove.
    if (textOf(this.#path) !== this.#text) return;
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // A folder that became read-only keeps it; it is free all the same.
      released.add(this.#text);
    }
  }
}

/** Texts of locks that this process gave free and could not remove. */
const released = new Set<string>();

export type LockTaking =
  | { readonly kind: "taken"; readonly lock: ProcessLock }
  | { readonly kind: "held"; readonly owner: LockOwner }
  /** Whoever wrote the file, it says of nobody that he holds it. */
  | { readonly kind: "damaged" }
  /** Others take it and leave it all the time. */
  | { readonly kind: "contended" };

/**
 * Takes a lock. That of a process that is gone from this machine is taken over at once.
 * @param at milliseconds since 1970
 * @throws the file system's error
 */
export function takeLock(path: string, at: number): LockTaking {
  const owner: LockOwner = { ...thisProcess(), at };
  const text = `${JSON.stringify(owner)}\n`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (createLock(path, text)) {
      released.delete(text);
      return { kind: "taken", lock: new ProcessLock(path, text) };
    }
    const found = textOf(path);
    if (found === undefined) continue;
    if (!released.has(found)) {
      const holder = ownerIn(found, ownerSchema);
      if (holder === undefined) return { kind: "damaged" };
      if (!isGone(holder)) return { kind: "held", owner: holder };
    }
    removeLeft(path, found);
  }
  return { kind: "contended" };
}

/** The process that holds a lock now, as far as can be seen from this machine; undefined when nobody does. */
export function lockOwner(path: string): LockOwner | undefined {
  const text = textOf(path);
  const owner = text === undefined || released.has(text) ? undefined : ownerIn(text, ownerSchema);
  return owner === undefined || isGone(owner) ? undefined : owner;
}

/** False when there is a lock already. A link appears with its content, so nobody ever sees an empty lock. */
function createLock(path: string, text: string): boolean {
  const beside = `${path}.${process.pid}`;
  try {
    writeFileSync(beside, text);
    linkSync(beside, path);
    return true;
  } catch (error) {
    if (diskErrorCode(error) === "EEXIST") return false;
    if (knowsNoLinks(error)) return createFile(path, text);
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}
