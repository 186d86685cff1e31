import { describe, expect, test } from "vitest";
import { comparedRewardsChart } from "../../../src/run/charts/comparedRewardsChart.ts";
import type { RunEvent } from "../../../src/run/events.ts";
import { compareModel } from "../../../src/run/panel/compareModel.ts";
import { compareAxes } from "../../../src/run/panel/compareQuery.ts";
import { type ComparedCurve, letterOf } from "../../../src/run/panel/comparison.ts";
import { finishedRun, iterate, stageOne } from "../exampleEvents.ts";
import { nastyPieces } from "../nastyText.ts";
import { drawnSvg, drawnTexts, testPalette } from "./drawnSvg.ts";

function curves(...logs: readonly (readonly RunEvent[])[]): ComparedCurve[] {
  return logs.map((events, place) => {
    const state = compareModel.empty();
    for (const event of events) compareModel.add(state, event);
    const points = compareModel.shown(state, undefined)?.points ?? [];
    return { letter: letterOf(place), id: `run-${place}`, points };
  });
}

/** A run whose checkpoints tell of calls. */
function counted(): RunEvent[] {
  const log = stageOne({ simulated: false });
  for (const iteration of [1, 2, 3]) {
    iterate(log, iteration);
    const modelCalls = { proposer: { calls: 5 * iteration, inputTokens: 100 * iteration, outputTokens: 10 } };
    const { inputTokens, outputTokens } = modelCalls.proposer;
    log.add({
      type: "checkpoint",
      iteration,
      modelCalls,
      spentCalls: [{ who: "proposer", purpose: null, model: "m", calls: 5 * iteration, inputTokens, outputTokens }],
      models: { m: { simulated: false, price: { inputPerMillion: 1, outputPerMillion: 2 } } },
    });
  }
  return log.events;
}

const both = curves(finishedRun(), finishedRun({ seed: 8, iterations: 9 }));

describe("the rewards of several runs", () => {
  test("are one line each, told apart without colour", () => {
    const chart = comparedRewardsChart(both, "iteration", testPalette);
    const series = chart?.option.series ?? [];
    expect(series).toHaveLength(2);
    const looks = series.map((one) =>
      JSON.stringify([Reflect.get(one, "symbol"), Reflect.get(one, "lineStyle")?.type]),
    );
    expect(new Set(looks).size).toBe(2);
    const texts = drawnTexts(drawnSvg(chart ?? never()));
    expect(texts).toEqual(expect.arrayContaining(["A run-0", "B run-1", "A", "B"]));
  });

  test.each(compareAxes)("are drawn over %s where the log tells it, in order", (axis) => {
    const [own] = curves(counted());
    const chart = comparedRewardsChart([own ?? never()], axis, testPalette);
    const data = Reflect.get(chart?.option.series?.[0] ?? {}, "data") as [number, number][];
    const places = data.map(([place]) => place);
    expect(places.length).toBeGreaterThan(["calls", "tokens", "money"].includes(axis) ? 2 : 3);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test("are left out where no log tells what they are to be drawn over", () => {
    expect(comparedRewardsChart(curves(stageOne().events), "calls", testPalette)).toBeNull();
    expect(comparedRewardsChart([], "iteration", testPalette)).toBeNull();
  });

  test("keep their looks when another run drops out", () => {
    const [, second] = both;
    const look = (given: readonly ComparedCurve[], index: number) =>
      JSON.stringify(comparedRewardsChart(given, "iteration", testPalette)?.option.series?.[index], ["symbol", "type"]);
    const silent: ComparedCurve = { letter: "A", id: "run-0", points: [] };
    expect(look([silent, second ?? never()], 0)).toBe(look(both, 1));
  });

  test("have a table of every point, words for each run, and a hint", () => {
    const chart = comparedRewardsChart(both, "iteration", testPalette);
    const points = both.reduce((sum, curve) => sum + curve.points.length, 0);
    expect(chart?.table.rows).toHaveLength(points);
    for (const row of chart?.table.rows ?? []) expect(row).toHaveLength(chart?.table.columns.length ?? 0);
    expect(chart?.summary).toMatch(/^A: from 0\.\d{3} to 0\.\d{3} after 12 iterations .* B: from /);
    expect(chart?.hint?.({ series: 1, item: 0 })).toEqual(expect.arrayContaining(["B run-1", "iteration 0"]));
    expect(chart?.hint?.({ series: 7, item: 0 })).toBeUndefined();
  });

  test("show nasty names readable", () => {
    const nasty = both.map((curve) => ({ ...curve, id: nastyPieces.join("") }));
    const chart = comparedRewardsChart(nasty, "iteration", testPalette);
    expect(JSON.stringify([chart?.option.legend, chart?.table])).not.toMatch(/[\u202e\u2066]/);
  });
});

function never(): never {
  throw new Error("the example has curves");
}
