import type { LineSeriesOption } from "echarts/charts";
import { english, type L10n, plural } from "../l10n.ts";
import type { AlignmentCurve, AlignmentPoint } from "../panel/alignmentShown.ts";
import { countText, rewardText } from "../views/numberFormat.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart, type ChartPlace, rewardAxis } from "./chart.ts";
import { shortLabel } from "./label.ts";
import { type Palette, seriesColour } from "./palette.ts";
import { dots, ruler, rulerIcon, type Whisker, whiskers } from "./whiskers.ts";

/** What alignment is drawn over. */
export type AlignmentAxis = "iterations" | "pairs";

/** What a ranking by coin reaches. */
const CHANCE = 0.5;
const symbols = ["circle", "rect", "triangle", "diamond"] as const;
/** Beyond so many components lines and their names are no longer told apart; the table has all. */
const MOST_DRAWN = 12;

export interface Alignments {
  readonly components: readonly AlignmentCurve[];
  readonly threshold: number | null;
}

/**
 * Share of held-out pairs that each component's local reward orders rightly, over the iterations or over the pairs that it
 * was fitted on, with intervals, beside chance. Hollow points are of rewards that are not trusted. The first series are the
 * components, see `alignmentAt`. Null where nothing was measured.
 */
export function alignmentChart(
  { components, threshold }: Alignments,
  over: AlignmentAxis,
  palette: Palette,
  l10n: L10n = english,
): Chart | null {
  const drawn = drawnOf(components);
  if (drawn.length === 0) return null;
  const names = drawn.map(({ component }) => shortLabel(component, 24));
  const all = drawn.flatMap(({ points }) => points);
  const [first, last] = extent(all.map((point) => placeOf(point, over)));
  const lowest = Math.min(...all.flatMap(({ alignment, low }) => low ?? alignment ?? CHANCE), CHANCE);
  const chance = l10n.t("chance");
  const trust = l10n.t("trusted from here");
  return {
    width: 860,
    height: 380,
    summary: summary(components, l10n),
    table: {
      columns: [
        l10n.t("component"),
        l10n.t("iteration"),
        l10n.t("pairs"),
        l10n.t("held-out pairs"),
        l10n.t("alignment"),
        l10n.t("lower bound"),
        l10n.t("upper bound"),
        l10n.t("alignment on pairs trained on"),
        l10n.t("trusted"),
      ],
      rows: components.flatMap(({ component, points }) =>
        points.map(({ iteration, pairs, heldOut, alignment, low, high, trainAlignment, trusted }) => [
          visibleLine(component),
          iteration,
          pairs,
          heldOut,
          alignment,
          low,
          high,
          trainAlignment,
          trusted ? l10n.t("yes") : l10n.t("no"),
        ]),
      ),
    },
    hint: (place) => {
      const found = alignmentAt(components, place);
      return found === undefined ? undefined : hint(found.component, found.point, l10n);
    },
    option: {
      ...baseOption(palette),
      legend: {
        ...baseOption(palette).legend,
        type: "scroll",
        data: [
          ...names,
          { name: chance, icon: rulerIcon },
          ...(threshold === null ? [] : [{ name: trust, icon: rulerIcon }]),
        ],
      },
      grid: { left: 62, right: 28, top: 44, bottom: 46 },
      dataZoom: [{ type: "inside", xAxisIndex: 0, filterMode: "none" }],
      xAxis: {
        type: "value",
        name: over === "iterations" ? l10n.t("iteration (0: before the first)") : l10n.t("preference pairs"),
        nameLocation: "middle",
        nameGap: 28,
        min: over === "iterations" ? 0 : first,
        max: Math.max(last, first + 1),
        minInterval: 1,
        ...axisStyle(palette),
        splitLine: { show: false },
      },
      yAxis: {
        ...rewardAxis(l10n.t("alignment: pairs ordered rightly"), palette, "y"),
        min: Math.max(0, Math.floor(lowest * 5) / 5),
        max: 1,
        interval: 0.2,
      },
      series: [
        ...drawn.map((curve, index) => line(curve, names[index] ?? "", index, over, palette)),
        ...drawn.map(({ points }, index) =>
          whiskers(
            points.flatMap((point) => whisker(point, over) ?? []),
            seriesColour(palette, index),
          ),
        ),
        ruler(
          chance,
          [
            [first, CHANCE],
            [Math.max(last, first + 1), CHANCE],
          ],
          palette.ink,
        ),
        ...(threshold === null
          ? []
          : [
              ruler(
                trust,
                [
                  [first, threshold],
                  [Math.max(last, first + 1), threshold],
                ],
                palette.quiet,
                dots,
              ),
            ]),
      ],
    },
  };
}

/** The fit at a place of the chart. */
export function alignmentAt(
  components: readonly AlignmentCurve[],
  { series, item }: ChartPlace,
): { readonly component: string; readonly point: AlignmentPoint } | undefined {
  const curve = drawnOf(components)[series];
  const point = curve?.points[item];
  return curve === undefined || point === undefined ? undefined : { component: curve.component, point };
}

/** Components with a measured fit, and of them the measured ones. */
function drawnOf(components: readonly AlignmentCurve[]): readonly AlignmentCurve[] {
  return components
    .map((curve) => ({ ...curve, points: curve.points.filter(({ alignment }) => alignment !== null) }))
    .filter(({ points }) => points.length > 0)
    .slice(0, MOST_DRAWN);
}

function line(
  { points }: AlignmentCurve,
  name: string,
  index: number,
  over: AlignmentAxis,
  palette: Palette,
): LineSeriesOption {
  const color = seriesColour(palette, index);
  return {
    type: "line",
    name,
    z: 3,
    symbol: symbols[index % symbols.length] ?? "circle",
    showAllSymbol: true,
    lineStyle: { color, width: 1.5, type: index < 2 * symbols.length ? "solid" : "dashed" },
    itemStyle: { color },
    data: points.map((point) => ({
      value: [placeOf(point, over), point.alignment ?? CHANCE],
      symbolSize: 9,
      itemStyle: { color: point.trusted ? color : palette.paper, borderColor: color, borderWidth: 1.75 },
    })),
  };
}

function whisker(point: AlignmentPoint, over: AlignmentAxis): readonly [Whisker] | undefined {
  const { low, high } = point;
  if (low === null || high === null) return undefined;
  const x = placeOf(point, over);
  return [
    [
      [x, low],
      [x, high],
    ],
  ];
}

function placeOf({ iteration, pairs }: AlignmentPoint, over: AlignmentAxis): number {
  return over === "iterations" ? iteration : pairs;
}

function extent(values: readonly number[]): readonly [number, number] {
  return [
    values.reduce((least, value) => Math.min(least, value), Infinity),
    values.reduce((most, value) => Math.max(most, value), -Infinity),
  ];
}

/** "iteration 3, alignment 0.712, 95 % interval 0.650 to 0.771, ...". */
function hint(component: string, point: AlignmentPoint, l10n: L10n): string[] {
  const { iteration, pairs, heldOut, alignment, low, high, trusted } = point;
  return [
    visibleLine(component),
    l10n.t("iteration {0}", countText(iteration)),
    plural(
      l10n,
      "alignment {0} on {1, plural, one {# held-out pair} other {# held-out pairs}} of {2}",
      rewardText(alignment),
      heldOut,
      countText(pairs),
    ),
    ...(low === null || high === null ? [] : [l10n.t("95 % interval {0} to {1}", rewardText(low), rewardText(high))]),
    trusted ? l10n.t("trusted") : l10n.t("not trusted"),
  ];
}

/** Components that are told of in words. */
const MOST_TOLD = 8;

function summary(components: readonly AlignmentCurve[], l10n: L10n): string {
  const told = components.slice(0, MOST_TOLD).flatMap(({ component, points }) => {
    const measured = points.filter(({ alignment }) => alignment !== null);
    const [first, last] = [measured[0], measured.at(-1)];
    if (first === undefined || last === undefined) return [];
    const name = visibleLine(component);
    return measured.length === 1
      ? [
          plural(
            l10n,
            "{0}: {1} on {2, plural, one {# held-out pair} other {# held-out pairs}}.",
            name,
            rewardText(last.alignment),
            last.heldOut,
          ),
        ]
      : [
          plural(
            l10n,
            "{0}: from {1} to {2} over {3, plural, one {# fit} other {# fits}}, on {4, plural, one {# held-out pair} other {# held-out pairs}} in the end.",
            name,
            rewardText(first.alignment),
            rewardText(last.alignment),
            measured.length,
            last.heldOut,
          ),
        ];
  });
  const last = components.flatMap(
    ({ points }) => points.findLast(({ alignment }) => alignment !== null)?.alignment ?? [],
  );
  const mean = last.reduce((sum, alignment) => sum + alignment, 0) / Math.max(1, last.length);
  const byExample = components.every(({ points }) => points.every((point) => point.byExample));
  return [
    l10n.t("Share of held-out pairs that each local reward orders rightly; 0.5 is chance."),
    ...told,
    ...(components.length > MOST_TOLD ? [l10n.t("The table has the others.")] : []),
    ...(last.length > 1
      ? [
          plural(
            l10n,
            "Mean of the last fits of {0, plural, one {# component} other {# components}}: {1}.",
            last.length,
            rewardText(mean),
          ),
        ]
      : []),
    byExample
      ? l10n.t("Intervals of 95 % take into account that pairs of one example depend on each other.")
      : l10n.t(
          "Some intervals of 95 % take all pairs for independent, and are too narrow: the log does not tell more.",
        ),
  ].join(" ");
}
