import { readdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { UserError } from "../../system/userError.ts";
import { AnswerJournal, journaledAnswers } from "./answerJournal.ts";
import { AnswerStore, cacache } from "./answerStore.ts";
import { readUses, removeUses } from "./answerUses.ts";
import { bytesOnDisk, type Content, contents, removeContent } from "./eviction.ts";
import { recordLimit } from "./recordFolder.ts";
import type { StoredAnswer } from "./storedAnswer.ts";

/** Answers of one model in a record. */
export interface ModelAnswers {
  readonly model: string;
  readonly answers: number;
  /** Bytes on the disk. */
  readonly bytes: number;
  /** When the first of them came; milliseconds since 1970. Undefined where there are none left. */
  readonly oldest: number | undefined;
  /** Requests that were answered from the record so far, and those that were not. */
  readonly found: number;
  readonly missed: number;
}

/** What is in a record. */
export interface RecordSummary {
  readonly folder: string;
  readonly limitBytes: number;
  /** How many of them are on their way into the record, in journals. */
  readonly waiting: number;
  /** Those on their way included; most answers first. */
  readonly models: readonly ModelAnswers[];
  readonly total: Omit<ModelAnswers, "model">;
}

/** Counts what is in a record, without reading the answers. A folder that does not exist is an empty record. */
export async function summarizeRecord(folder: string): Promise<RecordSummary> {
  const uses = readUses(folder);
  const rows = new Map<string, { answers: number; bytes: number; oldest: number | undefined }>();
  const count = ({ model, when, bytes }: Pick<Entry, "model" | "when" | "bytes">): void => {
    const row = rows.get(model) ?? { answers: 0, bytes: 0, oldest: undefined };
    rows.set(model, {
      answers: row.answers + 1,
      bytes: row.bytes + bytes,
      oldest: Math.min(row.oldest ?? when, when),
    });
  };
  // Read first: what is put into the record meanwhile is found there, and counted once.
  const waiting = new Map(journaledAnswers(folder).map((answer) => [answer.key, answer] as const));
  for await (const entry of entries(folder)) {
    count(entry);
    waiting.delete(entry.key);
  }
  for (const answer of waiting.values()) count({ ...answer, bytes: bytesOf(answer) });
  const models = [...new Set([...rows.keys(), ...uses.keys()])]
    .map((model): ModelAnswers => {
      const { answers = 0, bytes = 0, oldest } = rows.get(model) ?? {};
      const { found = 0, missed = 0 } = uses.get(model) ?? {};
      return { model, answers, bytes, oldest, found, missed };
    })
    .sort((a, b) => b.answers - a.answers || (a.model < b.model ? -1 : 1));
  const sum = (of: (row: ModelAnswers) => number) => models.reduce((total, row) => total + of(row), 0);
  const oldest = models.flatMap((row) => row.oldest ?? []);
  return {
    folder,
    limitBytes: recordLimit(folder),
    waiting: waiting.size,
    models,
    total: {
      answers: sum(({ answers }) => answers),
      bytes: sum(({ bytes }) => bytes),
      oldest: oldest.length === 0 ? undefined : oldest.reduce((a, b) => Math.min(a, b)),
      found: sum(({ found }) => found),
      missed: sum(({ missed }) => missed),
    },
  };
}

/** What was removed. */
export interface Cleared {
  readonly answers: number;
  readonly bytes: number;
}

/**
 * Removes answers. Processes that run now keep those that they have in memory.
 * @param only which ones; all by default
 * @param only.unusedSince those that were not used since then; milliseconds since 1970
 */
export async function clearRecord(
  folder: string,
  now: number,
  only: { readonly model?: string | undefined; readonly unusedSince?: number | undefined } = {},
): Promise<Cleared> {
  const { model, unusedSince } = only;
  const isMeant = (answer: Pick<Entry, "model">, usedAt: number): boolean =>
    (model === undefined || answer.model === model) && (unusedSince === undefined || usedAt < unusedSince);
  const left = await takeInLeft(folder, now, (answer) => isMeant(answer, answer.when));
  const onDisk = new Map<string, Content>((await contents(folder)).map((content) => [content.path, content]));
  let cleared: Cleared = { answers: left.length, bytes: left.reduce((sum, answer) => sum + bytesOf(answer), 0) };
  const add = ({ bytes }: Content): void => {
    cleared = { answers: cleared.answers + 1, bytes: cleared.bytes + bytes };
  };
  if (model === undefined && unusedSince === undefined) {
    // With all that leads nowhere.
    const names = readdirOrNone(folder).filter((name) => /^(?:content|index)-|^tmp$/.test(name));
    for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
    removeUses(folder);
    for (const content of onDisk.values()) add(content);
    return cleared;
  }
  for await (const { path, ...entry } of entries(folder)) {
    const content = onDisk.get(path);
    if (content === undefined || !isMeant(entry, content.usedAt)) continue;
    await removeContent(folder, content);
    add(content);
  }
  return cleared;
}

/**
 * Takes over what processes that are gone have left in journals, for the next process would: what is not meant to go comes
 * into the record.
 * @returns what goes and stands nowhere else
 */
async function takeInLeft(
  folder: string,
  now: number,
  isMeant: (answer: StoredAnswer) => boolean,
): Promise<StoredAnswer[]> {
  const [journal, store] = [new AnswerJournal(folder), new AnswerStore(folder)];
  const gone = new Map<string, StoredAnswer>();
  for (const { answer, segment } of journal.adopt(now)) {
    const isRecorded = (await store.get(answer.key)) !== undefined;
    if (!isRecorded && isMeant(answer)) gone.set(answer.key, answer);
    else if (!isRecorded) await store.put(answer);
    journal.done(segment);
  }
  return [...gone.values()];
}

/**
 * One answer, by its key or the beginning of it.
 * @throws UserError where none, or more than one, is meant
 */
export async function readAnswer(folder: string, text: string): Promise<StoredAnswer> {
  const beginning = text.toLowerCase();
  const keys = new Set<string>();
  const waiting = journaledAnswers(folder).filter(({ key }) => key.startsWith(beginning));
  for (const { key } of waiting) keys.add(key);
  for await (const { key } of entries(folder)) if (key.startsWith(beginning)) keys.add(key);
  const [only, second] = keys;
  if (only === undefined) throw new UserError(`No answer in ${folder} has a key that begins with "${text}".`);
  if (second !== undefined) {
    throw new UserError(`${keys.size} answers have keys that begin with "${text}". Give more of the key.`);
  }
  const found = (await new AnswerStore(folder).get(only))?.answer ?? waiting[0];
  if (found === undefined) throw new UserError(`The answer ${only} was damaged, and is removed.`);
  return found;
}

/** Answers that came last, newest first. @param most at most so many */
export async function latestAnswers(folder: string, most: number): Promise<StoredAnswer[]> {
  const latest: { readonly key: string; readonly when: number }[] = [];
  for await (const { key, when } of entries(folder)) {
    latest.push({ key, when });
    if (latest.length < 2 * most) continue;
    latest.sort((a, b) => b.when - a.when).splice(most);
  }
  const store = new AnswerStore(folder);
  const shown = latest.sort((a, b) => b.when - a.when).slice(0, most);
  const found = await Promise.all(shown.map(({ key }) => store.get(key)));
  return found.flatMap((one) => one?.answer ?? []);
}

const markSchema = z.object({ model: z.string(), when: z.number() });

interface Entry {
  readonly key: string;
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly when: number;
  readonly bytes: number;
  readonly path: string;
}

async function* entries(folder: string): AsyncGenerator<Entry> {
  const { ls } = await cacache();
  for await (const entry of ls.stream(folder)) {
    const parsed = entrySchema.safeParse(entry);
    if (!parsed.success) continue;
    const { key, path, size, metadata } = parsed.data;
    yield { key, path, bytes: bytesOnDisk(size), ...metadata };
  }
}

const entrySchema = z.object({ key: z.string(), path: z.string(), size: z.number(), metadata: markSchema });

/** What an answer on its way will take on the disk. */
function bytesOf(answer: StoredAnswer): number {
  return bytesOnDisk(Buffer.byteLength(JSON.stringify(answer)));
}

function readdirOrNone(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [];
}
