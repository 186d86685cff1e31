import type { VariableValue } from "../../system/variable.ts";
import { briefText } from "../views/briefLine.ts";
import { valueText } from "../views/valueText.ts";
import type { DiffPart } from "../views/wordDiff.ts";
import type { MeasuredRows } from "./compareModel.ts";
import { type PairedRows, pairedRows } from "./pairedRows.ts";
import { shownDiff } from "./shownDiff.ts";

/** Characters of a value that are shown in a cell of a table. */
const MOST_CHARACTERS = 3000;
/** Differences that are kept; more are only made by somebody who pages through a very large system. */
const MOST_KEPT = 500;

export interface CellDiff {
  readonly parts: readonly DiffPart[];
  readonly shortened: boolean;
}

/** What was found out once about runs that are compared again and again while they go on. */
export class ComparisonMemory {
  readonly #diffs = new Map<string, CellDiff>();
  readonly #pairs = new WeakMap<MeasuredRows, WeakMap<MeasuredRows, PairedRows | null>>();

  /** What differs between two values, as much as a cell of a table holds. */
  diff(before: VariableValue, after: VariableValue): CellDiff {
    const key = JSON.stringify([before, after]);
    const known = this.#diffs.get(key);
    if (known !== undefined) return known;
    if (this.#diffs.size >= MOST_KEPT) this.#diffs.clear();
    const made = before === after ? whole(after) : cellDiff(before, after);
    this.#diffs.set(key, made);
    return made;
  }

  /** Scores on the rows that both have; null where there are none. */
  pairs(before: MeasuredRows, after: MeasuredRows): PairedRows | null {
    const known = this.#pairs.get(before)?.get(after);
    if (known !== undefined) return known;
    const made = pairedRows(before, after);
    const others = this.#pairs.get(before) ?? new WeakMap<MeasuredRows, PairedRows | null>();
    this.#pairs.set(before, others.set(after, made));
    return made;
  }
}

function whole(value: VariableValue): CellDiff {
  const text = valueText(value);
  return { parts: [{ kind: "same", text: briefText(text, MOST_CHARACTERS) }], shortened: isLong(text) };
}

const isLong = (text: string): boolean => [...text.slice(0, 2 * MOST_CHARACTERS + 2)].length > MOST_CHARACTERS;

function cellDiff(before: VariableValue, after: VariableValue): CellDiff {
  const { parts, shortened } = shownDiff(before, after);
  const kept: DiffPart[] = [];
  let room = MOST_CHARACTERS;
  for (const { kind, text } of parts) {
    if (room <= 0) return { parts: kept, shortened: true };
    const cut = text.slice(0, room);
    room -= cut.length;
    kept.push({ kind, text: cut.length < text.length ? `${withoutHalf(cut)}…` : cut });
  }
  return { parts: kept, shortened: shortened || room < 0 || isCut(kept, parts) };
}

function isCut(kept: readonly DiffPart[], all: readonly DiffPart[]): boolean {
  return kept.length < all.length || kept.at(-1)?.text !== all.at(-1)?.text;
}

/** Without half of a character that takes two places. */
function withoutHalf(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, "");
}
