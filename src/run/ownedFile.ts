import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import * as z from "zod";
import { diskErrorCode } from "./diskError.ts";
import { isAlive, processStart } from "./processIdentity.ts";

/** What a file says of the process that it belongs to. */
export const fileOwnerSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** What tells the process from a later one with the same pid; null where the system does not say. */
  processStart: z.string().nullable(),
});
/** The process that a file belongs to as long as both are there. */
export type FileOwner = Readonly<z.infer<typeof fileOwnerSchema>>;

export function thisProcess(): FileOwner {
  return { pid: process.pid, host: hostname(), processStart: processStart(process.pid) ?? null };
}

/** Whether the process has ended. One of another machine cannot be looked at: it counts as alive. */
export function isGone({ host, pid, processStart }: FileOwner): boolean {
  return host === hostname() && !isAlive(pid, processStart ?? undefined);
}

/** Undefined where it says of nobody that it is his: it may be damaged, or just being written. */
export function ownerIn<Owner extends FileOwner>(text: string, schema: z.ZodType<Owner>): Owner | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Undefined where there is no file. @throws the file system's error */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (diskErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** On file systems that know no links, or give a file no more of them. */
const withoutLinks: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** Whether a link could not be made because links cannot be made there at all. */
export function knowsNoLinks(error: unknown): boolean {
  return withoutLinks.has(diskErrorCode(error) ?? "");
}

/**
 * Removes a file that a process has left, unless another has replaced it meanwhile: moved away first, then looked at. Whatever
 * a third process has made in its place stays.
 * @param left what the file said when its process was found to be gone @throws the file system's error
 */
export function removeLeft(path: string, left: string): void {
  const away = `${path}.left-${randomUUID()}`;
  try {
    renameSync(path, away);
  } catch (error) {
    if (diskErrorCode(error) === "ENOENT") return;
    throw error;
  }
  if (textOf(away) !== left) giveBack(away, path);
  rmSync(away, { force: true });
}

/** Nothing is written over: a third process may have made its own meanwhile. */
function giveBack(away: string, path: string): void {
  try {
    linkSync(away, path);
  } catch (error) {
    if (knowsNoLinks(error)) renameSync(away, path);
    else if (diskErrorCode(error) !== "EEXIST") throw error;
  }
}
