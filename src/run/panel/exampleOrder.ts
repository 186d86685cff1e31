import type { MeasuredConfiguration } from "./examplesModel.ts";
import type { ExamplesQuery } from "./examplesQuery.ts";
import { type RowNumbers, rewardIn, soughtText } from "./measuredRows.ts";

/** What rows are chosen from. */
interface Measured {
  readonly numbers: RowNumbers;
  /** Configurations that are meant. */
  readonly columns: readonly MeasuredConfiguration[];
  readonly start: MeasuredConfiguration | undefined;
  readonly inForce: MeasuredConfiguration | undefined;
}

type Meant = Omit<ExamplesQuery, "from" | "fromColumn" | "selected">;

/** Share of the rows that are the worst, and how many these are at least. */
const [WORST, FEWEST_WORST] = [0.1, 10];

/** Numbers of the rows that a query means, in its order. */
export function meantRows(measured: Measured, query: Meant): readonly number[] {
  const rows = Array.from({ length: measured.numbers.count }, (_, row) => row);
  const text = soughtText(query.text);
  const asked = { ...query, text };
  const chosen = rows.filter((row) => isMeant(measured, asked, row));
  return sorted(measured, query.rows === "worst" ? worst(measured, chosen) : chosen, query.sort);
}

function isMeant(measured: Measured, { text, rows, complete, low, high }: Meant, row: number): boolean {
  const { numbers, columns, inForce, start } = measured;
  if (text !== "" && !numbers.sought(row).includes(text)) return false;
  if (complete && columns.some((one) => rewardOf(one, row) === undefined)) return false;
  const now = rewardOf(inForce, row);
  if (low !== null && (now === undefined || now < low)) return false;
  if (high !== null && (now === undefined || now > high)) return false;
  if (rows === "changed") return (spread(columns, row) ?? 0) > 0;
  if (rows === "worst") return now !== undefined;
  if (rows === "all") return true;
  const before = rewardOf(start, row);
  if (now === undefined || before === undefined) return false;
  return rows === "better" ? now > before : now < before;
}

function worst({ inForce }: Measured, rows: readonly number[]): readonly number[] {
  const most = Math.max(FEWEST_WORST, Math.ceil(rows.length * WORST));
  const reward = (row: number) => rewardOf(inForce, row) ?? 0;
  const kept = new Set(rows.toSorted((a, b) => reward(a) - reward(b) || a - b).slice(0, most));
  return rows.filter((row) => kept.has(row));
}

/** What cannot be told stands last either way; what is equal, in the order of the run. */
function sorted(measured: Measured, rows: readonly number[], sort: Meant["sort"]): readonly number[] {
  if (sort.by === "order") return sort.descending ? rows.toReversed() : rows;
  const sign = sort.descending ? -1 : 1;
  const keys = new Map(rows.map((row) => [row, keyOf(measured, row, sort)]));
  return rows.toSorted((a, b) => {
    const [x, y] = [keys.get(a), keys.get(b)];
    if (x === undefined || y === undefined) return x === y ? a - b : x === undefined ? 1 : -1;
    return x === y ? a - b : x < y ? -sign : sign;
  });
}

function keyOf(
  { numbers, columns, start, inForce }: Measured,
  row: number,
  { by, iteration }: Meant["sort"],
): number | string | undefined {
  switch (by) {
    case "order":
      return row;
    case "example":
      return numbers.id(row);
    case "change": {
      const [before, now] = [rewardOf(start, row), rewardOf(inForce, row)];
      return before === undefined || now === undefined ? undefined : now - before;
    }
    case "mean":
      return meanOf(columns, row);
    case "spread":
      return spread(columns, row);
    case "configuration":
      return rewardOf(
        columns.find((one) => one.iteration === iteration),
        row,
      );
  }
}

function spread(columns: readonly MeasuredConfiguration[], row: number): number | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const one of columns) {
    const reward = rewardOf(one, row);
    if (reward === undefined) continue;
    if (reward < low) low = reward;
    if (reward > high) high = reward;
  }
  return low > high ? undefined : high - low;
}

function meanOf(columns: readonly MeasuredConfiguration[], row: number): number | undefined {
  let [sum, count] = [0, 0];
  for (const one of columns) {
    const reward = rewardOf(one, row);
    if (reward === undefined) continue;
    sum += reward;
    count++;
  }
  return count === 0 ? undefined : sum / count;
}

function rewardOf(one: MeasuredConfiguration | undefined, row: number): number | undefined {
  return one && rewardIn(one.rows, one.rewards, row);
}
