import { randomUUID } from "node:crypto";
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { diskErrorCode } from "../../run/diskError.ts";
import { createFile, makeFolders } from "../../run/durableFile.ts";
import { isAlive, processStart } from "../../run/processIdentity.ts";
import { makeRecordFolder } from "./recordFolder.ts";

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** What tells the process from a later one with the same pid; null where the system does not say. */
  processStart: z.string().nullable(),
});

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
    const { pid } = process;
    this.#text = `${JSON.stringify({ pid, host: hostname(), processStart: processStart(pid) ?? null, unique })}\n`;
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
        else if (code !== undefined && withoutLinks.has(code)) return createFile(path, this.#text);
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
const withoutLinks: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** Its process is gone. One of another machine cannot be looked at; one that cannot be read is being written. */
function isLeft(text: string): boolean {
  const owner = ownerOf(text);
  return owner !== undefined && owner.host === hostname() && !isAlive(owner.pid, owner.processStart ?? undefined);
}

function ownerOf(text: string): z.infer<typeof ownerSchema> | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Removes a claim unless another process has replaced it meanwhile: moved away first, then looked at. */
function removeLeft(path: string, left: string): void {
  const away = `${path}.left-${randomUUID()}`;
  try {
    renameSync(path, away);
  } catch (error) {
    if (diskErrorCode(error) === "ENOENT") return;
    throw error;
  }
  try {
    // Not over one that was made meanwhile.
    if (textOf(away) !== left) linkSync(away, path);
  } finally {
    rmSync(away, { force: true });
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (diskErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
