import { counted } from "../views/numberFormat.ts";
import type { GateView, RunView, UpdateView } from "../views/runView.ts";
import { visibleLine } from "../views/visibleText.ts";
import { baseOption, type Chart, type ChartOption, rewardAxis } from "./chart.ts";
import type { Palette } from "./palette.ts";

type MeasuredUpdate = UpdateView & { readonly gate: GateView };

/** Updates of a component that its local reward chose and the gate then measured on the global reward. */
export function locallyChosen(view: RunView, component: string): MeasuredUpdate[] {
  return view.updates.flatMap((update) =>
    update.component === component && update.scorer === "local" && update.gate !== null
      ? [{ ...update, gate: update.gate }]
      : [],
  );
}

/**
 * Local against global reward of one component: each update as a stroke from before (thin end) to after (dot). Where the
 * local reward is right, strokes rise to the right. Null without such updates.
 */
export function agreementChart(view: RunView, component: string, palette: Palette): Chart | null {
  const updates = locallyChosen(view, component);
  if (updates.length === 0) return null;
  const agreeing = updates.filter(
    ({ rewardAfter, rewardBefore, gate }) => (rewardAfter - rewardBefore) * (gate.after - gate.before) > 0,
  ).length;
  return {
    width: 420,
    height: 270,
    summary: `Local against validation reward of ${visibleLine(component)}: of ${counted(updates.length, "update")}, ${agreeing} moved both rewards in the same direction.`,
    table: {
      columns: ["iteration", "decision", "local before", "local after", "validation before", "validation after"],
      rows: updates.map(({ iteration, decision, rewardBefore, rewardAfter, gate }) => [
        iteration,
        decision,
        rewardBefore,
        rewardAfter,
        gate.before,
        gate.after,
      ]),
    },
    option: {
      ...baseOption(palette),
      legend: { show: false },
      grid: { left: 58, right: 20, top: 14, bottom: 46 },
      xAxis: rewardAxis("local reward, mean over recorded inputs", palette, "x"),
      yAxis: rewardAxis("validation reward, mean", palette, "y"),
      series: updates.map((update) => stroke(update, palette)),
    },
  };
}

function stroke(
  update: MeasuredUpdate,
  palette: Palette,
): NonNullable<Extract<ChartOption["series"], unknown[]>>[number] {
  const { decision, rewardBefore, rewardAfter, gate } = update;
  const accepted = decision === "accepted";
  const color = accepted ? palette.accepted : palette.rejected;
  return {
    type: "line",
    lineStyle: { color, width: 1.5, type: accepted ? "solid" : "dashed" },
    data: [
      {
        value: [rewardBefore, gate.reached - (gate.after - gate.before)],
        symbol: "circle",
        symbolSize: 3,
        itemStyle: { color },
      },
      {
        value: [rewardAfter, gate.reached],
        symbol: "circle",
        symbolSize: 9,
        itemStyle: { color: accepted ? color : palette.paper, borderColor: color, borderWidth: 1.5 },
        label: {
          show: true,
          position: "right",
          formatter: String(update.iteration),
          color: palette.quiet,
          fontSize: 11,
        },
      },
    ],
  };
}
