import type { LineSeriesOption, ScatterSeriesOption } from "echarts/charts";
import { counted, rewardText } from "../views/numberFormat.ts";
import type { RunView, UpdateView } from "../views/runView.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart, rewardAxis } from "./chart.ts";
import type { Palette } from "./palette.ts";

/**
 * Validation reward over iterations: the configuration in force as a stepped line, accepted updates as dots named by
 * component, rejected ones as rings at the score that they would have had. Null before anything was measured.
 */
export function validationChart(view: RunView, palette: Palette): Chart | null {
  const { incumbent, updates } = view;
  const [first, last] = [incumbent.at(0), incumbent.at(-1)];
  if (first === undefined || last === undefined || incumbent.length < 2) return null;
  const decided = (decision: UpdateView["decision"]) =>
    updates.flatMap(({ iteration, component, gate, ...update }) =>
      gate !== null && update.decision === decision
        ? [{ iteration, value: [iteration, gate.reached], name: visibleLine(component) }]
        : [],
    );
  const iterations = Math.max(last.iteration, 1);
  const [accepted, rejected] = [decided("accepted"), decided("rejected")];
  return {
    width: 860,
    height: 360,
    summary: `Mean validation reward over ${counted(last.iteration, "iteration")}: from ${rewardText(first.mean)} to ${rewardText(last.mean)}, with ${counted(accepted.length, "accepted update")} and ${counted(rejected.length, "rejected update")}.`,
    table: {
      columns: ["iteration", "component", "decision", "validation reward"],
      rows: updates.flatMap(({ iteration, component, decision, gate }) =>
        gate === null ? [] : [[iteration, visibleLine(component), decision, gate.reached]],
      ),
    },
    option: {
      ...baseOption(palette),
      legend: { ...baseOption(palette).legend, data: ["in force", "accepted", "rejected"] },
      grid: { left: 62, right: 40, top: 44, bottom: 46 },
      xAxis: {
        type: "value",
        name: "iteration",
        nameLocation: "middle",
        nameGap: 28,
        min: 0,
        max: iterations,
        minInterval: 1,
        ...axisStyle(palette),
        splitLine: { show: false },
      },
      yAxis: [
        // Room for the names above the highest dot.
        { ...rewardAxis("mean validation reward", palette, "y"), boundaryGap: ["5%", "32%"] },
        { type: "value", show: false, min: 0, max: 1 },
      ],
      series: [
        {
          type: "line",
          name: "in force",
          step: "end",
          symbol: "none",
          data: incumbent.map(({ iteration, mean }) => [iteration, mean]),
          lineStyle: { color: palette.line, width: 2 },
          itemStyle: { color: palette.line },
        },
        {
          type: "scatter",
          name: "rejected",
          symbolSize: 8,
          data: rejected,
          z: 3,
          itemStyle: { color: palette.paper, borderColor: palette.rejected, borderWidth: 1.5, opacity: 1 },
        },
        {
          type: "scatter",
          name: "accepted",
          symbolSize: 10,
          data: accepted,
          z: 4,
          itemStyle: { color: palette.accepted, borderColor: palette.paper, borderWidth: 1.5, opacity: 1 },
        },
        ...names(accepted, iterations, palette),
      ],
    },
  };
}

/** Rows of names, so that those of neighbouring updates do not meet. */
const NAME_ROWS = 3;

/**
 * Names along the upper edge, each at the top of a hairline through its update. They stand on the second axis, from 0 at
 * the lower edge to 1 at the upper, because the dots' own heights leave no room that is free in every run.
 */
function names(
  updates: readonly { readonly iteration: number; readonly name: string }[],
  iterations: number,
  palette: Palette,
): (LineSeriesOption | ScatterSeriesOption)[] {
  const placed = updates.map(({ iteration, name }, index) => {
    const place = iteration / iterations;
    const position = place < 0.06 ? ("right" as const) : place > 0.94 ? ("left" as const) : ("inside" as const);
    return { name, value: [iteration, 0.97 - 0.075 * (index % NAME_ROWS)], label: { position } };
  });
  return [
    ...placed.map(
      ({ value: [iteration = 0, height = 0] }): LineSeriesOption => ({
        type: "line",
        yAxisIndex: 1,
        symbol: "none",
        z: 1,
        data: [
          [iteration, 0],
          [iteration, height - 0.03],
        ],
        lineStyle: { color: palette.grid, width: 1 },
      }),
    ),
    {
      type: "scatter",
      yAxisIndex: 1,
      symbolSize: 1,
      itemStyle: { color: palette.grid, opacity: 1 },
      data: placed,
      label: { show: true, formatter: "{b}", color: palette.ink, fontSize: 11, minMargin: 4 },
      labelLayout: { hideOverlap: true },
    },
  ];
}
