import type { LandscapeView } from "../views/findings.ts";
import { counted } from "../views/numberFormat.ts";
import { landscapeValueText } from "../views/valueText.ts";
import { visibleLine } from "../views/visibleText.ts";
import { axisStyle, baseOption, type Chart, rewardAxis } from "./chart.ts";
import type { Palette } from "./palette.ts";

/** Longer values are cut under the axis; the table beside the chart has them whole. */
const LABEL_LENGTH = 18;

/** Local and global reward over the values of a variable, each on an axis of its own because their scales differ. */
export function landscapeChart({ component, key, points }: LandscapeView, palette: Palette): Chart {
  const values = points.map((point) => visibleLine(landscapeValueText(point)));
  const best = points.reduce(
    (top, point, index) => (point.global > (points[top]?.global ?? -Infinity) ? index : top),
    0,
  );
  const hasLocal = points.some(({ local }) => local !== null);
  return {
    width: 860,
    height: 320,
    summary: `Landscape of ${visibleLine(`${component}.${key}`)} over ${counted(points.length, "value")}: the global reward is highest at ${values[best] ?? "none"}.`,
    table: {
      columns: [visibleLine(key), "global reward", "local reward"],
      rows: points.map(({ global, local }, index) => [values[index] ?? "", global, local]),
    },
    option: {
      ...baseOption(palette),
      grid: { left: 62, right: hasLocal ? 66 : 28, top: 44, bottom: 34 },
      xAxis: {
        type: "category",
        data: values.map((value) => (value.length > LABEL_LENGTH ? `${value.slice(0, LABEL_LENGTH - 1)}…` : value)),
        ...axisStyle(palette),
        axisLabel: { color: palette.quiet, fontSize: 11, hideOverlap: true },
      },
      yAxis: [
        { ...rewardAxis("global reward, mean", palette, "y"), position: "left" },
        ...(hasLocal
          ? [
              {
                ...rewardAxis("local reward, mean", palette, "y"),
                position: "right" as const,
                splitLine: { show: false },
              },
            ]
          : []),
      ],
      series: [
        {
          type: "line",
          name: "global reward (left)",
          symbol: "circle",
          symbolSize: 8,
          data: points.map(({ global }) => global),
          lineStyle: { color: palette.global, width: 2 },
          itemStyle: { color: palette.global },
        },
        ...(hasLocal
          ? [
              {
                type: "line" as const,
                name: "local reward (right)",
                yAxisIndex: 1,
                symbol: "rect",
                symbolSize: 7,
                data: points.map(({ local }) => local ?? "-"),
                lineStyle: { color: palette.local, width: 2, type: "dashed" as const },
                itemStyle: { color: palette.local },
              },
            ]
          : []),
      ],
    },
  };
}
