import type { LineSeriesOption } from "echarts/charts";

/** From one end of an interval to the other, in the chart's coordinates. */
export type Whisker = readonly [from: readonly [number, number], to: readonly [number, number]];

/** Intervals as strokes. One line with gaps: a series for each would cost more than all else. */
export function whiskers(strokes: readonly Whisker[], color: string, width = 1.25): LineSeriesOption {
  return {
    type: "line",
    symbol: "none",
    silent: true,
    z: 2,
    data: strokes.flatMap(([from, to]) => [[...from], [...to], [to[0], "-"]]),
    lineStyle: { color, width },
    itemStyle: { color },
  };
}

/** Dots with room between them. */
export const dots: readonly [number, number] = [1.5, 4];

/** Two dashes: how a line without points stands in a legend. */
export const rulerIcon = "path://M0,4h6v1.5h-6zM9,4h6v1.5h-6z";

/** A straight line through the picture that says where something begins: chance, a threshold, nothing at all. */
export function ruler(
  name: string,
  ends: readonly [readonly [number, number], readonly [number, number]],
  color: string,
  dashes: "dashed" | readonly [number, number] = "dashed",
): LineSeriesOption {
  return {
    type: "line",
    name,
    symbol: "none",
    silent: true,
    z: 1,
    data: ends.map((end) => [...end]),
    lineStyle: { color, width: 1.25, type: dashes === "dashed" ? dashes : [...dashes] },
    itemStyle: { color },
  };
}
