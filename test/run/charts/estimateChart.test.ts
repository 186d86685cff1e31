import { LineChart, ScatterChart } from "echarts/charts";
import { use } from "echarts/core";
import { describe, expect, test } from "vitest";
import type { Chart } from "../../../src/run/charts/chart.ts";
import { estimateChart } from "../../../src/run/charts/estimateChart.ts";
import type { RunEstimate } from "../../../src/run/events.ts";
import { estimateStanding } from "../../../src/run/views/estimateStanding.ts";
import { exampleEstimate } from "../estimatedRun.ts";
import { drawnSvg, drawnTexts, testPalette } from "./drawnSvg.ts";

use([LineChart, ScatterChart]);

const money = { usd: 0.17, unpriced: 0, simulated: 0 };

function chart(estimate: Partial<RunEstimate> = {}, calls = 972): Chart | null {
  const spent = { calls, recorded: 0, tokens: 865_080, money };
  const standing = estimateStanding({ ...exampleEstimate, ...estimate }, { spent, elapsedMs: 60_000, over: true });
  return estimateChart(standing, testPalette);
}

function drawn(...given: Parameters<typeof chart>): Chart {
  const made = chart(...given);
  if (made === null) throw new Error("there is no chart");
  return made;
}

describe("the picture of an estimate beside what came", () => {
  test("has all figures on one axis, by how much more or less than likely they are", () => {
    const made = drawn();
    const texts = drawnTexts(drawnSvg(made));
    for (const text of ["model calls", "tokens", "money", "time at work", "1 ×", "1/4 ×"])
      expect(texts).toContain(text);
    expect(made.hint?.({ series: 1, item: 0 })).toEqual([
      "model calls",
      "estimated: about 900 (420 to 2,600)",
      "came: 972",
      "within the range",
    ]);
    // The first that lies outside is the second figure.
    expect(made.hint?.({ series: 2, item: 0 })?.[0]).toBe("tokens");
    expect(made.hint?.({ series: 0, item: 0 })).toBeUndefined();
    expect(made.hint?.({ series: 1, item: 9 })).toBeUndefined();
  });

  test("has the figures in a table and in words", () => {
    const { table, summary } = drawn();
    for (const cells of table.rows) expect(cells).toHaveLength(table.columns.length);
    expect(table.rows[0]).toEqual(["model calls", 420, 900, 2600, 972, "within the range"]);
    expect(summary).toContain("model calls: 972 came");
  });

  test("leaves out what is not known on both sides, and is none where nothing is", () => {
    expect(drawnTexts(drawnSvg(drawn({ usd: null })))).not.toContain("money");
    const nothing = { low: 0, expected: 0, high: 0 };
    expect(chart({ calls: nothing, tokens: nothing, usd: null, minutes: nothing })).toBeNull();
    expect(estimateChart(null, testPalette)).toBeNull();
  });

  test("stays of finite width however far off the estimate was, and where nothing came", () => {
    const far = { low: 0, expected: 1e-9, high: 1e12 };
    for (const calls of [0, 972]) {
      const svg = drawnSvg(drawn({ calls: far }, calls));
      expect(svg).not.toMatch(/NaN|Infinity/);
    }
  });
});
