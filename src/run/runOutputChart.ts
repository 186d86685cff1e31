import { english, type L10n, plural } from "./l10n.ts";
import type { RunOutput } from "./runOutput.ts";
import { rewardText } from "./views/numberFormat.ts";

/** A run's reward over iterations as shapes in pixels, before somebody draws them as SVG in a text or in a page. */
export interface RunChart {
  readonly width: number;
  readonly height: number;
  /** The area between the axes. */
  readonly plot: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** SVG path of the reward in force, as steps. */
  readonly line: string;
  /** Updates at the gate: what they scored. */
  readonly gates: readonly { readonly x: number; readonly y: number; readonly accepted: boolean }[];
  /** What the picture says, for those who cannot see it. */
  readonly summary: string;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Null before the first iteration: a single point is no picture. */
export function runChart(
  output: RunOutput,
  { width, height }: { readonly width: number; readonly height: number },
  l10n: L10n = english,
): RunChart | null {
  const { rewards, gates, iteration, status } = output;
  const [first, last] = [rewards.at(0), rewards.at(-1)];
  if (first === undefined || last === undefined || (first === last && gates.length === 0)) return null;
  const plot = { left: 48, top: 10, right: width - 14, bottom: height - 24 };
  const planned = status.state === "finished" ? 0 : (iteration?.of ?? 0);
  const end = Math.max(1, planned, last.iteration, gates.at(-1)?.iteration ?? 0);
  const values = [...rewards.map(({ mean }) => mean), ...gates.map(({ after }) => after)];
  const ySteps = niceSteps(Math.min(...values), Math.max(...values), 4);
  const [low, high] = [ySteps[0] ?? 0, ySteps.at(-1) ?? 1];
  const x = (at: number) => pixel(plot.left + ((plot.right - plot.left) * at) / end);
  const y = (value: number) => pixel(plot.bottom - ((plot.bottom - plot.top) * (value - low)) / (high - low));
  const digits = Math.max(2, ...ySteps.map((value) => String(Number(value.toPrecision(6))).split(".")[1]?.length ?? 0));
  return {
    width,
    height,
    plot,
    xTicks: wholeSteps(end, 8).map((at) => ({ at: x(at), label: String(at) })),
    yTicks: ySteps.map((value) => ({ at: y(value), label: value.toFixed(digits) })),
    line: `M${x(first.iteration)} ${y(first.mean)}${rewards
      .slice(1)
      .map(({ iteration: at, mean }) => `H${x(at)}V${y(mean)}`)
      .join("")}`,
    gates: gates.map(({ iteration: at, after, accepted }) => ({ x: x(at), y: y(after), accepted })),
    summary: summary(output, l10n),
  };
}

function summary({ rewards, updates }: RunOutput, l10n: L10n): string {
  const [first, last] = [rewards.at(0), rewards.at(-1)];
  const { accepted, rejected } = updates;
  const iterations = last?.iteration ?? 0;
  return l10n.t(
    "Mean validation reward over {0}: from {1} to {2}, with {3} and {4}.",
    plural(l10n, "{0, plural, one {# iteration} other {# iterations}}", iterations),
    rewardText(first?.mean),
    rewardText(last?.mean),
    plural(l10n, "{0, plural, one {# accepted update} other {# accepted updates}}", accepted),
    plural(l10n, "{0, plural, one {# rejected update} other {# rejected updates}}", rejected),
  );
}

/** Round values at even distances that enclose the given ones, about so many. */
export function niceSteps(low: number, high: number, about: number): number[] {
  const scale = Math.max(Math.abs(low), Math.abs(high), 0.1);
  // Values that differ by their last bits are one height.
  const room = high - low > scale * 1e-9 ? high - low : scale * 0.2;
  const raw = room / about;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * magnitude).find((candidate) => candidate >= raw) ?? raw;
  const start = Math.floor(low / step + 1e-9);
  const end = Math.max(start + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: end - start + 1 }, (_, index) => (start + index) * step);
}

/** Whole numbers from 0 at even distances, not many more than `most`, the last one not beyond `end`. */
function wholeSteps(end: number, most: number): number[] {
  const step = Math.max(1, (niceSteps(0, end, most)[1] ?? 1) | 0);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}

function pixel(value: number): number {
  return Math.round(value * 10) / 10;
}
