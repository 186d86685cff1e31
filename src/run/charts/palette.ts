/** Colours of a chart, as any CSS colour: a page that follows light and dark gives custom properties. */
export interface Palette {
  readonly ink: string;
  readonly quiet: string;
  readonly grid: string;
  readonly paper: string;
  readonly line: string;
  readonly accepted: string;
  readonly rejected: string;
  readonly local: string;
  readonly global: string;
  /** Tell apart what has no colour of its own, such as components; whoever needs more begins again at the first. */
  readonly series: readonly string[];
}

/** The custom properties that the report's style sheet defines for both schemes. */
export const reportPalette: Palette = {
  ink: "var(--ink)",
  quiet: "var(--quiet)",
  grid: "var(--rule)",
  paper: "var(--paper)",
  line: "var(--line)",
  accepted: "var(--accepted)",
  rejected: "var(--rejected)",
  local: "var(--local)",
  global: "var(--global)",
  series: ["blue", "orange", "green", "rose", "violet", "teal", "olive", "grey"].map((name) => `var(--${name})`),
};

/** Those of an editor's theme, by the names that it gives them: its six for charts, and what stands on its page. */
export const editorSeries = ["blue", "orange", "green", "purple", "red", "yellow", "foreground"] as const;

/** The colour of the n-th of several things, from 0. */
export function seriesColour({ series, line }: Palette, index: number): string {
  return series[index % series.length] ?? line;
}

/** Lowest share of a colour on a scale: what is lowest still stands out from the paper. */
const FAINTEST = 0.12;

/**
 * A colour of a scale from low to high, for heat maps and points.
 * @param share from 0, faint, to 1, the whole colour; what is outside counts as the nearer end
 */
export function scaleColour({ paper, global }: Palette, share: number): string {
  const within = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
  return mixed(paper, global, FAINTEST + (1 - FAINTEST) * within);
}

/** Two colours in one. Plain ones are mixed here, because not everything that draws SVG can; others by who draws. */
export function mixed(from: string, to: string, share: number): string {
  const [a, b] = [channels(from), channels(to)];
  if (a === undefined || b === undefined) {
    return `color-mix(in srgb, ${to} ${Math.round(share * 100)}%, ${from})`;
  }
  const mix = a.map((channel, index) => Math.round(channel + ((b[index] ?? channel) - channel) * share));
  return `#${mix.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

/** Red, green and blue from 0 to 255; undefined for a colour that is not written as `#rrggbb`. */
export function channels(colour: string): readonly number[] | undefined {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return undefined;
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
