import type { CustomSeriesOption, LineSeriesOption } from "echarts/charts";
import { english, type L10n } from "../l10n.ts";
import type { BarState, TimelineBar, TimelineShown } from "../panel/timelineShown.ts";
import { briefDurationText, countText, durationText } from "../views/numberFormat.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart } from "./chart.ts";
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
  const parts = partsOf(shown).map((part) => ({ ...part, words: words(part.name) }));
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
        data: [...parts.map((part) => part.words), ...(limit ? [limit.name] : [])],
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
            interval: (row: number) => labels[row]?.isFirst === true,
            lineStyle: { color: palette.grid },
          },
        },
      ],
      series: [
        ...parts.map(
          ({ words: name, bars, colour }): CustomSeriesOption => ({
            type: "custom",
            name,
            xAxisIndex: 1,
            yAxisIndex: 1,
            clip: true,
            itemStyle: { color: seriesColour(palette, colour) },
            encode: { x: [0, 1], y: 2 },
            data: bars.map((bar) => [bar.from, bar.to, bar.row]),
            renderItem: ({ dataIndex }, api) => {
              const bar = bars[dataIndex];
              if (bar === undefined) throw new Error(`no bar at ${dataIndex}`);
              const [x = 0, y = 0] = api.coord([bar.from, bar.row]);
              const [end = 0] = api.coord([bar.to, bar.row]);
              return drawnBar(bar, { x, y, width: end - x, height: lane }, seriesColour(palette, colour), palette);
            },
          }),
        ),
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
      const bar = parts[series]?.bars[item];
      return bar === undefined ? undefined : hint(bar, to - from, l10n);
    },
  };
}

/** Bars by their colours; names without bars in and around the window are left out. */
function partsOf({ colours, bars }: TimelineShown) {
  return colours.flatMap((name, colour) => {
    const own = bars.filter((bar) => bar.colour === colour);
    return own.length === 0 ? [] : [{ name, colour, bars: own }];
  });
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

type Drawn = Extract<NonNullable<ReturnType<NonNullable<CustomSeriesOption["renderItem"]>>>, { type: "group" }>;

function drawnBar(
  bar: TimelineBar,
  { x, y, width, height }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  colour: string,
  palette: Palette,
): Drawn {
  const wide = Math.max(LEAST_BAR, width);
  const high = Math.max(2, height - 2);
  const shape = { x, y: y - high / 2, width: wide, height: high };
  const waited = bar.calls === 1 ? (wide * bar.waitedMs) / Math.max(1e-9, bar.to - bar.from) : 0;
  return {
    type: "group",
    children: [
      { type: "rect", shape, style: barStyle(bar.state, colour, palette) },
      // The time before a request was sent lets the paper through.
      ...(waited > 1
        ? [
            {
              type: "rect" as const,
              silent: true,
              shape: { ...shape, width: Math.min(wide, waited) },
              style: { fill: palette.paper, opacity: 0.6 },
            },
          ]
        : []),
    ],
  };
}

/** States differ in outline and filling, so that they can be told apart without colour. */
function barStyle(state: BarState, colour: string, palette: Palette) {
  switch (state) {
    case "done":
    case "mixed":
      return { fill: colour };
    case "open":
      return { fill: colour, opacity: 0.55, stroke: palette.ink, lineWidth: 1, lineDash: [3, 2] };
    case "failed":
      return { fill: palette.paper, stroke: palette.rejected, lineWidth: 2 };
    case "reused":
      return { fill: palette.paper, stroke: colour, lineWidth: 1 };
    case "redone":
      return { fill: colour, opacity: 0.3, stroke: palette.quiet, lineWidth: 1, lineDash: [1, 2] };
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
  const tokens = l10n.t("{0} input and {1} output tokens", countText(inputTokens), countText(outputTokens));
  const took = briefDurationText(to - from);
  return [
    [who === "" ? "" : whoWords(who, l10n), purpose === "" ? "" : spentPurposeWords(purpose, l10n)]
      .filter((words) => words !== "")
      .join(", "),
    calls === 1
      ? `${l10n.t("at {0}, took {1}", momentText(from, seen), took)}, ${stateWords(state, l10n)}`
      : l10n.t("{0} calls, from {1} on for {2}", countText(calls), momentText(from, seen), took),
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
