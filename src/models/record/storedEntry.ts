import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { diskErrorCode } from "../../run/diskError.ts";
import { parseStoredAnswer, type StoredAnswer } from "./storedAnswer.ts";

/** An answer that is in the record. */
export interface FoundAnswer {
  readonly answer: StoredAnswer;
  /** File of its content. */
  readonly path: string;
  /** When its last use was noted, in milliseconds since 1970; undefined where that was not looked at. */
  readonly usedAt: number | undefined;
}

/** Where `cacache` lays what it keeps, by the versions of its layout. */
const INDEX = "index-v5";
const CONTENT = "content-v2";
/** Bytes of the files that are read here; longer ones are few. */
const LONGEST = 64 * 1024;
const ALGORITHM = "sha512-";

const entrySchema = z.object({ key: z.string(), integrity: z.string().startsWith(ALGORITHM), size: z.number() });

const buffer = Buffer.allocUnsafe(LONGEST);

/**
 * Reads an answer as `cacache` has laid it: its entry in the index, by whose check sum that is whole, and the content, whose digest
 * is compared. At once, for the package's way through a dozen turns of other threads takes several times as long as reading two
 * small files.
 * @returns "missing" where the index surely has none; undefined wherever anything is not as it mostly is: the package then
 *   decides what it means
 */
export function storedEntry(folder: string, key: string): FoundAnswer | "missing" | undefined {
  try {
    return foundIn(folder, key);
  } catch {
    return undefined;
  }
}

function foundIn(folder: string, key: string): FoundAnswer | "missing" | undefined {
  const bucket = read(bucketOf(folder, key));
  if (bucket === undefined) return existsSync(join(folder, INDEX)) ? "missing" : undefined;
  const entry = entryIn(bucket.bytes.toString("utf8"), key);
  if (entry === undefined) return undefined;
  const digest = entry.integrity.slice(ALGORITHM.length);
  const path = join(folder, CONTENT, "sha512", ...segments(Buffer.from(digest, "base64").toString("hex")));
  const content = read(path);
  if (content?.bytes.length !== entry.size) return undefined;
  if (createHash("sha512").update(content.bytes).digest("base64") !== digest) return undefined;
  const answer = parseStoredAnswer(content.bytes.toString("utf8"), key);
  return answer && { answer, path, usedAt: content.changedAt };
}

/** The newest entry of the key, where the last line is whole and one. */
function entryIn(bucket: string, key: string): z.infer<typeof entrySchema> | undefined {
  const line = bucket.slice(bucket.lastIndexOf("\n") + 1);
  const tab = line.indexOf("\t");
  const json = line.slice(tab + 1);
  if (createHash("sha1").update(json).digest("hex") !== line.slice(0, tab)) return undefined;
  const { data } = entrySchema.safeParse(JSON.parse(json));
  return data?.key === key ? data : undefined;
}

/** Undefined where there is no such file. The bytes are good until the next call. @throws where it cannot be read here */
function read(path: string): { readonly bytes: Buffer; readonly changedAt: number } | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (diskErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { mtimeMs, size } = fstatSync(file);
    if (size > LONGEST) throw new Error(`${path} is longer than what is read at once`);
    const length = readSync(file, buffer, 0, LONGEST, 0);
    return { bytes: buffer.subarray(0, length), changedAt: mtimeMs };
  } finally {
    closeSync(file);
  }
}

function bucketOf(folder: string, key: string): string {
  return join(folder, INDEX, ...segments(createHash("sha256").update(key).digest("hex")));
}

function segments(hex: string): [string, string, string] {
  return [hex.slice(0, 2), hex.slice(2, 4), hex.slice(4)];
}
