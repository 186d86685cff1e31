import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import pMap from "p-map";
import { cacache, removeEntry } from "./answerStore.ts";
import { recordLimit } from "./recordFolder.ts";
import { parseStoredAnswer } from "./storedAnswer.ts";

/** An answer on the disk. */
export interface Content {
  readonly path: string;
  /** What it takes on the disk, its line in the index included. */
  readonly bytes: number;
  /** Milliseconds since 1970, up to `TOUCH_MS` before its last use. */
  readonly usedAt: number;
}

/** A use is noted once in this time. */
export const TOUCH_MS = 60 * 60_000;

/** File systems give out whole blocks. */
const BLOCK = 4096;
/** Share of the limit that is left after an eviction, so that the next is not due at once. */
const LEFT_SHARE = 0.9;
/** Files of writes that were cut off. */
const LEFTOVER_MS = 60 * 60_000;
const CONCURRENCY = 8;

/** All contents of a record's folder, in no order. */
export async function contents(folder: string): Promise<Content[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith("content-"));
  const trees = names.map(async (name) => {
    const entries = await readdir(join(folder, name), { recursive: true, withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  });
  const paths = (await Promise.all(trees)).flat();
  const found = await pMap(
    paths,
    async (path) => {
      const file = await stat(path).catch(() => undefined);
      return file === undefined ? [] : [{ path, bytes: bytesOnDisk(file.size), usedAt: file.mtimeMs }];
    },
    { concurrency: CONCURRENCY },
  );
  return found.flat();
}

export function bytesOnDisk(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK + BLOCK;
}

/** What an eviction found and did. */
export interface Eviction {
  /** Of all answers that are left. */
  readonly bytes: number;
  readonly evicted: number;
}

/**
 * Brings a record below its limit: the answers whose last use is longest ago go first.
 * @param keptSince answers that were used at this time or later stay, even where the limit is not kept then
 */
export async function evict(
  folder: string,
  now: number,
  keptSince: () => number = () => Number.POSITIVE_INFINITY,
): Promise<Eviction> {
  await removeLeftovers(join(folder, "tmp"), now - LEFTOVER_MS);
  const limit = recordLimit(folder);
  const all = await contents(folder);
  let bytes = all.reduce((sum, content) => sum + content.bytes, 0);
  if (bytes <= limit) return { bytes, evicted: 0 };
  const since = keptSince() - TOUCH_MS;
  let evicted = 0;
  for (const content of all.sort((a, b) => a.usedAt - b.usedAt)) {
    if (bytes <= limit * LEFT_SHARE || content.usedAt >= since) break;
    await removeContent(folder, content);
    bytes -= content.bytes;
    evicted++;
  }
  return { bytes, evicted };
}

/** Removes an answer, and what leads to it. Never fails. */
export async function removeContent(folder: string, { path }: Pick<Content, "path">): Promise<void> {
  try {
    const answer = parseStoredAnswer(await readFile(path, "utf8"));
    const entry = answer && (await (await cacache()).get.info(folder, answer.key, { memoize: false }));
    // The same may have been answered twice, by two processes: the entry leads to the later answer.
    if (entry?.path === path) await removeEntry(folder, entry.key);
    await rm(path, { force: true });
  } catch {
    // Another process was faster, or nothing may be removed here.
  }
}

async function removeLeftovers(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const file = await stat(path).catch(() => undefined);
    if (file !== undefined && file.mtimeMs < before) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}
