import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import * as z from "zod";
import { diskErrorCode } from "./diskError.ts";
import { createFile } from "./durableFile.ts";
import { isAlive, processStart } from "./processIdentity.ts";

const ATTEMPTS = 5;

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** What tells the process from a later one with the same pid; null where the system does not say. */
  processStart: z.string().nullable(),
  /** Milliseconds since 1970. */
  at: z.number(),
});
/** The process that holds a lock. */
export type LockOwner = z.infer<typeof ownerSchema>;

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
    if (readText(this.#path) !== this.#text) return;
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
  const owner: LockOwner = { pid: process.pid, host: hostname(), processStart: processStart(process.pid) ?? null, at };
  const text = `${JSON.stringify(owner)}\n`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (createLock(path, text)) {
      released.delete(text);
      return { kind: "taken", lock: new ProcessLock(path, text) };
    }
    const found = readText(path);
    if (found === undefined) continue;
    if (!released.has(found)) {
      const holder = parseOwner(found);
      if (holder === undefined) return { kind: "damaged" };
      if (mayBeAlive(holder)) return { kind: "held", owner: holder };
    }
    removeStale(path, found);
  }
  return { kind: "contended" };
}

/** The process that holds a lock now, as far as can be seen from this machine; undefined when nobody does. */
export function lockOwner(path: string): LockOwner | undefined {
  const text = readText(path);
  const owner = text === undefined || released.has(text) ? undefined : parseOwner(text);
  return owner && mayBeAlive(owner) ? owner : undefined;
}

/** Processes of other machines cannot be looked at: they count as alive. */
function mayBeAlive(owner: LockOwner): boolean {
  return owner.host !== hostname() || isAlive(owner.pid, owner.processStart ?? undefined);
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** False when there is a lock already. A link appears with its content, so nobody ever sees an empty lock. */
function createLock(path: string, text: string): boolean {
  const beside = `${path}.${process.pid}`;
  try {
    writeFileSync(beside, text);
    linkSync(beside, path);
    return true;
  } catch (error) {
    const code = diskErrorCode(error);
    if (code === "EEXIST") return false;
    if (code === "EPERM" || code === "ENOTSUP" || code === "ENOSYS") return createFile(path, text);
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Removes a lock unless another process has replaced it meanwhile: moved away first, then looked at. */
function removeStale(path: string, stale: string): void {
  const away = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, away);
  } catch (error) {
    if (diskErrorCode(error) === "ENOENT") return;
    throw error;
  }
  if (readText(away) === stale) rmSync(away, { force: true });
  else renameSync(away, path);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (diskErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
