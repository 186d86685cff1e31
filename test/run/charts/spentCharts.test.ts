import { BarChart, LineChart, LinesChart } from "echarts/charts";
import { DataZoomInsideComponent } from "echarts/components";
import { use } from "echarts/core";
import { describe, expect, test } from "vitest";
import type { CallLine } from "../../../src/run/callLog.ts";
import type { Chart } from "../../../src/run/charts/chart.ts";
import { paler } from "../../../src/run/charts/contrast.ts";
import { moneyWords, type SpentUnit, spentChart, spentUnits } from "../../../src/run/charts/spentChart.ts";
import { timelineChart } from "../../../src/run/charts/timelineChart.ts";
import { CallTimeline } from "../../../src/run/panel/callTimeline.ts";
import type { SpentRow } from "../../../src/run/panel/spentRows.ts";
import type { TimelineQuery } from "../../../src/run/panel/timelineShown.ts";
import { timelineWindow } from "../../../src/run/panel/timelineWindow.ts";
import { moneyText } from "../../../src/run/views/numberFormat.ts";
import { PURPOSES } from "../../../src/run/views/spending.ts";
import { nastyPieces } from "../nastyText.ts";
import { drawnSvg, drawnTexts, testPalette } from "./drawnSvg.ts";

use([BarChart, LineChart, LinesChart, DataZoomInsideComponent]);

const row = (who: string | null, purpose: string | null, amount: number): SpentRow => ({
  who,
  purpose,
  runs: amount,
  executions: 2 * amount,
  calls: 3 * amount,
  recorded: 0,
  inputTokens: 100 * amount,
  outputTokens: 10 * amount,
  money: { usd: amount / 1000, unpriced: 0, simulated: 0 },
});
const rows = [row("writer", "validation", 4), row("writer", "test", 2), row("proposer", "local search", 1)];

function spent(unit: SpentUnit, given: Partial<Parameters<typeof spentChart>[0]> = {}): Chart {
  const chart = spentChart({ rows, unit, bars: "component", purposes: PURPOSES, ...given }, testPalette);
  if (chart === null) throw new Error("there is no chart");
  return chart;
}

describe("what was spent", () => {
  test.each(spentUnits)("is drawn in %s, with a table and in words", (unit) => {
    const chart = spent(unit);
    expect(drawnTexts(drawnSvg(chart))).toContain("writer");
    for (const cells of chart.table.rows) expect(cells).toHaveLength(chart.table.columns.length);
    expect(chart.summary).toContain("the largest part is writer");
    expect(chart.hint?.({ series: 0, item: 0 })?.[0]).toBe("writer");
    expect(chart.hint?.({ series: 9, item: 0 })).toBeUndefined();
  });

  test("is told by purpose as well", () => {
    const { table, summary } = spent("calls", { bars: "purpose" });
    expect(table.rows.map(([name, ...amounts]) => [name, amounts.at(-2)])).toEqual([
      ["validation", 12],
      ["local search", 3],
      ["test, not charged", 6],
    ]);
    expect(summary).toContain("validation with 12.");
  });

  test("is no picture where there is nothing, or nothing in that unit", () => {
    const free = rows.map((one) => ({ ...one, money: { usd: 0, unpriced: 0, simulated: 3 } }));
    expect(spentChart({ rows: free, unit: "money", bars: "component", purposes: PURPOSES }, testPalette)).toBeNull();
    expect(spentChart({ rows: [], unit: "runs", bars: "component", purposes: PURPOSES }, testPalette)).toBeNull();
  });

  test("shows names from outside on one line", () => {
    const nasty = nastyPieces.map((text) => row(text, text, 1));
    for (const { table } of [spent("calls", { rows: nasty }), spent("runs", { rows: nasty, bars: "purpose" })]) {
      for (const cell of table.rows.flat()) expect(String(cell)).not.toMatch(/[\n\r\u202e]/);
    }
  });

  test("in money is said as exactly as it is known", () => {
    expect([0, 0.000_000_4, 0.0021, 0.17, 0.999, 1, 1234.5].map(moneyText)).toEqual([
      "$0",
      "< $0.000001",
      "$0.0021",
      "$0.17",
      "$1.00",
      "$1.00",
      "$1,234.50",
    ]);
    expect(moneyWords({ usd: 0, unpriced: 0, simulated: 4 })).toBe("$0: simulated model");
    expect(moneyWords({ usd: 0, unpriced: 4, simulated: 0 })).toBe("not known: the price of 4 calls is not known");
    expect(moneyWords({ usd: 2, unpriced: 4, simulated: 1 })).toBe("at least $2.00: the price of 4 calls is not known");
    expect(moneyWords({ usd: 0, unpriced: 0, simulated: 0 })).toBe("$0");
    const open = { usd: 1, unpriced: 0, simulated: 0, unanswered: { calls: 2, usd: 0.05 } };
    expect(moneyWords(open)).toBe("$1.00, at most $0.050 more for 2 requests without an answer");
    expect(moneyWords({ usd: 1, unpriced: 0, simulated: 0, estimated: true })).toBe("$1.00, tokens partly estimated");
  });
});

describe("calls over time", () => {
  const call = (
    id: number,
    at: number,
    ms: number | undefined,
    given: Partial<Extract<CallLine, { call: number }>> = {},
  ) => ({
    call: id,
    who: "writer",
    purpose: "validation",
    at,
    ...(ms === undefined ? {} : { ms }),
    ...given,
  });
  const lines: readonly CallLine[] = [
    call(0, 1000, 400, { calls: 1, inputTokens: 820, outputTokens: 94, waitedMs: 100, model: "fake:model" }),
    call(1, 1100, 200, { who: "reader", outcome: "failed" }),
    call(2, 1200, 0, { outcome: "reused", purpose: "fresh pairs" }),
    { checkpoint: 3, at: 1400 },
    call(3, 1450, 40),
    { resumed: 3, at: 90_000 },
    call(0, 90_010, undefined),
  ];
  const draw = (given: readonly CallLine[], query: TimelineQuery = {}): Chart => {
    const timeline = new CallTimeline();
    for (const line of given) timeline.add(line);
    const context = { startedAt: 1000, rowsAtOnce: 8, components: ["writer", "reader"], purposes: PURPOSES };
    const shown = timelineWindow(timeline, query, context);
    if (shown === null) throw new Error("nothing is shown");
    return timelineChart(shown, testPalette);
  };

  test("are drawn in lanes with names, in the palette's colours alone", () => {
    const svg = drawnSvg(draw(lines)).replaceAll(/(fill|stroke)="[^"]*" \1-opacity="0"/g, "");
    for (const text of ["writer", "reader", "validation", "fresh pairs"]) expect(drawnTexts(svg)).toContain(text);
    const colours = [...svg.matchAll(/(?:fill|stroke)="(#[0-9a-f]+|rgb[^"]*)"/gi)].map(([, colour]) => colour);
    const pale = testPalette.series.flatMap((colour) => [0.4, 0.5].map((share) => paler(colour, share, testPalette)));
    const known = new Set([...Object.values(testPalette).flat(), ...pale, "#000"]);
    expect(colours.filter((colour) => !known.has(colour ?? ""))).toEqual([]);
  });

  test("have a table, and say what they are", () => {
    const { table, summary, hint } = draw(lines);
    for (const cells of table.rows) expect(cells).toHaveLength(table.columns.length);
    expect(table.rows.map((cells) => cells[4])).toEqual([
      "done",
      "failed",
      "from a record",
      "done again later",
      "under way",
    ]);
    expect(summary).toBe(
      "Calls: 5, at most 2 at the same time. Half of them took at most 400 ms, 95 % at most 400 ms. Under way: 1. Failed: 1. From a record: 1. Waited for their turn, all together: 100 ms. Done again after the run was taken up: 1.",
    );
    expect(hint?.({ series: 0, item: 2 })).toEqual([
      "writer, validation",
      "at 0.00 s, took 400 ms, done",
      "waited 100 ms for their turn",
      "model calls: 1, 820 input and 94 output tokens",
      "fake:model",
    ]);
    expect(hint?.({ series: 7, item: 2 })).toBeUndefined();
    expect(hint?.({ series: 0, item: 0 })).toBeUndefined();
  });

  test.each(["component", "purpose", "none"] as const)("have lanes for each: %s, at any zoom", (lanes) => {
    const many = Array.from({ length: 5000 }, (_, index) => call(index, 1000 + 9 * index, 30 + (index % 70)));
    for (const stretch of [undefined, { from: 100, to: 110 }, { last: 3000 }]) {
      const chart = draw(many, { lanes, ...(stretch && { stretch }) });
      expect(drawnSvg(chart).length).toBeGreaterThan(1000);
      expect(chart.height).toBeLessThan(700);
    }
  });

  test("show names from outside on one line", () => {
    const nasty = nastyPieces.map((text, index) => call(index, 1000, 10, { who: text, purpose: text, model: text }));
    const { table, hint } = draw(nasty);
    for (const cell of table.rows.flat()) expect(String(cell)).not.toMatch(/[\n\r\u202e]/);
    for (const line of hint?.({ series: 0, item: 2 }) ?? []) expect(line).not.toMatch(/[\n\r]/);
  });
});
