import { createHash } from "node:crypto";
import { typeName } from "../system/component.ts";
import { canonicalJson } from "../system/configuration.ts";
import { errorMessage, UserError } from "../system/userError.ts";
import type { Example, SplitName } from "./example.ts";
import { refuseLeaks } from "./leak.ts";
import { readSource, type SourceRow, sourceLabel } from "./readSource.ts";
import { similarName } from "./similarName.ts";
import type { LoadContext, Row, SplitSources } from "./source.ts";

/** The examples of one purpose. */
export interface Split {
  readonly name: SplitName;
  readonly examples: readonly Example[];
  /** SHA-256, in hexadecimal, of the canonical JSON of all examples in order. */
  readonly hash: string;
  /** Where the examples come from, for people. */
  readonly source: string;
  /** Where the example at `index` stands ("train.jsonl, line 12"). */
  where(index: number): string;
  /** Canonical JSON of the example at `index` without its id. */
  content(index: number): string;
}

export interface Splits {
  readonly train: Split;
  readonly validation: Split;
  /** Absent only where `train` has fewer than 4 rows and no source for test is given. */
  readonly test?: Split;
}

/** Share of `train` that is set aside as test where no source for test is given. */
const SET_ASIDE = 1 / 4;

/**
 * Reads and checks the data of an experiment. Without a source for test, the last quarter of the train rows (rounded
 * down) becomes test, and train keeps the others.
 * @throws UserError naming file, row and field of: what cannot be read, an empty split, an id used twice, and rows that
 *   appear in more than one split
 */
export async function readSplits(sources: SplitSources, context: LoadContext): Promise<Splits> {
  const trainRows = await located("train", sources, context);
  const validation = split(
    "validation",
    await located("validation", sources, context),
    sourceLabel(sources.validation),
  );
  const { train, test } =
    sources.test === undefined
      ? setAside(trainRows, sourceLabel(sources.train))
      : {
          train: split("train", trainRows, sourceLabel(sources.train)),
          test: split("test", await located("test", sources, context), sourceLabel(sources.test)),
        };
  refuseLeaks(test === undefined ? [train, validation] : [train, validation, test]);
  return { train, validation, ...(test && { test }) };
}

/**
 * Refuses a split in which some example lacks one of the fields or has null for it.
 * @throws UserError naming the row, the field, and the field that was probably meant
 */
export function requireFields(split: Split, names: readonly string[]): void {
  for (const [index, example] of split.examples.entries()) {
    for (const name of names) {
      const value = Object.hasOwn(example, name) ? example[name] : undefined;
      if (value !== undefined && value !== null) continue;
      const others = Object.keys(example).filter((key) => key !== name);
      const similar = similarName(name, others);
      const remedy = similar === undefined ? `It has ${others.join(", ")}.` : `Did you mean "${similar}"?`;
      throw new UserError(
        value === null
          ? `${split.where(index)}: the field "${name}" is null. Fill it in or remove the row.`
          : `${split.where(index)}: the field "${name}" is missing. ${remedy}`,
      );
    }
  }
}

interface LocatedExample {
  readonly example: Example;
  readonly where: string;
  readonly content: string;
}

async function located(name: SplitName, sources: SplitSources, context: LoadContext): Promise<LocatedExample[]> {
  const source = sources[name];
  if (source === undefined) throw new UserError(`The data has no ${name} rows. Give "${name}" a source.`);
  const found = (await readSource(source, name, context)).map((row, index) => withId(row, `${name}-${index + 1}`));
  if (found.length === 0) {
    throw new UserError(`The ${name} data (${sourceLabel(source)}) is empty. Give it at least one row.`);
  }
  refuseTwice(found);
  return found;
}

/** The row with a text id; rows without one get an id from split and row number, the same in every run. */
function withId({ row, where }: SourceRow, fallback: string): LocatedExample {
  const example = Object.freeze({ ...row, id: idOf(row, where) ?? fallback });
  const { id: _id, ...content } = row;
  return { example, where, content: plainJson(content, where) };
}

function idOf(row: Row, where: string): string | undefined {
  const id = Object.hasOwn(row, "id") ? row.id : undefined;
  if (id === undefined || id === null) return undefined;
  if (typeof id === "bigint" || (typeof id === "number" && Number.isFinite(id))) return String(id);
  if (typeof id === "string" && id.trim() !== "") return id;
  const found = id === "" ? "empty" : typeof id === "string" ? "blank" : typeName(id);
  throw new UserError(
    `${where}, field "id": must be text or a number, but is ${found}. Mend it, or leave the ids out.`,
  );
}

function plainJson(value: Row, where: string): string {
  try {
    // Through JSON first: a date or another object with toJSON then counts with its content.
    return canonicalJson(JSON.parse(JSON.stringify(value)));
  } catch (error) {
    throw new UserError(`${where}: the row cannot be written as JSON (${errorMessage(error)}). Use plain values only.`);
  }
}

function refuseTwice(examples: readonly LocatedExample[]): void {
  const seen = new Map<string, string>();
  for (const { example, where } of examples) {
    const before = seen.get(example.id);
    if (before !== undefined) {
      throw new UserError(
        `${where}: the id "${example.id}" is used already at ${before}. Give each row its own id, or leave the ids out.`,
      );
    }
    seen.set(example.id, where);
  }
}

function setAside(rows: readonly LocatedExample[], source: string): { train: Split; test: Split | undefined } {
  const kept = rows.length - Math.floor(rows.length * SET_ASIDE);
  if (kept === rows.length) return { train: split("train", rows, source), test: undefined };
  return {
    train: split("train", rows.slice(0, kept), `${source} (rows 1-${kept})`),
    test: split("test", rows.slice(kept), `${source} (rows ${kept + 1}-${rows.length})`),
  };
}

function split(name: SplitName, rows: readonly LocatedExample[], source: string): Split {
  const hash = createHash("sha256");
  for (const { example, content } of rows) hash.update(`${JSON.stringify(example.id)} ${content}\n`);
  const at = (index: number): LocatedExample => {
    const row = rows[index];
    if (row === undefined) throw new RangeError(`${name} has ${rows.length} examples, there is none at ${index}`);
    return row;
  };
  return {
    name,
    examples: rows.map(({ example }) => example),
    hash: hash.digest("hex"),
    source,
    where: (index) => at(index).where,
    content: (index) => at(index).content,
  };
}
