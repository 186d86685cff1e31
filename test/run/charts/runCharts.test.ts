import { describe, expect, test } from "vitest";
import type { Chart } from "../../../src/run/charts/chart.ts";
import { CURVE_SERIES, curveItem, rewardCurveChart } from "../../../src/run/charts/rewardCurveChart.ts";
import { sharesChart } from "../../../src/run/charts/sharesChart.ts";
import { spendingChart } from "../../../src/run/charts/spendingChart.ts";
import { systemChart } from "../../../src/run/charts/systemChart.ts";
import type { RunEvent } from "../../../src/run/events.ts";
import { budgetModel } from "../../../src/run/panel/budgetModel.ts";
import { overviewModel } from "../../../src/run/panel/overviewModel.ts";
import { finishedRun, interruptedRun, iterate, LogWriter, stageOne, started } from "../exampleEvents.ts";
import { nastyPieces } from "../nastyText.ts";
import { drawnSvg, drawnTexts, testPalette } from "./drawnSvg.ts";

function overview(events: readonly RunEvent[]) {
  const state = overviewModel.empty();
  for (const event of events) overviewModel.add(state, event);
  return overviewModel.shown(state, null);
}

function budget(events: readonly RunEvent[]) {
  const state = budgetModel.empty();
  for (const event of events) budgetModel.add(state, event);
  return budgetModel.shown(state, null);
}

function spending(events: readonly RunEvent[]) {
  const { series, seriesPurposes, budgetRuns } = budget(events);
  return { points: series, purposes: seriesPurposes, budgetRuns };
}

function shares(events: readonly RunEvent[]) {
  const { purposes, forComponents } = budget(events);
  return { purposes, spenders: forComponents.map((row) => ({ ...row, name: row.component ?? "all" })) };
}

const charts: Readonly<Record<string, (events: readonly RunEvent[]) => Chart | null>> = {
  "reward over iterations": (events) => rewardCurveChart(overview(events).curve, testPalette),
  "the system": (events) => systemChart(overview(events).system, testPalette),
  "runs over time": (events) => spendingChart(spending(events), testPalette),
  "runs by component": (events) => sharesChart(shares(events), testPalette),
};

function drawn(chart: Chart | null): Chart {
  if (chart === null) throw new Error("there is no chart");
  return chart;
}

describe.each(Object.entries(charts))("the chart of %s", (_name, make) => {
  test("draws, in the palette's colours alone", () => {
    // What the library lays down without any colour is written as black that does not cover.
    const svg = drawnSvg(drawn(make(finishedRun()))).replaceAll(/(fill|stroke)="[^"]*" \1-opacity="0"/g, "");
    expect(drawnTexts(svg).length).toBeGreaterThan(4);
    const colours = new Set([...svg.matchAll(/(?:fill|stroke)="(#[0-9a-f]+|rgb[^"]*)"/gi)].map(([, colour]) => colour));
    const known = new Set([...Object.values(testPalette).flat(), "#000"]);
    expect([...colours].filter((colour) => !known.has(colour ?? ""))).toEqual([]);
  });

  test("has a table of as many cells in each row as it has columns, and says what it shows", () => {
    const { table, summary } = drawn(make(finishedRun()));
    expect(table.rows.length).toBeGreaterThan(3);
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    expect(new Set(table.columns).size).toBe(table.columns.length);
    expect(summary.length).toBeGreaterThan(30);
  });

  test("is drawn while the run goes on", () => {
    for (const events of [interruptedRun(), stageOne().events]) {
      const chart = make(events);
      expect(drawnSvg(drawn(chart)).startsWith("<svg")).toBe(true);
    }
  });

  test("waits for something to show", () => expect(make([])).toBeNull());

  test("fits into any width", () => {
    for (const width of [240, 480, 2400]) {
      expect(drawnSvg(drawn(make(finishedRun())), width)).not.toMatch(/NaN|="-\d+(\.\d+)?" height|width="-/);
    }
  });

  test.each(nastyPieces)("shows the nasty text %j as marks and never as markup", (nastyText) => {
    const nasty = finishedRun({ text: () => nastyText }).map((event): RunEvent => renamed(event, nastyText));
    const svg = drawnSvg(drawn(make(nasty)));
    expect(svg).not.toMatch(/<(script|img|iframe|a)\b|<[^<>]*\son\w+=/i);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through
    expect(drawnTexts(svg).join("")).not.toMatch(/[\u0000-\u0008\u001b\u202e]/);
  });

  test("has short plain lines about each of its items", () => {
    const chart = drawn(make(finishedRun()));
    for (const [series, { data = [] }] of Object.entries(chart.option.series ?? [])) {
      for (let item = 0; item < (data as unknown[]).length; item++) {
        const lines = chart.hint?.({ series: Number(series), item }) ?? [];
        expect(lines.length).toBeLessThan(8);
        for (const line of lines) expect(line).not.toMatch(/undefined|NaN|\n/);
      }
    }
  });
});

/** The same event about a component of another name. */
function renamed(event: RunEvent, name: string): RunEvent {
  return JSON.parse(JSON.stringify(event).replaceAll('"retriever"', () => JSON.stringify(name)));
}

describe("reward over iterations", () => {
  const { curve } = overview(finishedRun());
  const chart = drawn(rewardCurveChart(curve, testPalette));

  test("names every accepted step by its component", () => {
    const accepted = curve.steps.filter((step) => step.accepted).map(({ component }) => component);
    expect(accepted.length).toBeGreaterThan(2);
    expect(drawnTexts(drawnSvg(chart))).toEqual(expect.arrayContaining(accepted));
  });

  test("cuts long names beside their dots, and has them whole where they are told of", () => {
    const name = "x".repeat(200);
    const long = overview(finishedRun().map((event) => renamed(event, name))).curve;
    const longChart = drawn(rewardCurveChart(long, testPalette));
    const texts = drawnTexts(drawnSvg(longChart));
    expect(texts.some((text) => text.startsWith("xxx"))).toBe(true);
    expect(texts.filter((text) => text.startsWith("xxx") && text.length > 32)).toEqual([]);
    const item = long.steps.filter(({ accepted }) => accepted).findIndex(({ component }) => component === name);
    expect(longChart.hint?.({ series: CURVE_SERIES.accepted, item })?.[0]).toBe(name);
  });

  test("tells a chosen dot from a ring", () => {
    expect(curveItem(curve, CURVE_SERIES.accepted, 0)).toEqual(curve.steps.find(({ accepted }) => accepted));
    expect(curveItem(curve, CURVE_SERIES.rejected, 0)).toEqual(curve.steps.find(({ accepted }) => !accepted));
    expect(curveItem(curve, CURVE_SERIES.inForce, 2)).toEqual(curve.points[2]);
    expect(curveItem(curve, 4, 0)).toBeUndefined();
  });

  test("has an axis up to the whole budget, and up to what was spent without one", () => {
    expect(drawnTexts(drawnSvg(chart))).toContain("2,000");
    const free = overview(finishedRun({ budgetRuns: null })).curve;
    expect(drawnTexts(drawnSvg(drawn(rewardCurveChart(free, testPalette))))).not.toContain("2,000");
  });

  test("has an axis without room below 0 where no row scored below it, however wide the interval", () => {
    const measured = (mean: number, ...scores: number[]) =>
      new LogWriter().add(started()).add({
        type: "evaluation",
        of: "unoptimized",
        split: "validation",
        mean,
        n: scores.length,
        exampleIds: scores.map(String),
        scores,
        failures: [],
      });
    const few = measured(0.125, 0, 0, 0, 0.5);
    const { points } = overview(few.events).curve;
    expect(points).toMatchObject([{ mean: 0.125, low: 0 }]);
    const ticks = (events: readonly RunEvent[]) =>
      drawnTexts(drawnSvg(drawn(rewardCurveChart(overview(events).curve, testPalette)))).filter((text) =>
        /^-?\d\.\d{3}$/.test(text),
      );
    expect(ticks(few.events)).toContain("0.000");
    expect(ticks(few.events).filter((text) => text.startsWith("-"))).toEqual([]);
    const below = measured(0.1, -0.1, 0, 0, 0.5);
    expect(ticks(below.events).filter((text) => text.startsWith("-"))).not.toEqual([]);
  });

  test("says what the run has come to", () => {
    expect(chart.summary).toMatch(
      /^Mean validation reward in force: 0\.\d{3} at the start, 0\.\d{3} after iteration 12\. The 95 % interval is 0\.\d{3} to 0\.\d{3}\. Updates accepted: \d+, rejected: \d+\. System runs spent: [\d,.]+ of 2,000\.$/,
    );
  });

  test("bands negative rewards rightly: the upper edge is the lower one plus the width", () => {
    const negative = {
      ...curve,
      points: curve.points.map((point) => ({
        ...point,
        mean: point.mean - 2,
        low: (point.low ?? 0) - 2,
        high: (point.high ?? 0) - 2,
      })),
    };
    const { option } = drawn(rewardCurveChart(negative, testPalette));
    const [lower, upper] = (option.series ?? []).filter((series) => "stack" in series && series.stack === "interval");
    expect(lower).toMatchObject({ stackStrategy: "all" });
    const [low, width] = [lower?.data, upper?.data].map((data) => (data as number[][])[3]?.[1] ?? 0) as [
      number,
      number,
    ];
    expect(low + width).toBeCloseTo(negative.points[3]?.high ?? 0, 9);
  });
});

test("the system marks what is at work, what changed, and how far local rewards are trusted", () => {
  const log = stageOne();
  iterate(log, 1);
  log.add({ type: "iteration", iteration: 2, of: 12, component: "retriever", probability: 0.2 });
  const chart = drawn(systemChart(overview(log.events).system, testPalette));
  const texts = drawnTexts(drawnSvg(chart, 1600));
  expect(texts).toContain("▶ retriever");
  expect(texts).toContain("on the global reward");
  expect(texts.some((text) => /^accepted in iteration 1: [+-]0\.\d{3}$/.test(text))).toBe(true);
  const narrow = drawnTexts(drawnSvg(chart, 260));
  expect(narrow).not.toContain("on the global reward");
  expect(narrow.some((text) => text.startsWith("aligned"))).toBe(true);
  expect(chart.summary).toContain("Now at work on: retriever.");
  expect(chart.hint?.({ series: 0, item: 2 })?.[0]).toBe("retriever");
});

test("a budget out of sight does not press the layers to the ground", () => {
  const far = { ...spending(finishedRun()), budgetRuns: 1_000_000 };
  expect(drawnTexts(drawnSvg(drawn(spendingChart(far, testPalette))))).not.toContain("budget");
  expect(drawnTexts(drawnSvg(drawn(spendingChart(spending(finishedRun()), testPalette))))).toContain("budget");
});
