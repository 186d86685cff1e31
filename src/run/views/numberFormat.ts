/** A reward, score, alignment or share: 3 decimals. */
export function rewardText(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? "–" : withoutNegativeZero(value.toFixed(3));
}

/** A change of a reward, with its sign. */
export function changeText(value: number): string {
  const text = rewardText(value);
  return /^[-–]|^0\.000$/.test(text) ? text : `+${text}`;
}

/** System runs: whole, or with one decimal. */
export function runsText(value: number): string {
  return countText(Math.round(value * 10) / 10);
}

/** US dollars: cents, and of less than a dollar two digits that say something. */
export function moneyText(usd: number): string {
  if (usd === 0) return "$0";
  if (usd >= 0.995) return `$${usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  return usd < 0.000_001
    ? "< $0.000001"
    : `$${Number(usd.toPrecision(2)).toFixed(Math.min(6, 1 - Math.floor(Math.log10(usd))))}`;
}

/** A short length of time: "< 1 ms", "812 ms", "1.4 s", "2:05". */
export function briefDurationText(ms: number): string {
  if (ms < 0.5) return "< 1 ms";
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  return ms < 59_950 ? `${(ms / 1000).toFixed(1)} s` : durationText(ms);
}

/** A count with thousands separated, the same on every machine. */
export function countText(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

/** A length of time: "0:07", "12:40", "3:02:11". */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const padded = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(rest)}` : `${minutes}:${padded(rest)}`;
}

/** A moment, in UTC so that equal logs make equal texts everywhere. */
export function momentText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** "1 row", "20 rows". */
export function counted(count: number, one: string, many = `${one}s`): string {
  const text = countText(count);
  return `${text} ${text === "1" ? one : many}`;
}

/** System runs spent, of a budget where there is one: "1 system run", "412.5 of 2,000 system runs". */
export function spentRunsText(runs: number, budget: number | null): string {
  return budget === null ? counted(runs, "system run") : `${runsText(runs)} of ${counted(budget, "system run")}`;
}

/** Rows that a gate compared: "50 rows", "13 of 50 rows". */
export function gateRows({ n, rows }: { readonly n: number; readonly rows: number }): string {
  return n < rows ? `${countText(n)} of ${counted(rows, "row")}` : counted(n, "row");
}

/** A paired difference: "+0.089 [+0.031, +0.142]". */
export function differenceText(difference: {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}): string {
  return `${changeText(difference.mean)} [${changeText(difference.low)}, ${changeText(difference.high)}]`;
}

function withoutNegativeZero(text: string): string {
  return text === "-0.000" ? "0.000" : text;
}

const SIZES: readonly (readonly [unit: string, bytes: number])[] = [
  ["TB", 1024 ** 4],
  ["GB", 1024 ** 3],
  ["MB", 1024 ** 2],
  ["KB", 1024],
];

/** "1.5 GB", in units of 1,024. */
export function bytesText(bytes: number): string {
  const [unit, size] = SIZES.find(([, one]) => bytes >= one) ?? ["bytes", 1];
  const number = bytes / size;
  return `${number < 10 && size > 1 ? number.toFixed(1).replace(/\.0$/, "") : Math.round(number)} ${unit}`;
}
