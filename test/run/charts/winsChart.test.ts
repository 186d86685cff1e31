import { describe, expect, test } from "vitest";
import { reportPalette } from "../../../src/run/charts/palette.ts";
import { pointAt, winsChart } from "../../../src/run/charts/winsChart.ts";
import { picture } from "../../../src/run/report/picture.ts";

const points = [
  { before: 0, after: 1, rows: 9, at: 0, examples: ["a", "b", "c"] },
  { before: 0.8, after: 0.2, rows: 1, at: 9, examples: ["d"] },
  { before: 0.5, after: 0.5, rows: 2, at: 10, examples: ["e", "f"] },
];

describe("the chart of wins and losses", () => {
  const chart = winsChart(points, reportPalette);

  test("says in words how many rows came off better, worse, the same", () => {
    expect(chart?.summary).toBe("Scores of 12 rows before and after: 9 better, 1 worse, 2 equal.");
    expect(chart?.table.rows).toEqual([
      [0, 1, 9, "a, b, c, …"],
      [0.8, 0.2, 1, "d"],
      [0.5, 0.5, 2, "e, f"],
    ]);
  });

  test("tells of the rows under the pointer", () => {
    expect(chart?.hint?.({ series: 0, item: 0 })).toEqual(["0.000 → 1.000", "9 rows", "a, b, c, …"]);
    expect(chart?.hint?.({ series: 1, item: 0 })).toEqual(["0.800 → 0.200", "1 row", "d"]);
    expect(chart?.hint?.({ series: 3, item: 0 })).toBeUndefined();
    expect(chart?.hint?.({ series: 0, item: 5 })).toBeUndefined();
  });

  test("is drawn as SVG, also where all rows have one score", () => {
    if (chart === null) throw new Error("there are rows");
    expect(picture(chart, "wins").markup).toMatch(/^<svg[^>]*role="img"/);
    const one = winsChart([{ before: 1, after: 1, rows: 1, at: 0, examples: ["a"] }], reportPalette);
    expect(one?.option.xAxis).toMatchObject({ min: 0.5, max: 1.5 });
  });

  test("tells which point is chosen", () => {
    expect(pointAt(points, { series: 1, item: 0 })?.at).toBe(9);
    expect(pointAt(points, { series: 2, item: 0 })?.at).toBe(10);
    expect(pointAt(points, { series: 3, item: 0 })).toBeUndefined();
  });

  test("has three shapes in its legend, those of its points", () => {
    if (chart === null) throw new Error("there are rows");
    const { markup } = picture(
      { ...chart, option: { ...chart.option, xAxis: { show: false }, yAxis: { show: false } } },
      "wins",
    );
    // The outline of everything that is filled in a group's colour, without its place and size.
    const shapes = (color: string) =>
      [...markup.matchAll(/<path ([^>]*)>/g)]
        .map(([, given = ""]) => given)
        .filter((given) => given.includes(`fill="${color}"`))
        .map((given) => shape(/ ?d="([^"]*)"/.exec(given)?.[1] ?? ""));
    const { accepted, rejected, quiet } = reportPalette;
    const [better, worse, equal] = [shapes(accepted), shapes(rejected), shapes(quiet)];
    for (const group of [better, worse, equal]) {
      expect(group.length).toBeGreaterThan(1);
      expect(new Set(group).size).toBe(1);
    }
    expect(new Set([better[0], worse[0], equal[0]]).size).toBe(3);
  });

  test("is none without rows", () => expect(winsChart([], reportPalette)).toBeNull());
});

/** Where an outline goes from corner to corner: up, down, or level; "round" for one without corners. */
function shape(path: string): string {
  if (/[AC]/.test(path)) return "round";
  const heights = [...path.matchAll(/[ML]\s*-?[\d.]+[\s,]+(-?[\d.]+)/g)].map(([, y = ""]) => Number(y));
  return heights.map((y, at) => Math.sign(y - (heights[at - 1] ?? y))).join(" ");
}
