import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import * as z from "zod";
import { diskErrorCode } from "../../run/diskError.ts";
import { makeFolders, replaceFile } from "../../run/durableFile.ts";
import { bytesIn } from "../../system/byteSize.ts";
import { UserError } from "../../system/userError.ts";

/** Bytes that a record may take unless it says otherwise: 1 GiB. */
export const DEFAULT_LIMIT = 1024 ** 3;

/**
 * Where answers are recorded for runs in a folder of runs: `.optimas/cache` for `.optimas/runs`, else a hidden folder among
 * the runs, for beside them may be anything.
 */
export function recordFolder(out: string): string {
  const runs = resolve(out);
  const isDefault = basename(runs) === "runs" && basename(dirname(runs)) === ".optimas";
  return isDefault ? join(dirname(runs), "cache") : join(runs, ".cache");
}

/** Makes the folder where it is missing; it keeps itself out of Git. @throws the file system's error */
export function makeRecordFolder(folder: string): void {
  makeFolders(folder);
  try {
    writeFileSync(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    if (diskErrorCode(error) !== "EEXIST") throw error;
  }
}

const limitSchema = z.object({ version: z.literal(1), limitBytes: z.number().int().positive() });

/** Bytes that the record may take; the default where its folder says nothing that can be read. */
export function recordLimit(folder: string): number {
  try {
    return limitSchema.parse(JSON.parse(readFileSync(limitFile(folder), "utf8"))).limitBytes;
  } catch {
    return DEFAULT_LIMIT;
  }
}

/** @throws the file system's error */
export function setRecordLimit(folder: string, limitBytes: number): void {
  makeRecordFolder(folder);
  replaceFile(limitFile(folder), `${JSON.stringify({ version: 1, limitBytes })}\n`);
}

/** "500MB", "2 GiB": units of 1,024. @throws UserError where it is no size */
export function parseBytes(text: string): number {
  const bytes = bytesIn(text);
  if (bytes !== undefined) return bytes;
  throw new UserError(`"${text}" is no size. Write a number with its unit, for example 500MB or 2GB.`);
}

function limitFile(folder: string): string {
  return join(folder, "limit.json");
}
