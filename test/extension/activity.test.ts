import { describe, expect, test } from "vitest";
import {
  componentActivity,
  type OwnRun,
  ownActivity,
  systemActivity,
} from "../../src/extension/components/activity.ts";
import type { EditorRunGoal } from "../../src/extension/runs/editorRunRequest.ts";
import { aKnownRun } from "../run/aKnownRun.ts";
import { interruptedRun, stageOne } from "../run/exampleEvents.ts";
import { exampleOutputs } from "../run/exampleOutputs.ts";

const files = { files: ["/w/experiment.ts"], systems: ["hotpotqa"] };
const optimize = (components: readonly string[] | undefined): EditorRunGoal => ({
  kind: "optimize",
  components,
  iterations: 10,
});

function own(goal: EditorRunGoal, given: Partial<OwnRun> = {}): OwnRun {
  const plan = { file: "/w/experiment.ts", goal };
  return { id: "editor run 1", plan, state: { kind: "running" }, output: undefined, folder: undefined, ...given };
}

/** In the third of twelve iterations, at the retriever. */
const iterating = exampleOutputs.optimizing(2);

const of = (run: OwnRun, name = "retriever") => componentActivity(name, files, { own: [run], others: [] });

describe("what is being done to a component", () => {
  test("is told of the run that may change it alone, from its queue to its end", () => {
    expect(of(own(optimize(["retriever"]), { state: { kind: "queued" } }))).toMatchObject({ state: "queued" });
    expect(of(own(optimize(["retriever"]), { output: iterating }))).toEqual({
      state: "running",
      goal: "optimize",
      iteration: { iteration: 3, of: 12 },
      stop: { editorRun: "editor run 1" },
      simulated: true,
    });
    expect(of(own(optimize(["retriever"])), "writer")).toBeUndefined();
    const ended = own(optimize(["retriever"]), { state: { kind: "ended", end: { kind: "finished" } } });
    expect([of(ended), ownActivity(ended)]).toEqual([undefined, undefined]);
  });

  test("is told of a run of several only while it is just at it", () => {
    const run = own(optimize(undefined), { output: iterating });
    expect(of(run)?.iteration).toEqual({ iteration: 3, of: 12 });
    expect(of(run, "writer")).toBeUndefined();
    expect(of(own(optimize(undefined)))).toBeUndefined();
    expect(of(own({ kind: "evaluate" }))).toBeUndefined();
    expect(of(own({ kind: "landscape", component: "retriever", key: "k" }))?.goal).toBe("landscape");
  });

  test("is told of runs elsewhere, which cannot be stopped from here", () => {
    const events = interruptedRun().slice(0, -1);
    const info = { experiment: { path: "/w/experiment.ts", given: "experiment.ts" } };
    const terminal = aKnownRun("a", events, { info, live: true });
    const live = { own: [], others: [terminal] };
    expect(componentActivity("retriever", files, live)).toMatchObject({ stop: undefined, iteration: { iteration: 3 } });
    expect(componentActivity("hint_generator", files, live)).toBeUndefined();
    expect(componentActivity("retriever", { files: ["/w/other.ts"], systems: ["hotpotqa"] }, live)).toBeUndefined();
  });
});

describe("what is being done to a system", () => {
  test("is told of any run of its experiments", () => {
    const run = own({ kind: "evaluate" });
    expect(systemActivity(files, { own: [run], others: [] })?.goal).toBe("evaluate");
    expect(
      systemActivity({ files: ["/w/other.ts"], systems: ["hotpotqa"] }, { own: [run], others: [] }),
    ).toBeUndefined();
    const fromCode = aKnownRun("a", stageOne().events, { info: { experiment: { path: "", given: "" } }, live: true });
    expect(systemActivity(files, { own: [], others: [fromCode] })).toMatchObject({ state: "running", stop: undefined });
  });
});
