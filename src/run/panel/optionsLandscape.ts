import type { OptionValues } from "../../system/variable.ts";
import { shareBetweenGroups } from "../statistics.ts";
import { extremes } from "../thinning.ts";
import type {
  CurvePoint,
  GridCell,
  LandscapeQuery,
  OptionCurve,
  OptionGrid,
  OptionImportance,
  OptionLine,
  OptionLines,
  OptionsLandscape,
  RewardKind,
} from "./landscapeShown.ts";
import { isInRanges, type OptionRange } from "./optionRanges.ts";
import { type OptionScale, optionScale, optionText, ownOption } from "./optionScale.ts";
import { isScored, markOf, type TriedComponent, type TriedValue } from "./triedValues.ts";

/** Lines and axes that can still be told apart. */
const MOST_LINES = 400;
/** Values that are listed below the lines. */
const MOST_LISTED = 200;
const MOST_AXES = 12;
/** Numbers that reach over so many times their lowest are put on a logarithmic axis. */
const LOG_FACTOR = 100;

type TriedOptions = TriedValue & { readonly options: OptionValues };

/** What was tried of options; null before any was scored. */
export function optionsLandscape(component: TriedComponent, query: LandscapeQuery): OptionsLandscape | null {
  const tried = component.values.filter((value): value is TriedOptions => value.options !== null && isScored(value));
  if (tried.length === 0) return null;
  const local = tried.filter((value) => value.local !== null).length;
  const global = tried.filter((value) => value.global !== null).length;
  const reward = query.reward ?? (local > global ? "local" : "global");
  const scored = tried.filter((value) => value[reward] !== null);
  const scales = keysOf(tried).map((key) =>
    optionScale(
      key,
      tried.map(({ options }) => options),
    ),
  );
  const importance = importances(scales, scored, reward);
  const keys = importance.map(({ key }) => key);
  const [first, second] = keys;
  if (first === undefined) return null;
  const scaleOf = (key: string | undefined) => scales.find((scale) => scale.key === key);
  const x = scaleOf(query.x) ?? scaleOf(first);
  if (x === undefined) throw new Error(`no scale for ${first}`);
  const y = scaleOf(query.y === x.key ? undefined : query.y) ?? scaleOf(x.key === first ? second : first);
  return {
    keys,
    reward,
    curve: curveOver(component, x, tried),
    grid: y === undefined ? null : gridOver(component, x, y, scored, reward),
    lines:
      keys.length < 2
        ? null
        : optionLines(component, keys.slice(0, MOST_AXES), scales, scored, reward, query.ranges ?? []),
    importance,
  };
}

function keysOf(tried: readonly TriedOptions[]): string[] {
  return [...new Set(tried.flatMap(({ options }) => Object.keys(options)))];
}

/** The measured landscape where there is one, because there all else is equal; else means over what was tried. */
function curveOver(component: TriedComponent, scale: OptionScale, tried: readonly TriedOptions[]): OptionCurve {
  const measured = component.measured.get(scale.key);
  const { name } = component;
  if (measured !== undefined) {
    const points = [...measured.values()].flatMap(({ value, local, global, inputs }) => {
      if (value === null || typeof value !== "object") return [];
      const options = value as OptionValues;
      const option = ownOption(options, scale.key);
      if (option === undefined) return [];
      const current = option === currentOption(component, scale.key);
      const point: CurvePoint = { label: optionText(option), local, global, n: inputs, current };
      return [{ place: scale.placeOf(options) ?? 0, option, point }];
    });
    points.sort((a, b) => a.place - b.place || Number(a.option) - Number(b.option));
    return { component: name, key: scale.key, from: "landscape", points: points.map(({ point }) => point) };
  }
  const current = component.current.options === null ? undefined : scale.placeOf(component.current.options);
  const sums = scale.labels.map(() => ({ local: { sum: 0, n: 0 }, global: { sum: 0, n: 0 } }));
  for (const value of tried) {
    const here = sums[scale.placeOf(value.options) ?? -1];
    if (here === undefined) continue;
    for (const kind of ["local", "global"] as const) {
      const reward = value[kind];
      if (reward === null) continue;
      here[kind].sum += reward;
      here[kind].n++;
    }
  }
  const points = sums.flatMap(({ local, global }, place): CurvePoint[] => {
    const n = Math.max(local.n, global.n);
    if (n === 0) return [];
    const label = scale.labels[place] ?? "";
    return [{ label, local: meanOf(local), global: meanOf(global), n, current: place === current }];
  });
  return { component: name, key: scale.key, from: "candidates", points };
}

function currentOption({ current }: TriedComponent, key: string) {
  return current.options === null ? undefined : ownOption(current.options, key);
}

function gridOver(
  component: TriedComponent,
  x: OptionScale,
  y: OptionScale,
  scored: readonly TriedOptions[],
  reward: RewardKind,
): OptionGrid {
  const sums = new Map<number, { sum: number; n: number }>();
  const placeOf = (options: OptionValues) => {
    const [column, row] = [x.placeOf(options), y.placeOf(options)];
    return column === undefined || row === undefined ? undefined : row * x.labels.length + column;
  };
  for (const value of scored) {
    const place = placeOf(value.options);
    const score = value[reward];
    if (place === undefined || score === null) continue;
    const cell = sums.get(place) ?? { sum: 0, n: 0 };
    cell.sum += score;
    cell.n++;
    sums.set(place, cell);
  }
  const current = component.current.options === null ? undefined : placeOf(component.current.options);
  const cells = [...sums].map(
    ([place, { sum, n }]): GridCell => ({
      column: place % x.labels.length,
      row: Math.floor(place / x.labels.length),
      mean: sum / n,
      n,
      current: place === current,
    }),
  );
  cells.sort((a, b) => a.row - b.row || a.column - b.column);
  return { x: x.key, y: y.key, reward, columns: x.labels, rows: y.labels, cells };
}

function optionLines(
  component: TriedComponent,
  keys: readonly string[],
  scales: readonly OptionScale[],
  scored: readonly TriedOptions[],
  reward: RewardKind,
  ranges: readonly OptionRange[],
): OptionLines {
  const axes = keys.flatMap((key) => {
    const scale = scales.find((candidate) => candidate.key === key);
    if (scale === undefined) return [];
    const { range, labels } = scale;
    const log = range !== null && range.low > 0 && range.high / range.low >= LOG_FACTOR;
    return [{ key, labels: range === null ? labels : null, log, scale }];
  });
  const whole = scored.filter(({ options }) => axes.every(({ scale }) => scale.placeOf(options) !== undefined));
  const lineOf = (value: TriedOptions): OptionLine => ({
    seq: value.seq,
    at: axes.map(({ key, labels, scale }) =>
      labels === null ? Number(ownOption(value.options, key)) : (scale.placeOf(value.options) ?? 0),
    ),
    reward: value[reward] ?? 0,
    iteration: value.iteration,
    mark: markOf(component, value),
  });
  const within = ranges.length === 0 ? whole : whole.filter((value) => isInRanges(ranges, axes, lineOf(value)));
  const lines = extremes(whole, MOST_LINES, [(value) => value[reward]], MOST_LINES / 4).map(lineOf);
  // The best on top of the others.
  lines.sort((a, b) => a.reward - b.reward);
  return {
    reward,
    axes: axes.map(({ key, labels, log }) => ({ key, labels, log })),
    lines,
    total: whole.length,
    within: { count: within.length, best: bestOf(within, reward).map(lineOf) },
  };
}

/** The best, highest reward first; of equal ones the earliest. */
function bestOf(values: readonly TriedOptions[], reward: RewardKind): TriedOptions[] {
  const best: TriedOptions[] = [];
  const rewardOf = (value: TriedOptions | undefined) => value?.[reward] ?? Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (best.length === MOST_LISTED && rewardOf(value) <= rewardOf(best.at(-1))) continue;
    const place = best.findLastIndex((one) => rewardOf(one) >= rewardOf(value)) + 1;
    best.splice(place, 0, value);
    if (best.length > MOST_LISTED) best.pop();
  }
  return best;
}

/** Every option by itself, the most important first; options of which nothing can be told come last, in their order. */
function importances(
  scales: readonly OptionScale[],
  scored: readonly TriedOptions[],
  reward: RewardKind,
): OptionImportance[] {
  const all = scales.map((scale): OptionImportance => {
    const groups = scale.labels.map((): number[] => []);
    for (const value of scored) {
      const place = scale.placeOf(value.options);
      const score = value[reward];
      if (place !== undefined && score !== null) groups[place]?.push(score);
    }
    return { key: scale.key, values: scale.values, share: shareBetweenGroups(groups) ?? null };
  });
  return all.sort((a, b) => (b.share ?? -1) - (a.share ?? -1));
}

function meanOf({ sum, n }: { readonly sum: number; readonly n: number }): number | null {
  return n === 0 ? null : sum / n;
}
