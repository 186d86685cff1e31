import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import * as z from "zod";
import { UserError } from "../system/userError.ts";
import { diskErrorCode } from "./diskError.ts";
import { writeFully } from "./durableFile.ts";
import { isAlive, processStart } from "./processIdentity.ts";

const FILE = "run.lock";
const ATTEMPTS = 5;

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** What tells the process from a later one with the same pid; null where the system does not say. */
  processStart: z.string().nullable(),
  /** Milliseconds since 1970. */
  at: z.number(),
});
/** The process that holds a run. */
export type LockOwner = z.infer<typeof ownerSchema>;

/** Holds a run for this process until released, or until the process ends. */
export class RunLock {
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
    if (readText(this.#path) === this.#text) rmSync(this.#path, { force: true });
  }
}

/**
 * Takes the lock of a run. The lock of a process that is gone from this machine is taken over, so a killed run can be
 * resumed at once.
 * @param at milliseconds since 1970
 * @throws UserError naming the process that holds the run; the file system's error
 */
export function acquireRunLock(folder: string, at: number): RunLock {
  const path = join(folder, FILE);
  const owner: LockOwner = { pid: process.pid, host: hostname(), processStart: processStart(process.pid) ?? null, at };
  const text = `${JSON.stringify(owner)}\n`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (createLock(path, text)) return new RunLock(path, text);
    const found = readText(path);
    if (found === undefined) continue;
    refuseLive(found, path, basename(folder));
    removeStale(path, found);
  }
  throw new UserError(`Several processes try to run ${basename(folder)} at the same time. Let one of them go on.`);
}

/** The process that holds a run now, as far as can be seen from this machine; undefined when nobody does. */
export function liveOwner(folder: string): LockOwner | undefined {
  const text = readText(join(folder, FILE));
  const owner = text === undefined ? undefined : parseOwner(text);
  return owner && mayBeAlive(owner) ? owner : undefined;
}

function refuseLive(text: string, path: string, runId: string): void {
  const owner = parseOwner(text);
  if (owner === undefined) {
    throw new UserError(`${path} is damaged. If no other process runs ${runId}, delete this file and try again.`);
  }
  if (!mayBeAlive(owner)) return;
  throw new UserError(
    owner.host !== hostname()
      ? `${runId} is run by process ${owner.pid} on ${owner.host}. If that process is gone, delete ${path} and try again.`
      : owner.pid === process.pid
        ? `${runId} is already open in this process (${owner.pid}). Close it first.`
        : `${runId} is run by another process (${owner.pid}). Wait for its end or stop it, then try again.`,
  );
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
    if (code === "EPERM" || code === "ENOTSUP" || code === "ENOSYS") return createUnlinked(path, text);
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}

/** For file systems without links. */
function createUnlinked(path: string, text: string): boolean {
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
