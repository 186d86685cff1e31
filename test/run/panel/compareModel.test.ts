import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { compareModel, type RunBrief } from "../../../src/run/panel/compareModel.ts";
import { splitResults } from "../../../src/run/views/findings.ts";
import { runView } from "../../../src/run/views/reduce.ts";
import { finishedRun, iterate, LogWriter, stageOne, started } from "../exampleEvents.ts";
import { exampleLogs } from "./exampleLogs.ts";
import { shownBy } from "./shownBy.ts";

function brief(events: readonly RunEvent[]): RunBrief {
  const shown = shownBy(compareModel, events);
  if (shown === null) throw new Error("the run has not begun");
  return shown;
}

describe.each(exampleLogs)("what %s brings to a comparison", (_name, log) => {
  test("says what the view of the whole log says", () => {
    const [told, view] = [brief(log), runView(log)];
    expect(told.points.map(({ iteration, mean, n }) => ({ iteration, mean, n }))).toEqual(view.incumbent);
    expect(told.status).toEqual(view.status);
    expect(told.elapsedMs).toBe(view.elapsedMs);
    expect(told.spentRuns).toBe(view.spentRuns);
    const decided = (decision: "accepted" | "rejected" | "unchanged") =>
      view.updates.filter((update) => update.decision === decision).length;
    expect(told).toMatchObject({
      accepted: decided("accepted"),
      rejected: decided("rejected"),
      unchanged: decided("unchanged"),
    });
    expect(told.test?.result?.scores.length).toBe(splitResults(view).find(({ split }) => split === "test")?.n);
  });
});

describe("the rows that a run has measured", () => {
  test("are those of the last time that all of them were", () => {
    const log = stageOne();
    const before = brief(log.events).validation;
    expect(before.start?.scores).toHaveLength(60);
    expect(before.result).toEqual(before.start);
    iterate(log, 1);
    const update = log.events.findLast((event) => event.type === "update");
    expect(brief(log.events).validation.result?.scores).toEqual(update?.validation?.after);
  });

  test("are not those of a challenger that was given up early", () => {
    const log = stageOne();
    const before = brief(log.events).validation.result;
    iterate(log, 1);
    const events = log.events.map((event): RunEvent => {
      if (event.type !== "update" || event.validation === null) return event;
      const { exampleIds, after } = event.validation;
      const few = { before: event.validation.before.slice(0, 9), after: after.slice(0, 9), rows: 60 };
      return { ...event, decision: "rejected", validation: { ...few, exampleIds: exampleIds.slice(0, 9) } };
    });
    expect(brief(events).validation.result).toEqual(before);
  });

  test("are the same before and after where the configuration stayed as it was", () => {
    const events = finishedRun().filter(
      (event) => !(event.type === "evaluation" && event.of === "optimized" && event.split === "test"),
    );
    const { test: rows } = brief(events);
    expect(rows?.result).toEqual(rows?.start);
    expect(brief(events.slice(0, -1)).test?.result).toBeNull();
  });
});

describe("what a reward had cost by then", () => {
  test("is told in system runs, calls, tokens and time", () => {
    const log = stageOne();
    iterate(log, 1);
    log.events.pop();
    const modelCalls = { proposer: { calls: 3, inputTokens: 100, outputTokens: 20 } };
    log.add({ type: "checkpoint", iteration: 1, modelCalls });
    const [first, last] = brief(log.events).points;
    expect(first).toMatchObject({ iteration: 0, calls: null, tokens: null });
    expect(last).toMatchObject({ iteration: 1, calls: 3, tokens: 120 });
    expect(last?.elapsedMs).toBeGreaterThan(first?.elapsedMs ?? 0);
    expect(last?.spentRuns).toBeGreaterThan(first?.spentRuns ?? 0);
  });

  test("is told in money where the prices of all models are known", () => {
    const run = (price: { inputPerMillion: number; outputPerMillion: number } | null, simulated = false) => {
      const log = stageOne({ simulated });
      iterate(log, 1);
      log.events.pop();
      const spent = { who: "proposer", purpose: "local search", model: "openai:m", calls: 3 };
      return brief(
        log.add({
          type: "checkpoint",
          iteration: 1,
          modelCalls: { proposer: { calls: 3, inputTokens: 2_000_000, outputTokens: 500_000 } },
          spentCalls: [{ ...spent, inputTokens: 2_000_000, outputTokens: 500_000 }],
          models: { "openai:m": { simulated, price } },
        }).events,
      );
    };
    const priced = run({ inputPerMillion: 0.15, outputPerMillion: 0.6 });
    expect(priced.points.at(-1)?.usd).toBeCloseTo(0.6, 12);
    expect(priced.money).toMatchObject({ unpriced: 0 });
    const unknown = run(null);
    expect(unknown.points.at(-1)?.usd).toBeNull();
    expect(unknown.money).toEqual({ usd: 0, unpriced: 3, simulated: 0 });
    expect(run(null, true).points.at(-1)?.usd).toBeNull();
    expect(brief(stageOne().events).money).toBeNull();
  });

  test("stays what it was when more is spent without a new measurement", () => {
    const log = stageOne();
    iterate(log, 1);
    const calls = (count: number) => ({ proposer: { calls: count, inputTokens: 1, outputTokens: 1 } });
    log.add({ type: "checkpoint", iteration: 1, modelCalls: calls(3) });
    log.add({ type: "checkpoint", iteration: 1, modelCalls: calls(9) });
    const told = brief(log.events);
    expect(told.calls).toBe(9);
    expect(told.points.at(-1)?.calls).toBe(3);
  });
});

test("the brief of a long run is no longer than that of a short one, and keeps its extremes", () => {
  const log = stageOne();
  const state = compareModel.empty();
  for (const event of log.events) compareModel.add(state, event);
  const one = new LogWriter();
  iterate(one, 1);
  for (let iteration = 1; iteration <= 3000; iteration++) {
    for (const event of one.events) compareModel.add(state, "iteration" in event ? { ...event, iteration } : event);
  }
  const told = compareModel.shown(state, undefined);
  expect(told?.points.length).toBeLessThanOrEqual(300);
  expect(told?.points.at(-1)?.iteration).toBe(3000);
});

test("a run that has not begun brings nothing", () => {
  expect(compareModel.shown(compareModel.empty(), undefined)).toBeNull();
  expect(brief(new LogWriter().add(started()).events).points).toEqual([]);
});
