import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { overviewModel } from "../../../src/run/panel/overviewModel.ts";
import { MOST_POINTS } from "../../../src/run/panel/panelModel.ts";
import { splitResults } from "../../../src/run/views/findings.ts";
import { runView } from "../../../src/run/views/reduce.ts";
import { finishedRun, interruptedRun, iterate, LogWriter, stageOne, started } from "../exampleEvents.ts";
import { exampleLogs } from "./exampleLogs.ts";
import { shownBy } from "./shownBy.ts";

function overview(events: readonly RunEvent[], query: unknown = { component: null }) {
  return shownBy(overviewModel, events, query);
}

describe.each(exampleLogs)("the overview of %s", (_name, log) => {
  test("says what the view of the whole log says", () => {
    const [shown, view] = [overview(log), runView(log)];
    expect(shown.curve.points.map(({ iteration, mean, n }) => ({ iteration, mean, n }))).toEqual(view.incumbent);
    expect(shown.curve.steps.map(({ reached }) => reached)).toEqual(
      view.updates.flatMap(({ gate }) => (gate === null ? [] : [gate.reached])),
    );
    expect(shown.results).toEqual(splitResults(view));
    expect(shown.failures).toBe(view.failures.length);
    expect(shown.warnings.count).toBe(view.warnings.length);
    expect(shown.elapsedMs).toBe(view.elapsedMs);
  });
});

describe("the curve", () => {
  test("has its interval around the mean, and what was spent by then", () => {
    const { points, budgetRuns } = overview(finishedRun()).curve;
    expect(budgetRuns).toBe(2000);
    expect(points.length).toBeGreaterThan(5);
    for (const { mean, low, high } of points) {
      expect(low).toBeLessThan(mean);
      expect(high).toBeGreaterThan(mean);
    }
    const spent = points.map(({ spentRuns }) => spentRuns);
    expect(spent).toEqual(spent.toSorted((a, b) => a - b));
    expect(spent[0]).toBe(60);
  });

  test("has no interval on one row", () => {
    const log = new LogWriter().add(started()).add({
      type: "evaluation",
      of: "unoptimized",
      split: "validation",
      mean: 0.5,
      n: 1,
      exampleIds: ["a"],
      scores: [0.5],
      failures: [],
    });
    expect(overview(log.events).curve.points).toMatchObject([{ mean: 0.5, low: null, high: null }]);
  });

  test("stays of one size however long the run is", () => {
    const log = stageOne();
    const state = overviewModel.empty();
    for (const event of log.events) overviewModel.add(state, event);
    const one = new LogWriter();
    iterate(one, 1);
    for (let iteration = 1; iteration <= 4000; iteration++) {
      for (const event of one.events) overviewModel.add(state, "iteration" in event ? { ...event, iteration } : event);
    }
    const shown = overviewModel.shown(state, null);
    expect(shown.curve.points.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(shown.curve.steps.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(shown.curve.points.at(0)?.iteration).toBe(0);
    expect(shown.curve.points.at(-1)?.iteration).toBe(4000);
    expect(shown.accepted).toBe(4000);
    expect(JSON.stringify(shown).length).toBeLessThan(300_000);
  });
});

test("candidates leave nothing behind but their time and what they cost", () => {
  const log = stageOne();
  const state = overviewModel.empty();
  for (const event of log.events) overviewModel.add(state, event);
  const before = JSON.stringify(state).length;
  log.add({ type: "iteration", iteration: 1, of: 12, component: "retriever", probability: 0.2 });
  for (let round = 0; round < 500; round++) {
    log.add({
      type: "candidate",
      iteration: 1,
      component: "retriever",
      value: "a long prompt ".repeat(20),
      reward: 0.5,
      scorer: "local",
      inputs: 20,
      current: false,
    });
  }
  for (const event of log.events.slice(-501)) overviewModel.add(state, event);
  expect(JSON.stringify(state).length).toBeLessThan(before + 500);
  expect(overviewModel.shown(state, null).elapsedMs).toBe(runView(log.events).elapsedMs);
});

describe("the system", () => {
  const componentOf = (events: readonly RunEvent[], name: string) =>
    overview(events).system.components.find((component) => component.name === name);

  test("tells each component's local reward, alignment and last change", () => {
    const events = finishedRun();
    const last = runView(events).updates.findLast(({ component }) => component === "info_extractor");
    expect(componentOf(events, "info_extractor")).toMatchObject({
      kind: "prompt",
      localReward: last?.decision === "accepted" ? last.rewardAfter : last?.rewardBefore,
      trusted: true,
      changed: true,
      working: false,
      last: { iteration: last?.iteration, decision: last?.decision },
    });
  });

  test("shows no local reward where the global one chose", () => {
    expect(componentOf(finishedRun(), "question_rewriter")).toMatchObject({ localReward: null, trusted: false });
  });

  test("shows which component is worked on, and none once the iterations are over", () => {
    const log = stageOne();
    iterate(log, 1);
    log.add({ type: "iteration", iteration: 2, of: 12, component: "retriever", probability: 0.2 });
    expect(componentOf(log.events, "retriever")?.working).toBe(true);
    expect(componentOf(interruptedRun(), "retriever")?.working).toBe(false);
    expect(componentOf(finishedRun(), "retriever")?.working).toBe(false);
  });

  test("says by how much the local reward rose with what was accepted", () => {
    const log = stageOne();
    iterate(log, 1);
    const update = runView(log.events).updates[0];
    expect(update?.decision).toBe("accepted");
    const found = overview(log.events).system.components.find(({ name }) => name === update?.component);
    expect(found?.localReward).toBe(update?.rewardAfter);
    expect(found?.localRewardBefore).toBe(update?.rewardBefore);
  });
});

describe("a component that is looked at closely", () => {
  test("shows its value at the start and now", () => {
    const { component } = overview(finishedRun(), { component: "retriever" });
    expect(component).toMatchObject({ name: "retriever", initial: "k = 5", value: "k = 10", distrust: null });
  });
  test("says why its local reward is not trusted", () => {
    expect(overview(finishedRun(), { component: "question_rewriter" }).component?.distrust).toContain("0.550");
  });
  test.each([null, 7, {}, { component: 3 }, { component: "nobody" }])("is none for the question %j", (query) => {
    expect(overview(finishedRun(), query).component).toBeNull();
  });
  test("shows huge and hidden text cut and visible", () => {
    const log = stageOne({ text: (text) => `${text}\u202e${"x".repeat(100_000)}` });
    const { component } = overview(log.events, { component: "retriever" });
    expect(component?.description.length).toBeLessThan(5000);
    expect(component?.description).toContain("<U+202E>");
  });
});
