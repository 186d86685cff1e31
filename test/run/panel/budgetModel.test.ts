import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { budgetModel } from "../../../src/run/panel/budgetModel.ts";
import { MOST_POINTS } from "../../../src/run/panel/panelModel.ts";
import { effectiveEvents } from "../../../src/run/views/effectiveEvents.ts";
import { runView } from "../../../src/run/views/reduce.ts";
import { PURPOSES } from "../../../src/run/views/spending.ts";
import { runToy } from "../../optimize/toySystem.ts";
import {
  budgetRun,
  failedRun,
  finishedRun,
  interruptedRun,
  iterate,
  LogWriter,
  landscapeRun,
  resumedRun,
  stageOne,
} from "../exampleEvents.ts";

const logs = { finishedRun, budgetRun, interruptedRun, failedRun, resumedRun, landscapeRun };

function budget(events: readonly RunEvent[]) {
  const state = budgetModel.empty();
  for (const event of effectiveEvents(events)) budgetModel.add(state, event);
  return budgetModel.shown(state, null);
}

const sum = (runs: Readonly<Record<string, number>>) => Object.values(runs).reduce((total, one) => total + one, 0);

describe.each(Object.entries(logs))("the budget of %s", (_name, log) => {
  test("is plain data", () => {
    const shown = budget(log());
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
  });

  test("is at every event what it is when read from the start", () => {
    const events = effectiveEvents(log());
    const growing = budgetModel.empty();
    events.forEach((event, index) => {
      budgetModel.add(growing, event);
      if (index % 5 === 0) expect(budgetModel.shown(growing, null)).toEqual(budget(events.slice(0, index + 1)));
    });
  });

  test("leaves no system run without a purpose, and none without one for whose sake it was spent", () => {
    const shown = budget(log());
    expect(shown.spentRuns).toBe(runView(effectiveEvents(log())).spentRuns);
    expect(shown.forComponents.reduce((total, { runs }) => total + runs, 0)).toBeCloseTo(shown.spentRuns, 2);
    expect(sum(Object.fromEntries((shown.series.at(-1)?.runs ?? []).map((runs, index) => [index, runs])))).toBeCloseTo(
      shown.spentRuns,
      2,
    );
  });
});

describe("a run of the engine", () => {
  test("was spent on just what its own ledger says, at every checkpoint", async () => {
    const { events, summary } = await runToy();
    const state = budgetModel.empty();
    let checkpoints = 0;
    for (const event of events) {
      budgetModel.add(state, event);
      const shown = budgetModel.shown(state, null);
      if (event.type !== "checkpoint" || shown.executed === null) continue;
      checkpoints++;
      for (const purpose of PURPOSES) {
        const executed = shown.executed.reduce((total, { byPurpose }) => total + (byPurpose[purpose] ?? 0), 0);
        expect(shown.byPurpose[purpose] ?? 0, `${purpose} at ${event.seq}`).toBeCloseTo(executed, 3);
      }
    }
    expect(checkpoints).toBeGreaterThan(2);
    const shown = budgetModel.shown(state, null);
    expect(Object.keys(shown.byPurpose).length).toBeGreaterThan(2);
    for (const [purpose, runs] of Object.entries(summary.runsByPurpose)) {
      expect(shown.byPurpose[purpose]).toBeCloseTo(runs, 3);
    }
    expect(shown.calls?.map(({ who, calls }) => [who, calls]).toSorted()).toEqual(
      Object.entries(summary.modelCalls)
        .map(([who, { calls }]) => [who, calls])
        .toSorted(),
    );
  });

  test("tells of model calls from its first checkpoint on", async () => {
    const { events } = await runToy();
    const first = events.findIndex(({ type }) => type === "checkpoint");
    expect(budget(events.slice(0, first)).calls).toBeNull();
    expect(budget(events.slice(0, first + 1)).calls).not.toBeNull();
  });
});

test("what was spent since the last checkpoint is told apart from what the ledger knows", () => {
  const log = stageOne();
  log.add({ type: "checkpoint", iteration: 0, executions: { validation: { retriever: 60, answer_generator: 60 } } });
  log.add({ type: "iteration", iteration: 1, of: 3, component: "retriever", probability: 1 });
  log.add({ type: "pairs", iteration: 1, component: "retriever", inputs: 3, pairs: 3, averageGap: 0 }, { runs: 12.5 });
  expect(budget(log.events).executed).toEqual([
    { component: "retriever", byPurpose: { validation: 2.4 }, runs: 2.4 },
    { component: "answer_generator", byPurpose: { validation: 14.4 }, runs: 14.4 },
    { component: null, byPurpose: {}, runs: 12.5 },
  ]);
});

test("a log that keeps no ledger still tells for whom runs were spent", () => {
  const shown = budget(interruptedRun());
  expect(shown.executed).toBeNull();
  expect(shown.forComponents.map(({ component }) => component)).toContain("retriever");
  expect(shown.forComponents.at(-1)?.component).toBeNull();
});

test("purposes that only other versions know are shown as they are, after the known ones", () => {
  expect(budget(finishedRun()).purposes).toEqual(["validation", "preference pairs", "candidates", "gate"]);
});

test("an unchanged update was search, a decided one validation", () => {
  const log = stageOne();
  const before = budget(log.events).byPurpose;
  iterate(log, 1);
  iterate(log, 4);
  const after = budget(log.events).byPurpose;
  expect((after.validation ?? 0) - (before.validation ?? 0)).toBeCloseTo(64, 6);
  expect(after["local search"]).toBeCloseTo(4, 6);
  expect(after["fresh pairs"]).toBeCloseTo(37, 6);
});

test("a resumption does not count what was redone", () => {
  expect(budget(resumedRun()).byPurpose).toEqual(budget(finishedRun()).byPurpose);
  expect(budget(resumedRun()).series.at(-1)?.runs).toEqual(budget(finishedRun()).series.at(-1)?.runs);
});

test("the series stays of one size however long the run is, and ends with what is spent", () => {
  const state = budgetModel.empty();
  const log = stageOne();
  for (const event of log.events) budgetModel.add(state, event);
  const one = new LogWriter();
  iterate(one, 1);
  let systemRuns = 400;
  for (let round = 0; round < 3000; round++) {
    for (const event of one.events) budgetModel.add(state, { ...event, systemRuns: systemRuns++ });
  }
  const shown = budgetModel.shown(state, null);
  expect(shown.series.length).toBeLessThanOrEqual(MOST_POINTS);
  expect((shown.series.at(-1)?.runs ?? []).reduce((total, runs) => total + runs, 0)).toBeCloseTo(shown.spentRuns, 0);
});
