import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { budgetModel, budgetModelWith } from "../../../src/run/panel/budgetModel.ts";
import { CallTimeline } from "../../../src/run/panel/callTimeline.ts";
import { MOST_POINTS } from "../../../src/run/panel/panelModel.ts";
import { moneyTogether, withSince } from "../../../src/run/panel/spentRows.ts";
import { runView } from "../../../src/run/views/reduce.ts";
import { PURPOSES } from "../../../src/run/views/spending.ts";
import { runToy } from "../../optimize/toySystem.ts";
import { estimatedRun } from "../estimatedRun.ts";
import { finishedRun, interruptedRun, iterate, LogWriter, resumedRun, stageOne } from "../exampleEvents.ts";
import { exampleLogs } from "./exampleLogs.ts";
import { shownBy } from "./shownBy.ts";

function budget(events: readonly RunEvent[]) {
  return shownBy(budgetModel, events, null);
}

const total = (calls: Readonly<Record<string, { readonly calls: number }>>) =>
  Object.values(calls).reduce((all, one) => all + one.calls, 0);
const sum = (runs: Readonly<Record<string, number>>) => Object.values(runs).reduce((total, one) => total + one, 0);

describe.each(exampleLogs)("the budget of %s", (_name, log) => {
  test("leaves no system run without a purpose, and none without one for whose sake it was spent", () => {
    const shown = budget(log);
    expect(shown.spentRuns).toBe(runView(log).spentRuns);
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
      if (event.type !== "checkpoint" || shown.rows === null) continue;
      checkpoints++;
      for (const purpose of PURPOSES) {
        const executed = shown.rows.reduce((total, row) => total + (row.purpose === purpose ? row.runs : 0), 0);
        expect(shown.byPurpose[purpose] ?? 0, `${purpose} at ${event.seq}`).toBeCloseTo(executed, 3);
      }
    }
    expect(checkpoints).toBeGreaterThan(2);
    const shown = budgetModel.shown(state, null);
    expect(Object.keys(shown.byPurpose).length).toBeGreaterThan(2);
    for (const [purpose, runs] of Object.entries(summary.runsByPurpose)) {
      expect(shown.byPurpose[purpose]).toBeCloseTo(runs, 3);
    }
    for (const [who, made] of Object.entries(summary.modelCalls)) {
      const rows = shown.rows?.filter((row) => row.who === who) ?? [];
      const sum = (of: "calls" | "inputTokens" | "outputTokens") => rows.reduce((total, row) => total + row[of], 0);
      expect({ calls: sum("calls"), inputTokens: sum("inputTokens"), outputTokens: sum("outputTokens") }).toEqual(made);
    }
    expect(shown.together.runs).toBeCloseTo(shown.spentRuns, 3);
    expect(shown.together.calls).toBe(total(summary.modelCalls));
  });

  test("tells of model calls from its first checkpoint on", async () => {
    const { events } = await runToy();
    const first = events.findIndex(({ type }) => type === "checkpoint");
    expect(budget(events.slice(0, first)).rows).toBeNull();
    expect(budget(events.slice(0, first + 1)).together.calls).toBeGreaterThan(0);
  });
});

test("what was spent since the last checkpoint is told apart from what the ledger knows", () => {
  const log = stageOne();
  log.add({ type: "checkpoint", iteration: 0, executions: { validation: { retriever: 60, answer_generator: 60 } } });
  log.add({ type: "iteration", iteration: 1, of: 3, component: "retriever", probability: 1 });
  log.add({ type: "pairs", iteration: 1, component: "retriever", inputs: 3, pairs: 3, averageGap: 0 }, { runs: 12.5 });
  expect(budget(log.events).rows).toMatchObject([
    { who: "retriever", purpose: "validation", runs: 2.4, executions: 60, calls: 0 },
    { who: "answer_generator", purpose: "validation", runs: 14.4, executions: 60 },
    { who: null, purpose: null, runs: 12.5, executions: 0 },
  ]);
});

test("a log that keeps no ledger still tells for whom runs were spent", () => {
  const shown = budget(interruptedRun());
  expect(shown.rows).toBeNull();
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

describe("money", () => {
  const calls = { calls: 2, inputTokens: 1_000_000, outputTokens: 500_000 };
  const told = (model: string, given: Partial<Extract<RunEvent, { type: "checkpoint" }>> = {}, simulated = false) => {
    const log = stageOne({ simulated });
    log.add({
      type: "checkpoint",
      iteration: 1,
      spentCalls: [
        { who: "retriever", purpose: "validation", model, ...calls },
        { who: "proposer", purpose: "local search", model: "fake:free", ...calls, recorded: 3 },
      ],
      models: {
        "fake:priced": { simulated: false, price: { inputPerMillion: 0.5, outputPerMillion: 2 } },
        "fake:free": { simulated: false, price: { inputPerMillion: 0, outputPerMillion: 0 } },
        "fake:unknown": { simulated: false, price: null },
        "simulated:text": { simulated: true, price: null },
      },
      ...given,
    });
    return budget(log.events);
  };

  test("is what tokens cost at the prices that the run knew", () => {
    const { rows, together, models } = told("fake:priced");
    expect(rows?.map(({ who, money }) => [who, money.usd])).toEqual([
      ["retriever", 1.5],
      ["proposer", 0],
    ]);
    expect(together).toMatchObject({ calls: 4, recorded: 3, money: { usd: 1.5, unpriced: 0, simulated: 0 } });
    expect(models.map(({ model, money }) => [model, money.usd])).toEqual([
      ["fake:priced", 1.5],
      ["fake:free", 0],
    ]);
  });

  test("that is not known is not nothing", () => {
    expect(told("fake:unknown").together.money).toEqual({ usd: 0, unpriced: 2, simulated: 0 });
    expect(told("fake:priced", { models: {} }).together.money).toEqual({ usd: 0, unpriced: 4, simulated: 0 });
    expect(told("constructor").together.money).toMatchObject({ unpriced: 2 });
  });

  test("is not paid for a simulated model, which is said", () => {
    expect(told("simulated:text").together.money).toEqual({ usd: 0, unpriced: 0, simulated: 2 });
    const older = budget(finishedRun());
    expect(older.rows?.every(({ purpose, calls: made }) => made === 0 || purpose === null)).toBe(true);
    expect(older.together.money).toMatchObject({ usd: 0, unpriced: 0, simulated: older.together.calls });
  });
});

test("tokens that were read before, requests without an answer and counted tokens keep their meaning in every sum", () => {
  const price = { inputPerMillion: 10, outputPerMillion: 20, cachedInputPerMillion: 1 };
  const models = { "fake:priced": { simulated: false, price } };
  const asked = { who: "writer", purpose: "validation", model: "fake:priced" };
  const paid = { ...asked, calls: 2, inputTokens: 1_000_000, outputTokens: 100_000, cachedInputTokens: 600_000 };
  const lost = { ...asked, calls: 0, inputTokens: 0, outputTokens: 0 };
  const unanswered = { calls: 1, inputTokens: 50_000, outputTokens: 25_000 };
  const rows = withSince(
    [paid],
    [
      { ...paid, estimated: true, unanswered },
      { ...lost, unanswered },
    ],
  );
  expect(rows).toEqual([
    {
      ...asked,
      calls: 4,
      recorded: 0,
      inputTokens: 2_000_000,
      outputTokens: 200_000,
      cachedInputTokens: 1_200_000,
      estimated: true,
      unanswered: { calls: 2, inputTokens: 100_000, outputTokens: 50_000 },
    },
  ]);
  const money = moneyTogether({ models, simulated: false }, rows);
  expect(money).toEqual({
    usd: 0.8 * 10 + 1.2 * 1 + 0.2 * 20,
    unpriced: 0,
    simulated: 0,
    unanswered: { calls: 2, usd: 2 },
    estimated: true,
  });
  expect(moneyTogether({ models: {}, simulated: false }, rows)).toEqual({ usd: 0, unpriced: 6, simulated: 0 });
});

test("what was called since the last checkpoint is counted as it is called, and never twice", () => {
  const timeline = new CallTimeline();
  const model = budgetModelWith(timeline);
  const state = model.empty();
  const log = stageOne();
  const row = { who: "retriever", purpose: "validation", model: "m" };
  log.add({
    type: "checkpoint",
    iteration: 0,
    executions: {},
    spentCalls: [{ ...row, calls: 5, inputTokens: 50, outputTokens: 5 }],
  });
  for (const event of log.events) model.add(state, event);
  const call = { who: "retriever", purpose: "validation", at: 0, ms: 1, calls: 1, inputTokens: 10, outputTokens: 1 };
  const calls = () => model.shown(state, null).together.calls;
  for (let made = 0; made < 5; made++) timeline.add({ call: made, ...call, model: "m" });
  expect(calls()).toBe(5);
  timeline.add({ checkpoint: log.lastSeq, at: 2 });
  expect(calls()).toBe(5);
  timeline.add({ call: 5, ...call, at: 3, model: "m" });
  timeline.add({ call: 6, ...call, at: 3, model: "n" });
  expect(calls()).toBe(7);
  timeline.add({ resumed: log.lastSeq, at: 9000 });
  expect(calls()).toBe(5);
  timeline.add({ call: 0, ...call, at: 9001, model: "m" });
  expect(model.shown(state, null)).toMatchObject({
    together: { calls: 6, inputTokens: 60 },
    timeline: { calls: 8, redone: 2 },
  });
});

describe("the estimate", () => {
  test("stands beside what the page says was spent, at every event of the run", () => {
    const state = budgetModel.empty();
    let [ended, before] = [0, 0];
    for (const event of estimatedRun()) {
      budgetModel.add(state, event);
      const { estimate, together, elapsedMs } = budgetModel.shown(state, null);
      expect(estimate?.figures.map(({ came }) => came)).toEqual([
        together.calls,
        together.inputTokens + together.outputTokens,
        together.money.unpriced > 0 ? null : together.money.usd,
        elapsedMs / 60_000,
      ]);
      if (estimate?.over === true) ended++;
      else before++;
    }
    expect([ended, before > 10]).toEqual([1, true]);
  });

  test("is none in logs that have none", () => {
    expect(budget(finishedRun()).estimate).toBeNull();
  });
});
