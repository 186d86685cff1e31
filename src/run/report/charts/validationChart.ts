import { counted, rewardText } from "../../views/numberFormat.ts";
import type { RunView, UpdateView } from "../../views/runView.ts";
import { visibleLine } from "../../views/visibleText.ts";
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
        ? [{ value: [iteration, gate.after], name: visibleLine(component) }]
        : [],
    );
  const [accepted, rejected] = [decided("accepted"), decided("rejected")];
  return {
    width: 860,
    height: 360,
    summary: `Mean validation reward over ${counted(last.iteration, "iteration")}: from ${rewardText(first.mean)} to ${rewardText(last.mean)}, with ${counted(accepted.length, "accepted update")} and ${counted(rejected.length, "rejected update")}.`,
    option: {
      ...baseOption(palette),
      grid: { left: 62, right: 28, top: 44, bottom: 46 },
      xAxis: {
        type: "value",
        name: "iteration",
        nameLocation: "middle",
        nameGap: 28,
        min: 0,
        max: Math.max(last.iteration, 1),
        minInterval: 1,
        ...axisStyle(palette),
        splitLine: { show: false },
      },
      // Room above the highest dot for its name.
      yAxis: { ...rewardAxis("mean validation reward", palette, "y"), boundaryGap: ["5%", "12%"] },
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
          label: {
            show: true,
            position: "top",
            distance: 5,
            formatter: "{b}",
            color: palette.ink,
            fontSize: 11,
            padding: [2, 6],
          },
          labelLayout: { moveOverlap: "shiftY" },
          labelLine: { show: true, lineStyle: { color: palette.grid } },
        },
      ],
    },
  };
}
