import type { LineSeriesOption } from "echarts/charts";
import { english, type L10n } from "../l10n.ts";
import type { Agreement, CandidatePair } from "../panel/landscapeShown.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import { candidateHint, candidateMarks, marked, markStyle, markWords } from "./candidateMarks.ts";
import { baseOption, type Chart, rewardAxis } from "./chart.ts";
import type { Palette } from "./palette.ts";

/** Candidates of which both rewards are known, and how these go together over all of them. */
export interface LocalGlobal {
  readonly pairs: readonly CandidatePair[];
  readonly agreement: Agreement;
}

/**
 * Candidates by local and global reward, with the line of least squares through them; the later the iteration, the
 * stronger the colour. For places see `pairAt`. Null without any.
 */
export function localGlobalChart(
  { pairs, agreement }: LocalGlobal,
  palette: Palette,
  l10n: L10n = english,
): Chart | null {
  if (pairs.length === 0) return null;
  const groups = drawnGroups(pairs);
  return {
    width: 860,
    height: 400,
    summary: summary(pairs, agreement, l10n),
    table: {
      columns: [
        l10n.t("candidate"),
        l10n.t("iteration"),
        l10n.t("local reward"),
        l10n.t("global reward"),
        l10n.t("state"),
      ],
      rows: pairs.map(({ text, iteration, local, global, mark }) => [
        text,
        iteration,
        local,
        global,
        markWords(mark, l10n),
      ]),
    },
    hint: (place) => {
      const pair = groups[place.series]?.pairs[place.item];
      return pair === undefined ? undefined : candidateHint(pair, l10n);
    },
    option: {
      ...baseOption(palette),
      legend: {
        ...baseOption(palette).legend,
        data: candidateMarks
          .filter((mark) => pairs.some((pair) => pair.mark === mark))
          .map((mark) => ({ name: markWords(mark, l10n), itemStyle: markStyle(mark, palette, 1).itemStyle })),
      },
      grid: { left: 62, right: 28, top: 44, bottom: 46 },
      dataZoom: [
        { type: "inside", xAxisIndex: 0, filterMode: "none" },
        { type: "inside", yAxisIndex: 0, filterMode: "none" },
      ],
      xAxis: rewardAxis(l10n.t("local reward, mean over inputs"), palette, "x"),
      yAxis: rewardAxis(l10n.t("global reward, mean over rows"), palette, "y"),
      series: [
        ...groups.map((group) => ({
          type: "scatter" as const,
          name: markWords(group.mark, l10n),
          ...markStyle(group.mark, palette, group.shade),
          z: 3 + candidateMarks.indexOf(group.mark),
          // As one shape: there may be so many that each by itself would make moving the picture about slow.
          large: true,
          largeThreshold: MANY,
          data: group.pairs.map((pair) => [pair.local, pair.global]),
        })),
        ...regression(pairs, agreement, palette, l10n),
      ],
    },
  };
}

/** The candidate at a place of the chart. */
export function pairAt(pairs: readonly CandidatePair[], place: { readonly series: number; readonly item: number }) {
  return drawnGroups(pairs)[place.series]?.pairs[place.item];
}

/** Shades that iterations are told apart by, and from how many points on a series is one shape. */
const [SHADES, MANY] = [8, 50];

/** The series: candidates of one look. */
function drawnGroups(pairs: readonly CandidatePair[]) {
  const last = pairs.reduce((latest, { iteration }) => Math.max(latest, iteration), 1);
  const shadeOf = ({ iteration }: CandidatePair) => Math.ceil((SHADES * iteration) / last);
  return marked(pairs).flatMap((ofMark, index) =>
    Array.from({ length: SHADES + 1 }, (_, shade) => ({
      mark: candidateMarks[index] ?? null,
      shade: shade / SHADES,
      pairs: ofMark.filter((pair) => shadeOf(pair) === shade),
    })).filter((group) => group.pairs.length > 0),
  );
}

function regression(
  pairs: readonly CandidatePair[],
  { line }: Agreement,
  palette: Palette,
  l10n: L10n,
): LineSeriesOption[] {
  if (line === null) return [];
  const local = pairs.map((pair) => pair.local);
  const ends = [Math.min(...local), Math.max(...local)];
  return [
    {
      type: "line",
      name: l10n.t("least squares"),
      symbol: "none",
      silent: true,
      z: 2,
      data: ends.map((x) => [x, line.intercept + line.slope * x]),
      lineStyle: { color: palette.ink, width: 1.25, type: "dashed" },
      itemStyle: { color: palette.ink },
    },
  ];
}

function summary(pairs: readonly CandidatePair[], { n, rank, line }: Agreement, l10n: L10n): string {
  const said = [l10n.t("Candidates with both rewards: {0}.", countText(n))];
  if (pairs.length < n)
    said.push(l10n.t("Shown: {0}, the extreme and the newest among them.", countText(pairs.length)));
  said.push(
    rank === null
      ? l10n.t("Their rank correlation is not defined.")
      : l10n.t("Rank correlation of local and global reward: {0}.", rewardText(rank)),
  );
  if (line !== null) {
    said.push(
      l10n.t(
        "Least squares: global reward = {0} {1} {2} × local reward.",
        rewardText(line.intercept),
        line.slope < 0 ? "-" : "+",
        rewardText(Math.abs(line.slope)),
      ),
    );
  }
  said.push(l10n.t("The later the iteration, the stronger the colour."));
  return said.join(" ");
}
