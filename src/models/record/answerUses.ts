import { appendFileSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** How often a model's answers were looked for. */
export interface Uses {
  /** Found in the record. */
  readonly found: number;
  /** Not found: they had to be asked for. */
  readonly missed: number;
}

const lineSchema = z.record(z.string(), z.object({ found: z.number(), missed: z.number() }));

/** Time between two notes of a process. */
const EVERY_MS = 5_000;
/** Length from which on the file is summed up. */
const LONGEST = 64 * 1024;

/** Counts for all processes together how often answers were found: each notes what it has counted, now and then. */
export class AnswerUses {
  readonly #folder: string;
  readonly #counted = new Map<string, { found: number; missed: number }>();
  #notedAt: number;

  constructor(folder: string, now: number) {
    this.#folder = folder;
    this.#notedAt = now;
  }

  count(model: string, use: keyof Uses, now: number): void {
    const uses = this.#counted.get(model);
    if (uses === undefined) this.#counted.set(model, { found: 0, missed: 0, [use]: 1 });
    else uses[use]++;
    if (now - this.#notedAt < EVERY_MS) return;
    this.#notedAt = now;
    this.note();
  }

  /** Counts are told to nobody who would stop for them: where they cannot be written, they are lost. */
  note(): void {
    if (this.#counted.size === 0) return;
    try {
      appendFileSync(file(this.#folder), `${JSON.stringify(Object.fromEntries(this.#counted))}\n`);
    } catch {
      return;
    }
    this.#counted.clear();
  }
}

/** By model. */
export function readUses(folder: string): Map<string, Uses> {
  const sums = new Map<string, Uses>();
  let text: string;
  try {
    text = readFileSync(file(folder), "utf8");
  } catch {
    return sums;
  }
  for (const line of text.split("\n")) {
    for (const [model, { found, missed }] of Object.entries(parsed(line))) {
      const before = sums.get(model) ?? { found: 0, missed: 0 };
      sums.set(model, { found: before.found + found, missed: before.missed + missed });
    }
  }
  if (text.length > LONGEST) sumUp(folder, sums);
  return sums;
}

export function removeUses(folder: string): void {
  rmSync(file(folder), { force: true });
}

/** What another process notes just now may be lost: it is a count. */
function sumUp(folder: string, sums: ReadonlyMap<string, Uses>): void {
  const away = `${file(folder)}.${process.pid}`;
  try {
    renameSync(file(folder), away);
    appendFileSync(file(folder), `${JSON.stringify(Object.fromEntries(sums))}\n`);
    rmSync(away, { force: true });
  } catch {
    // The next reader tries again.
  }
}

function parsed(line: string): z.infer<typeof lineSchema> {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data ?? {};
  } catch {
    return {};
  }
}

function file(folder: string): string {
  return join(folder, "uses.jsonl");
}
