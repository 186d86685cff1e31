import type { LineSeriesOption, LinesSeriesOption } from "echarts/charts";
import { english, type L10n, plural } from "../l10n.ts";
import type { BarState, TimelineBar, TimelineShown } from "../panel/timelineShown.ts";
import { briefDurationText, countText, durationText } from "../views/numberFormat.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart } from "./chart.ts";
import { paler } from "./contrast.ts";
import { shortLabel } from "./label.ts";
import { type Palette, seriesColour } from "./palette.ts";
import { spentPurposeWords, whoWords } from "./spentChart.ts";

/** Pixels of the picture's parts. */
const [LEFT, RIGHT, TOP, BUSY, GAP, BOTTOM] = [160, 24, 44, 56, 22, 46];
/** Pixels of all lanes together, and of one. */
const [LANES, LEAST_LANE, MOST_LANE] = [420, 5, 18];
const LEAST_BAR = 1.5;

/**
 * Calls as bars over the working time, in lanes of their components or purposes, below how many were under way. What is
 * seen of it is the window; whoever moves it asks for another. Series are the colours, items their bars.
 */
export function timelineChart(shown: TimelineShown, palette: Palette, l10n: L10n = english): Chart {
  const { groups, totalMs, from, to, busy, rowsAtOnce } = shown;
  const rows = Math.max(
    1,
    groups.reduce((sum, { lanes }) => sum + lanes, 0),
  );
  const lane = Math.max(LEAST_LANE, Math.min(MOST_LANE, Math.floor(LANES / rows)));
  const words = (name: string) => (shown.lanes === "purpose" ? whoWords(name, l10n) : spentPurposeWords(name, l10n));
  const looks = looksOf(shown).map((look) => ({ ...look, words: words(look.name) }));
  const names = [...new Map(looks.map(({ words: name, colour }) => [name, colour]))];
  const waiting = shown.bars.filter(({ calls, waitedMs }) => calls === 1 && waitedMs > (to - from) / 400);
  const labels = labelsOf(shown, l10n);
  const timeAxis = { type: "value" as const, min: 0, max: totalMs, ...axisStyle(palette), splitLine: { show: false } };
  const limit = rowsAtOnce === null ? null : { name: l10n.t("rows at once, at most"), at: rowsAtOnce };
  return {
    width: 860,
    height: TOP + BUSY + GAP + rows * lane + BOTTOM,
    summary: summary(shown, l10n),
    option: {
      ...baseOption(palette),
      legend: {
        ...baseOption(palette).legend,
        data: [
          ...names.map(([name, colour]) => ({
            name,
            icon: "rect",
            itemStyle: { color: seriesColour(palette, colour), opacity: 1 },
          })),
          ...(limit ? [{ name: limit.name }] : []),
        ],
      },
      grid: [
        { left: LEFT, right: RIGHT, top: TOP, height: BUSY },
        { left: LEFT, right: RIGHT, top: TOP + BUSY + GAP, height: rows * lane },
      ],
      dataZoom: [{ type: "inside", xAxisIndex: [0, 1], filterMode: "none", startValue: from, endValue: to }],
      xAxis: [
        { ...timeAxis, gridIndex: 0, axisLabel: { show: false } },
        {
          ...timeAxis,
          gridIndex: 1,
          name: l10n.t("time at work"),
          nameLocation: "middle",
          nameGap: 28,
          axisLabel: {
            color: palette.quiet,
            fontSize: 11,
            hideOverlap: true,
            formatter: (at: number) => momentText(at, to - from),
          },
        },
      ],
      yAxis: [
        {
          type: "value",
          gridIndex: 0,
          min: 0,
          splitNumber: 2,
          name: l10n.t("under way"),
          nameLocation: "middle",
          nameGap: 40,
          ...axisStyle(palette),
          axisLabel: { color: palette.quiet, fontSize: 11, formatter: (calls: number) => countText(calls) },
        },
        {
          type: "category",
          gridIndex: 1,
          inverse: true,
          data: labels.map(({ text }) => text),
          ...axisStyle(palette),
          axisLabel: { color: palette.ink, fontSize: 11, interval: (row: number) => labels[row]?.isFirst === true },
          splitLine: {
            show: true,
            // A lane's line is the one below it.
            interval: (row: number) => labels[row + 1]?.isFirst === true,
            lineStyle: { color: palette.grid },
          },
        },
      ],
      series: [
        ...looks.map((look) => barLines(look, shown, lane, palette)),
        ...(waiting.length === 0 ? [] : [waitingLines(waiting, lane, palette)]),
        busyLine(busy, palette, l10n),
        ...(limit === null
          ? []
          : [
              {
                type: "line" as const,
                name: limit.name,
                symbol: "none",
                silent: true,
                data: [
                  [0, limit.at],
                  [totalMs, limit.at],
                ],
                lineStyle: { color: palette.quiet, width: 1.25, type: "dashed" as const },
                itemStyle: { color: palette.quiet },
              },
            ]),
      ],
    },
    table: {
      columns: [
        l10n.t("began, s"),
        l10n.t("took, ms"),
        l10n.t("component"),
        l10n.t("purpose"),
        l10n.t("state"),
        l10n.t("calls"),
        l10n.t("waited, ms"),
        l10n.t("model calls"),
        l10n.t("input tokens"),
        l10n.t("output tokens"),
        l10n.t("model"),
      ],
      rows: shown.bars.map((bar) => [
        Math.round(bar.from) / 1000,
        Math.round(bar.to - bar.from),
        bar.who === "" ? null : whoWords(bar.who, l10n),
        bar.purpose === "" ? null : spentPurposeWords(bar.purpose, l10n),
        stateWords(bar.state, l10n),
        bar.calls,
        bar.waitedMs,
        bar.modelCalls,
        bar.inputTokens,
        bar.outputTokens,
        bar.model === null ? null : visibleLine(bar.model),
      ]),
    },
    hint: ({ series, item }) => {
      const bar = looks[series]?.bars[item - BEFORE];
      return bar === undefined ? undefined : hint(bar, to - from, l10n);
    },
  };
}

interface Look {
  /** Of a purpose or a component, and its place among the colours. */
  readonly name: string;
  readonly colour: number;
  readonly state: BarState;
  readonly bars: readonly TimelineBar[];
}

/** Bars of one look each: they are drawn as one shape, or moving many about would be slow. */
function looksOf({ colours, bars }: TimelineShown): Look[] {
  const looks = new Map<string, { name: string; colour: number; state: BarState; bars: TimelineBar[] }>();
  for (const bar of bars) {
    const { colour } = bar;
    const state = bar.state === "mixed" ? "done" : bar.state;
    const key = `${colour} ${state}`;
    const look = looks.get(key) ?? { name: colours[colour] ?? "", colour, state, bars: [] };
    look.bars.push(bar);
    looks.set(key, look);
  }
  return [...looks.values()].sort((a, b) => a.colour - b.colour);
}

/** What stands beside each lane: the group's name beside its first. */
function labelsOf({ groups, lanes }: TimelineShown, l10n: L10n) {
  return groups.flatMap(({ name, lanes: count }) =>
    Array.from({ length: count }, (_, index) => ({
      isFirst: index === 0,
      text: index > 0 || lanes === "none" ? "" : groupWords(name, lanes, l10n),
    })),
  );
}

function groupWords(name: string, lanes: TimelineShown["lanes"], l10n: L10n): string {
  return shortLabel(lanes === "purpose" ? spentPurposeWords(name, l10n) : whoWords(name, l10n), 22);
}

/**
 * Items before the first bar, which cannot be seen: a pointer is looked for only between the middles of the outermost lanes
 * of a shape, and never at its first item.
 */
const BEFORE = 2;
/** From so many on, bars of one look are one shape. */
const MANY = 60;

/** Bars as thick lines, each from its beginning to its end. */
function barLines(
  { words, colour, state, bars }: Look & { readonly words: string },
  { from, to, groups }: TimelineShown,
  lane: number,
  palette: Palette,
): LinesSeriesOption {
  const rows = groups.reduce((sum, { lanes }) => sum + lanes, 0);
  // What took no time is to be seen all the same.
  const least = ((to - from) * LEAST_BAR) / 1000;
  return {
    type: "lines",
    name: words,
    coordinateSystem: "cartesian2d",
    // Said because the library would else lay a canvas of its own over the picture.
    zlevel: 0,
    xAxisIndex: 1,
    yAxisIndex: 1,
    clip: true,
    large: true,
    largeThreshold: MANY,
    progressive: 0,
    lineStyle: { cap: "butt", ...barStyle(state, seriesColour(palette, colour), lane, palette) },
    data: [
      ...[-1, rows].map((row) => ({
        coords: [
          [from, row],
          [from, row],
        ],
      })),
      ...bars.map((bar) => ({
        coords: [
          [bar.from, bar.row],
          [Math.max(bar.to, bar.from + least), bar.row],
        ],
      })),
    ],
  };
}

/** The time before requests were sent is hollow. */
function waitingLines(bars: readonly TimelineBar[], lane: number, palette: Palette): LinesSeriesOption {
  return {
    type: "lines",
    coordinateSystem: "cartesian2d",
    // Said because the library would else lay a canvas of its own over the picture.
    zlevel: 0,
    xAxisIndex: 1,
    yAxisIndex: 1,
    clip: true,
    large: true,
    largeThreshold: MANY,
    progressive: 0,
    silent: true,
    lineStyle: { cap: "butt", color: palette.paper, opacity: 1, width: Math.max(1, lane - 4) },
    data: bars.map(({ from, row, waitedMs }) => ({
      coords: [
        [from, row],
        [from + waitedMs, row],
      ],
    })),
  };
}

/** States differ in height and filling, so that they can be told apart without colour. */
function barStyle(state: BarState, colour: string, lane: number, palette: Palette) {
  const whole = Math.max(2, lane - 2);
  switch (state) {
    case "done":
    case "mixed":
      return { color: colour, width: whole, opacity: 1 };
    case "open":
      return { color: paler(colour, 0.5, palette), width: whole, opacity: 1 };
    case "failed":
      return { color: palette.rejected, width: whole, opacity: 1, type: [2, 2] };
    case "reused":
      return { color: colour, width: Math.max(1.5, lane / 4), opacity: 1 };
    case "redone":
      return { color: paler(colour, 0.4, palette), width: Math.max(2, lane / 2), opacity: 1 };
    default:
      throw new Error(`unknown state ${state satisfies never}`);
  }
}

function stateWords(state: BarState, l10n: L10n): string {
  switch (state) {
    case "done":
      return l10n.t("done");
    case "open":
      return l10n.t("under way");
    case "failed":
      return l10n.t("failed");
    case "reused":
      return l10n.t("from a record");
    case "redone":
      return l10n.t("done again later");
    case "mixed":
      return l10n.t("several");
    default:
      throw new Error(`unknown state ${state satisfies never}`);
  }
}

function busyLine(busy: TimelineShown["busy"], palette: Palette, l10n: L10n): LineSeriesOption {
  return {
    type: "line",
    name: l10n.t("under way"),
    symbol: "none",
    silent: true,
    step: "middle",
    data: busy.map(({ at, calls }) => [at, calls]),
    lineStyle: { color: palette.line, width: 1 },
    itemStyle: { color: palette.line },
    areaStyle: { color: palette.line, opacity: 0.25 },
  };
}

function hint(bar: TimelineBar, seen: number, l10n: L10n): string[] {
  const { who, purpose, from, to, calls, state, waitedMs, modelCalls, inputTokens, outputTokens, model } = bar;
  const tokens = plural(
    l10n,
    "{0} input and {1, plural, one {# output token} other {# output tokens}}",
    countText(inputTokens),
    outputTokens,
  );
  const took = briefDurationText(to - from);
  return [
    [who === "" ? "" : whoWords(who, l10n), purpose === "" ? "" : spentPurposeWords(purpose, l10n)]
      .filter((words) => words !== "")
      .join(", "),
    calls === 1
      ? `${l10n.t("at {0}, took {1}", momentText(from, seen), took)}, ${stateWords(state, l10n)}`
      : plural(
          l10n,
          "{0, plural, one {# call} other {# calls}}, from {1} on for {2}",
          calls,
          momentText(from, seen),
          took,
        ),
    ...(waitedMs > 0 ? [l10n.t("waited {0} for their turn", briefDurationText(waitedMs))] : []),
    ...(modelCalls > 0 ? [`${l10n.t("model calls: {0}", countText(modelCalls))}, ${tokens}`] : []),
    ...(model === null ? [] : [visibleLine(model)]),
  ].filter((line) => line !== "");
}

function summary(shown: TimelineShown, l10n: L10n): string {
  const { calls, forgotten, mostAtOnce, medianMs, slowMs, open, failed, reused, redone, waitedMs } = shown;
  const { from, to, inWindow, totalMs } = shown;
  const said = [l10n.t("Calls: {0}, at most {1} at the same time.", countText(calls), countText(mostAtOnce))];
  if (medianMs !== null && slowMs !== null) {
    said.push(
      l10n.t(
        "Half of them took at most {0}, 95 % at most {1}.",
        briefDurationText(medianMs),
        briefDurationText(slowMs),
      ),
    );
  }
  if (open > 0) said.push(l10n.t("Under way: {0}.", countText(open)));
  if (failed > 0) said.push(l10n.t("Failed: {0}.", countText(failed)));
  if (reused > 0) said.push(l10n.t("From a record: {0}.", countText(reused)));
  if (waitedMs > 0) said.push(l10n.t("Waited for their turn, all together: {0}.", briefDurationText(waitedMs)));
  if (redone > 0) said.push(l10n.t("Done again after the run was taken up: {0}.", countText(redone)));
  if (forgotten > 0) said.push(l10n.t("Of the oldest {0} nothing more is known.", countText(forgotten)));
  if (to - from < totalMs) {
    const [start, end] = [momentText(from, to - from), momentText(to, to - from)];
    said.push(l10n.t("Seen: {0} to {1}, calls: {2}.", start, end, countText(inWindow)));
  }
  return said.join(" ");
}

/** @param seen milliseconds that are looked at: the fewer, the finer */
function momentText(at: number, seen: number): string {
  if (seen >= 20_000) return durationText(at);
  return `${(at / 1000).toFixed(seen < 500 ? 3 : seen < 5000 ? 2 : 1)} s`;
}
