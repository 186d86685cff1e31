import type { EventOf } from "../events.ts";
import { briefLine } from "../views/briefLine.ts";
import { MOST_POINTS } from "./panelModel.ts";
import type { UpdatesQuery } from "./updatesQuery.ts";

/** Rows that are listed at once. */
export const EXAMPLES_LISTED = 50;
/** Rows that a point is told to stand for, and characters of their names. */
const [NAMED, NAME] = [3, 60];

/** One row of the gate, before and after. */
export interface ExampleScores {
  /** Its place among the gate's rows, from 0. */
  readonly at: number;
  readonly example: string;
  readonly before: number;
  readonly after: number;
}

/** Rows with the same scores, or nearly so where there are very many. */
export interface ScorePoint {
  readonly before: number;
  readonly after: number;
  readonly rows: number;
  /** Place of the first of them among the gate's rows, from 0. */
  readonly at: number;
  /** Some of them. */
  readonly examples: readonly string[];
}

export interface ExamplesShown {
  readonly total: number;
  /** Rows whose score is another than before. */
  readonly changed: number;
  /** Rows that the query means, and place of the first that is listed. */
  readonly meant: number;
  readonly from: number;
  readonly listed: readonly ExampleScores[];
  /** All rows, as points. */
  readonly points: readonly ScorePoint[];
}

type Gate = NonNullable<EventOf<"update">["validation"]>;

/** Scores before and after, row by row: one page of them as a list, and all as points. */
export function examplesShown(gate: Gate, query: UpdatesQuery["examples"]): ExamplesShown {
  const all = gate.after.map((after, row) => ({
    at: row,
    id: gate.exampleIds[row] ?? "",
    before: gate.before[row] ?? 0,
    after,
  }));
  const changed = all.filter(({ before, after }) => before !== after);
  const meant = sorted(query.changedOnly ? changed : all, query.sort);
  const last = Math.max(0, meant.length - 1);
  const from = Math.floor(Math.min(query.from, last) / EXAMPLES_LISTED) * EXAMPLES_LISTED;
  return {
    total: all.length,
    changed: changed.length,
    meant: meant.length,
    from,
    listed: meant
      .slice(from, from + EXAMPLES_LISTED)
      .map(({ at, id, before, after }) => ({ at, example: briefLine(id), before, after })),
    points: scorePoints(all),
  };
}

interface Row {
  readonly at: number;
  readonly id: string;
  readonly before: number;
  readonly after: number;
}

function sorted(rows: readonly Row[], { by, descending }: UpdatesQuery["examples"]["sort"]): Row[] {
  const key = ({ id, before, after }: Row): number | string =>
    by === "example" ? id : by === "before" ? before : by === "after" ? after : after - before;
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [key(a), key(b)];
    return x === y ? 0 : x < y ? -sign : sign;
  });
}

/** Cells of a grid along each axis, where there would be too many points otherwise. */
const CELLS = 40;

function scorePoints(rows: readonly Row[]): ScorePoint[] {
  const exact = grouped(rows, (score) => score);
  if (exact.length <= MOST_POINTS) return exact;
  const scores = rows.flatMap(({ before, after }) => [before, after]);
  const low = scores.reduce((least, score) => Math.min(least, score));
  const high = scores.reduce((most, score) => Math.max(most, score));
  const step = (high - low) / CELLS;
  return grouped(rows, (score) => low + Math.round((score - low) / step) * step);
}

function grouped(rows: readonly Row[], rounded: (score: number) => number): ScorePoint[] {
  const points = new Map<string, ScorePoint & { rows: number; readonly examples: string[] }>();
  for (const { at, id, before, after } of rows) {
    const [x, y] = [rounded(before), rounded(after)];
    const key = `${x} ${y}`;
    const point = points.get(key);
    if (point === undefined) {
      points.set(key, { before: x, after: y, rows: 1, at, examples: [briefLine(id, NAME)] });
    } else {
      point.rows++;
      if (point.examples.length < NAMED) point.examples.push(briefLine(id, NAME));
    }
  }
  return [...points.values()];
}
