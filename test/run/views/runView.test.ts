import { describe, expect, test } from "vitest";
import { eventSchema, type RunEvent } from "../../../src/run/events.ts";
import { headModel } from "../../../src/run/panel/headModel.ts";
import { effectiveEvents } from "../../../src/run/views/effectiveEvents.ts";
import { changedComponents, landscapes, localGlobalChanges, splitResults } from "../../../src/run/views/findings.ts";
import { emptyRunView, liveRunView, reduce, runView } from "../../../src/run/views/reduce.ts";
import type { RunView } from "../../../src/run/views/runView.ts";
import { statusInPhase } from "../../../src/run/views/statusInPhase.ts";
import {
  budgetRun,
  failedRun,
  finishedRun,
  interruptedRun,
  iterate,
  landscapeRun,
  resumedRun,
  stageOne,
} from "../exampleEvents.ts";

const logs = { finishedRun, budgetRun, interruptedRun, failedRun, resumedRun, landscapeRun };

describe.each(Object.entries(logs))("the view of %s", (_name, log) => {
  test("is made of events that the schema accepts", () => {
    for (const event of log()) expect(eventSchema.safeParse(event).success).toBe(true);
  });

  test("is plain data", () => {
    const view = runView(log());
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
  });

  test("is the same whether followed live or read from the log", () => {
    const live = liveRunView();
    for (const event of log()) live.add(event);
    expect(settled(live.view)).toEqual(settled(runView(log())));
  });

  test("is the same whether taken up from any point or from the start", () => {
    const events = log();
    for (let past = 0; past <= events.length; past += 7) {
      const live = liveRunView(events.slice(0, past));
      for (const event of events.slice(past)) live.add(event);
      expect(settled(live.view)).toEqual(settled(runView(events)));
    }
  });
});

describe("status", () => {
  test("waits before the first event", () => expect(emptyRunView().status).toEqual({ state: "waiting" }));
  test("names the phase while running", () => {
    expect(runView(stageOne().events).status).toEqual({ state: "running", phase: "iterating" });
  });
  test("keeps why a run was interrupted", () => {
    expect(runView(interruptedRun()).status).toEqual({ state: "interrupted", reason: "stopped by Ctrl-C" });
  });
  test("keeps why a run failed", () => {
    expect(runView(failedRun()).status).toMatchObject({ state: "failed", message: expect.stringContaining("line 12") });
  });
  test("keeps why a run ended", () => {
    expect(runView(budgetRun()).status).toEqual({ state: "finished", stop: "budget" });
  });
  test("stays finished while something is measured of it, and runs again with a further iteration", () => {
    const finished = { state: "finished", stop: "budget" } as const;
    expect(statusInPhase(finished, "measuring")).toBe(finished);
    expect(statusInPhase(finished, "iterating")).toEqual({ state: "running", phase: "iterating" });
    expect(statusInPhase({ state: "waiting" }, "measuring")).toEqual({ state: "running", phase: "measuring" });
    const [last] = budgetRun().slice(-1);
    const { seq = 0, at = 0, systemRuns = 0 } = last ?? {};
    const drawn: RunEvent[] = [...budgetRun(), { seq: seq + 1, at, systemRuns, type: "phase", phase: "measuring" }];
    expect(runView(drawn).status).toEqual(finished);
    const head = headModel.empty();
    for (const event of drawn) headModel.add(head, event);
    expect(headModel.shown(head, undefined)?.status).toEqual(finished);
  });
});

describe("a resumed run", () => {
  test("shows what an uninterrupted run shows", () => {
    const [resumed, whole] = [runView(resumedRun()), runView(finishedRun())];
    expect(resumed.resumed).toBe(1);
    for (const part of ["updates", "incumbent", "components", "evaluations", "warnings", "spentRuns"] as const) {
      expect(resumed[part]).toEqual(whole[part]);
    }
  });

  test("counts the work that it did twice but not the pause", () => {
    const [resumed, whole] = [runView(resumedRun()), runView(finishedRun())];
    // One more iteration event (200 ms) and a warning that took 5,000 ms.
    expect(resumed.elapsedMs - whole.elapsedMs).toBe(5200);
  });

  test("leaves nothing of redone work, not even that of an earlier resumption", () => {
    const log = stageOne();
    const early = log.lastSeq - 1;
    iterate(log, 1);
    log.resume(early, 1000).add({ type: "warning", message: "redone too" });
    log.resume(early, 1000);
    const kept = effectiveEvents(log.events);
    expect(kept.filter(({ type }) => type === "warning" || type === "update")).toEqual([]);
    expect(kept.filter(({ type }) => type === "run.resumed")).toHaveLength(2);
    expect(kept[0]?.type).toBe("run.started");
  });

  test("that starts over, because it had no checkpoint yet, shows nothing of its first start", () => {
    const log = stageOne();
    const fresh = stageOne({ budgetRuns: 300 }).events;
    log.resume(0, 1000);
    for (const event of fresh) log.add(event);
    const [view, expected] = [runView(log.events), runView(fresh)];
    for (const part of ["header", "components", "evaluations", "failures", "incumbent"] as const) {
      expect(view[part]).toEqual(expected[part]);
    }
  });

  test("goes on running after it was interrupted", () => {
    const live = liveRunView(interruptedRun());
    const past = interruptedRun();
    const last = past.at(-1) as RunEvent;
    const checkpoint = past.findLast(({ type }) => type === "checkpoint")?.seq ?? 0;
    live.add({ type: "run.resumed", checkpoint, seq: last.seq + 1, at: last.at + 60_000, systemRuns: 500 });
    expect(live.view.status).toEqual({ state: "running", phase: "iterating" });
    expect(live.view.iteration?.iteration).toBe(2);
    expect(live.view.spentRuns).toBe(500);
  });
});

describe("components", () => {
  test("take the value of accepted updates only", () => {
    const view = runView(finishedRun());
    expect(changedComponents(view).map(({ name }) => name)).toEqual([
      "info_extractor",
      "retriever",
      "answer_generator",
    ]);
    expect(view.components.find(({ name }) => name === "retriever")).toMatchObject({
      initial: { k: 5 },
      value: { k: 10 },
      accepted: 1,
      rejected: 1,
      unchanged: 1,
    });
  });

  test("say when they fall back on the global reward, and why", () => {
    const [rewriter] = runView(stageOne().events).components;
    expect(rewriter?.localReward).toMatchObject({
      trusted: false,
      alignment: 0.5,
      reason: expect.stringContaining("0.550"),
    });
  });

  test("that nobody declared are a broken log", () => {
    const stray: RunEvent = {
      type: "pairs",
      iteration: 0,
      component: "x",
      inputs: 1,
      pairs: 1,
      averageGap: 0,
      seq: 3,
      at: 0,
      systemRuns: 0,
    };
    expect(() => reduce(runView(stageOne().events), stray)).toThrow('"x"');
  });
});

describe("updates", () => {
  test("count rows won, lost and equal at the gate", () => {
    for (const { gate } of runView(finishedRun()).updates) {
      if (gate !== null) expect(gate.wins + gate.losses + gate.ties).toBe(gate.n);
    }
    const [first] = runView(finishedRun()).updates;
    expect(first?.gate?.after).toBeGreaterThan(first?.gate?.before ?? 1);
  });

  test("move the incumbent's score only when accepted", () => {
    const { incumbent, updates } = runView(finishedRun());
    for (const { iteration, decision, gate } of updates) {
      const point = incumbent.find((candidate) => candidate.iteration === iteration);
      if (gate !== null) expect(point?.mean).toBe(decision === "accepted" ? gate.after : gate.before);
      else expect(point?.mean).toBe(incumbent.find((other) => other.iteration === iteration - 1)?.mean);
    }
  });

  test("chosen by the global reward say nothing about local rewards", () => {
    const { local, global } = localGlobalChanges(runView(finishedRun()));
    const view = runView(finishedRun());
    expect(local).toHaveLength(view.updates.filter(({ scorer, gate }) => scorer === "local" && gate !== null).length);
    expect(global).toHaveLength(local.length);
  });
});

describe("time", () => {
  test("left is unknown before the first iteration is over and after the last", () => {
    expect(runView(stageOne().events).timeLeftMs).toBeNull();
    expect(runView(finishedRun()).timeLeftMs).toBeNull();
  });

  test("left is the mean iteration times the iterations to come", () => {
    const log = stageOne();
    iterate(log, 1);
    const view = runView(log.events);
    const began = log.events.find(({ type }) => type === "iteration")?.at ?? 0;
    const updated = log.events.find(({ type }) => type === "update")?.at ?? 0;
    // The checkpoint after the update took 200 ms of it.
    expect(view.timeLeftMs).toBeCloseTo((updated - began) * 11 - 200, 6);
  });

  test("left ends with the budget when that ends first", () => {
    const options = { budgetRuns: 500 };
    const log = stageOne(options);
    iterate(log, 1, options);
    const unlimited = stageOne({ budgetRuns: null });
    iterate(unlimited, 1, { budgetRuns: null });
    expect(runView(log.events).timeLeftMs).toBeLessThan(runView(unlimited.events).timeLeftMs ?? 0);
  });

  test("does not run backwards when the clock is set back", () => {
    const log = stageOne().add({ type: "warning", message: "clock" }, { ms: -60_000 });
    expect(runView(log.events).elapsedMs).toBe(runView(stageOne().events).elapsedMs);
  });
});

test("the cost of an event does not grow with the run", () => {
  const view = runView(stageOne().events);
  const { candidates, updates } = view;
  reduce(view, { type: "warning", message: "w", seq: 99, at: 0, systemRuns: 0 });
  const log = stageOne();
  iterate(log, 1);
  for (const event of log.events.filter(({ type }) => type === "candidate" || type === "update")) reduce(view, event);
  // The lists are extended, never copied.
  expect(view.candidates).toBe(candidates);
  expect(view.updates).toBe(updates);
  expect(candidates).toHaveLength(3);
});

test("results stand per split with their interval", () => {
  const results = splitResults(runView(finishedRun()));
  expect(results.map(({ split, n }) => [split, n])).toEqual([
    ["validation", 60],
    ["test", 100],
  ]);
  expect(splitResults(runView(interruptedRun()))).toEqual([]);
});

test("landscape points are grouped by variable", () => {
  const [landscape, ...others] = landscapes(runView(landscapeRun()));
  expect(landscape).toMatchObject({ component: "retriever", key: "k" });
  expect(landscape?.points.map(({ value }) => value)).toEqual([{ k: 1 }, { k: 5 }, { k: 10 }, { k: 25 }]);
  expect(others).toEqual([]);
});

/** Progress passes and is not in the log, so the last of it may differ. */
function settled(view: RunView): RunView {
  return { ...view, progress: null };
}
