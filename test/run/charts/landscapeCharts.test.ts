import { BarChart, CustomChart, ParallelChart } from "echarts/charts";
import { DataZoomInsideComponent, ParallelComponent } from "echarts/components";
import { use } from "echarts/core";
import { describe, expect, test } from "vitest";
import { candidateAt, candidatesChart } from "../../../src/run/charts/candidatesChart.ts";
import type { Chart } from "../../../src/run/charts/chart.ts";
import { importanceChart } from "../../../src/run/charts/importanceChart.ts";
import { localGlobalChart, pairAt } from "../../../src/run/charts/localGlobalChart.ts";
import { modelChoiceChart, modelsChart } from "../../../src/run/charts/modelsChart.ts";
import { optionCurveChart } from "../../../src/run/charts/optionCurveChart.ts";
import { optionGridChart } from "../../../src/run/charts/optionGridChart.ts";
import { optionLinesChart } from "../../../src/run/charts/optionLinesChart.ts";
import { reportPalette } from "../../../src/run/charts/palette.ts";
import type { RunEvent } from "../../../src/run/events.ts";
import { landscapeModel } from "../../../src/run/panel/landscapeModel.ts";
import type { ChosenLandscape, LandscapeQuery, OptionsLandscape } from "../../../src/run/panel/landscapeShown.ts";
import { picture } from "../../../src/run/report/picture.ts";
import { landscapeRun } from "../exampleEvents.ts";
import { nastyPieces } from "../nastyText.ts";
import { candidate, gridRun, opened, promptRun, update } from "../panel/landscapeEvents.ts";
import { drawnSvg, drawnTexts, testPalette } from "./drawnSvg.ts";

use([BarChart, CustomChart, ParallelChart, ParallelComponent, DataZoomInsideComponent]);

function chosen(events: readonly RunEvent[], query: LandscapeQuery): ChosenLandscape {
  const state = landscapeModel.empty();
  for (const event of events) landscapeModel.add(state, event);
  const { chosen: found } = landscapeModel.shown(state, query);
  if (found === null) throw new Error("nothing was shown");
  return found;
}

function options(events: readonly RunEvent[], query: LandscapeQuery = {}): OptionsLandscape {
  const found = chosen(events, { component: "retriever", ...query }).options;
  if (found === null) throw new Error("no options were shown");
  return found;
}

function choiceRun(): RunEvent[] {
  const perInput = { perInput: true, fallback: "fake:large" } as const;
  const models = { "fake:small": { inputs: 5, reward: 0.8 }, "fake:large": { inputs: 15, reward: 0.6 } };
  return opened()
    .add(candidate("chooser", "fake:small", { reward: 0.4, current: true }))
    .add(candidate("chooser", "fake:large", { reward: 0.6 }))
    .add(update("chooser", { before: "fake:small", after: perInput, models, iteration: 2 })).events;
}

function nastyRun(): RunEvent[] {
  const log = opened();
  const [name = ""] = nastyPieces;
  for (const [index, text] of nastyPieces.entries()) {
    log.add(candidate("answerer", text, { reward: 0.1 + index / 100 }));
    log.add(candidate("answerer", text, { reward: 0.2 + index / 100, scorer: "global" }));
    log.add(candidate("retriever", { [name]: text, k: index }, { reward: index / 100 }));
    log.add(candidate("chooser", `${text} model`, { reward: index / 100 }));
  }
  return log.events;
}

/** A chart that must be there. */
function drawn(chart: Chart | null): Chart {
  if (chart === null) throw new Error("nothing was drawn");
  return chart;
}

const charts = {
  curve: (events: readonly RunEvent[]) => drawn(optionCurveChart(options(events).curve, reportPalette)),
  grid: (events: readonly RunEvent[]) => {
    const { grid } = options(events);
    return drawn(grid && optionGridChart(grid, reportPalette));
  },
  lines: (events: readonly RunEvent[]) => {
    const { lines } = options(events);
    return drawn(lines && optionLinesChart(lines, reportPalette));
  },
  importance: (events: readonly RunEvent[]) => drawn(importanceChart(options(events).importance, reportPalette)),
  pairs: (events: readonly RunEvent[]) =>
    drawn(localGlobalChart(chosen(events, { component: "answerer" }), reportPalette)),
  candidates: (events: readonly RunEvent[]) =>
    drawn(candidatesChart(chosen(events, { component: "answerer" }), reportPalette)),
  models: (events: readonly RunEvent[]) =>
    drawn(modelsChart(chosen(events, { component: "chooser" }).models, reportPalette)),
  choice: (events: readonly RunEvent[]) => {
    const { choice } = chosen(events, { component: "chooser" });
    return drawn(choice && modelChoiceChart(choice, reportPalette));
  },
};

const examples: readonly (readonly [string, Chart])[] = [
  ["a measured curve", charts.curve(landscapeRun())],
  ["a curve of candidates", charts.curve(gridRun())],
  ["a heat map", charts.grid(gridRun())],
  ["parallel coordinates", charts.lines(gridRun())],
  ["importance", charts.importance(gridRun())],
  ["local against global reward", charts.pairs(promptRun(200))],
  ["candidates over iterations", charts.candidates(promptRun(200))],
  ["models", charts.models(choiceRun())],
  ["a choice per input", charts.choice(choiceRun())],
  ["a heat map of nasty names", charts.grid(nastyRun())],
  ["parallel coordinates of nasty names", charts.lines(nastyRun())],
  ["nasty candidates", charts.pairs(nastyRun())],
  ["nasty models", charts.models(nastyRun())],
];

describe.each(examples)("%s", (_name, chart) => {
  test("is drawn without a browser", () => {
    const { markup } = picture(chart, "test");
    expect(markup).toMatch(/^<svg role="img" aria-label="/);
    expect(markup).toMatch(/<(path|text) /);
    expect(markup).not.toMatch(/NaN|Infinity|undefined|<script|<img/);
  });

  test("has a table as wide as its heading, and says in a sentence what it shows", () => {
    expect(chart.table.rows.length).toBeGreaterThan(0);
    for (const row of chart.table.rows) expect(row).toHaveLength(chart.table.columns.length);
    expect(chart.summary).toMatch(/\w.*\.$/);
    expect(chart.summary).not.toMatch(/NaN|undefined|\{\d\}/);
  });

  test("has something to say about each item of its first series, and nothing about others", () => {
    const { data } = (chart.option.series ?? [])[0] ?? {};
    const items = Array.isArray(data) ? data.length : 0;
    for (let item = 0; item < items; item++) expect(chart.hint?.({ series: 0, item })?.length).toBeGreaterThan(1);
    expect(chart.hint?.({ series: 0, item: items })).toBeUndefined();
  });
});

test("both curves have their best marked, each at its own height", () => {
  const { summary, option } = charts.curve(landscapeRun());
  const labels = (option.series ?? []).map(({ data }) =>
    (data as { readonly label?: object }[]).filter(({ label }) => label !== undefined),
  );
  expect(labels.map(({ length }) => length)).toEqual([1, 1]);
  expect(summary).toMatch(/global reward is highest at 10.*local reward is highest at .*In force: 5\./);
});

test("the best cell of a heat map and the best line are named", () => {
  expect(charts.grid(gridRun()).summary).toContain("highest at k = 25");
  expect(charts.lines(gridRun()).summary).toContain("k = 25, cut = 0.5");
});

test("importance names the option that decides", () => {
  expect(charts.importance(gridRun()).summary).toContain("go with k: it explains 100 %");
});

test("items are found again: a place of the chart leads to the candidate that is said there", () => {
  const { pairs, candidates } = chosen(promptRun(200), { component: "answerer" });
  const [local, over] = [charts.pairs(promptRun(200)), charts.candidates(promptRun(200))];
  for (const place of [
    { series: 0, item: 0 },
    { series: 1, item: 2 },
    { series: 3, item: 0 },
  ]) {
    expect(local.hint?.(place)?.[0]).toBe(pairAt(pairs, place)?.text);
  }
  expect(over.hint?.({ series: 0, item: 7 })?.[0]).toBe(candidateAt(candidates, { series: 0, item: 7 })?.text);
});

test("without anything to show there is no chart", () => {
  expect(optionCurveChart({ component: "a", key: "k", from: "candidates", points: [] }, reportPalette)).toBeNull();
  expect(importanceChart([{ key: "k", values: 1, share: null }], reportPalette)).toBeNull();
  const none = { n: 0, rank: null, line: null };
  expect(localGlobalChart({ pairs: [], agreement: none }, reportPalette)).toBeNull();
  expect(candidatesChart({ candidates: [], values: 0 }, reportPalette)).toBeNull();
  expect(modelsChart([], reportPalette)).toBeNull();
});

describe("axes of rewards", () => {
  const curve = (rewards: readonly number[]) =>
    drawnTexts(
      drawnSvg(
        optionCurveChart(
          {
            component: "retriever",
            key: "k",
            from: "landscape",
            points: rewards.map((global, k) => ({ label: String(k), local: null, global, n: 5, current: false })),
          },
          testPalette,
        ) ?? unreachable(),
      ),
    );
  const unreachable = (): never => {
    throw new Error("there is no chart");
  };

  test.each([[[0, 0.2, 0.6]], [[0.01, 0.9]], [[0.2, 1]], [[0, 0]]])(
    "do not go below 0 where no reward does: %j",
    (rewards) => {
      expect(curve(rewards).filter((text) => /^[-−]\d/.test(text))).toEqual([]);
    },
  );

  test("go below 0 where a reward does, and stay near to what lies far above", () => {
    expect(curve([-0.4, 0.2]).some((text) => /^-0\.\d/.test(text))).toBe(true);
    expect(curve([0.8, 0.81])).not.toContain("0.000");
  });
});
