import { describe, expect, test } from "vitest";
import { english } from "../../src/extension/l10n.ts";
import { rerunPlan } from "../../src/extension/panel/rerunPlan.ts";
import { type RerunKernel, RowRerun } from "../../src/extension/panel/rowRerun.ts";
import { TrialFailed, type TrialPlan, TrialStopped } from "../../src/extension/trials/trialKernel.ts";
import { KernelDied } from "../../src/notebook/kernel.ts";
import type { Rerun } from "../../src/run/panel/rerun.ts";
import type { TrialOutputOf } from "../../src/run/trialOutput.ts";
import { killed } from "../notebook/fakeKernel.ts";

const of = { exampleId: "row 1", iteration: 3 };
const plan: TrialPlan = {
  file: "/w/qa.ts",
  exported: { by: "system", system: "qa" },
  asInRun: "/w/.optimas/runs/a",
  start: { answerer: "Answer." },
};
const offer: TrialOutputOf<"offer"> = {
  kind: "offer",
  system: "qa",
  model: "simulated:text",
  simulated: true,
  components: [],
  examples: [],
  checkRows: 0,
  leftOut: [],
  taken: [],
};
const result: TrialOutputOf<"example"> = {
  kind: "example",
  exampleId: "row 1",
  example: { id: "row 1" },
  score: 0.75,
  ms: 12,
  failure: null,
  steps: [],
};

/** A rerun on kernels that do what the test says. */
function fakeRerun(behave: (plan: TrialPlan, kernel: number) => Partial<RerunKernel> = () => ({})) {
  const states: Rerun[] = [];
  const plans: TrialPlan[] = [];
  const log: string[] = [];
  let [disposed, interrupts] = [0, 0];
  const rerun = new RowRerun({
    l10n: english,
    onChange: (state) => states.push(state),
    onLog: (line) => log.push(line),
    kernel: (given) => {
      plans.push(given);
      return {
        offer: async () => offer,
        runExamples: async (ids, on) => {
          expect(ids).toEqual(["row 1"]);
          for (const component of ["writer", "answerer"]) on.step?.("row 1", component);
          on.run(result);
        },
        ...behave(given, plans.length - 1),
        interrupt: () => {
          interrupts += 1;
          behave(given, plans.length - 1).interrupt?.();
        },
        dispose: async () => {
          disposed += 1;
        },
      };
    },
  });
  return {
    rerun,
    states,
    plans,
    log,
    get disposed() {
      return disposed;
    },
    get interrupts() {
      return interrupts;
    },
  };
}

describe("running a row again", () => {
  test("opens the experiment in a process of its own, tells how far it is, and ends the process", async () => {
    const fake = fakeRerun();
    await fake.rerun.run(of, plan, 2);
    expect(fake.states).toEqual([
      { kind: "opening", of },
      { kind: "running", of, done: 0, total: 2 },
      { kind: "running", of, done: 1, total: 2 },
      { kind: "running", of, done: 2, total: 2 },
      { kind: "done", of, model: "simulated:text", simulated: true, result, rewardsProblem: null },
    ]);
    expect([fake.plans, fake.disposed]).toEqual([[plan], 1]);
  });

  test("runs one row at a time", async () => {
    let open: () => void = () => undefined;
    const fake = fakeRerun(() => ({ offer: () => new Promise((resolve) => (open = () => resolve(offer))) }));
    const first = fake.rerun.run(of, plan, 2);
    await fake.rerun.run({ exampleId: "row 2", iteration: 0 }, plan, 2);
    fake.rerun.refuse(of, "no");
    open();
    await first;
    expect(fake.plans).toHaveLength(1);
    expect(fake.rerun.state.kind).toBe("done");
  });

  test("stops when it is asked to, and by force when it is asked again", async () => {
    let stop: (error: Error) => void = () => undefined;
    const fake = fakeRerun(() => ({ runExamples: () => new Promise((_, reject) => (stop = reject)) }));
    const done = fake.rerun.run(of, plan, 2);
    await expect.poll(() => fake.rerun.state.kind).toBe("running");
    fake.rerun.stop();
    fake.rerun.stop();
    expect([fake.rerun.state, fake.interrupts]).toEqual([{ kind: "stopping", of }, 2]);
    stop(new TrialStopped("The step was stopped."));
    await done;
    expect([fake.rerun.state, fake.disposed]).toEqual([{ kind: "stopped", of }, 1]);
    fake.rerun.stop();
    expect(fake.rerun.state).toEqual({ kind: "stopped", of });
  });

  test("refuses a configuration that no longer fits, instead of running another", async () => {
    const leftOut = ["The accepted value of writer is left out: the system has no such component any more."];
    const fake = fakeRerun(() => ({ offer: async () => ({ ...offer, leftOut }) }));
    await fake.rerun.run(of, plan, 2);
    expect(fake.rerun.state).toMatchObject({ kind: "refused", of, remedy: null });
    expect(JSON.stringify(fake.rerun.state)).toContain("no such component any more");
    expect(fake.disposed).toBe(1);
  });

  test("goes without local rewards where those of the run cannot be used, and says so", async () => {
    const withRewards = { ...plan, rewardsFrom: "/w/.optimas/runs/a" };
    const fake = fakeRerun(({ rewardsFrom }) =>
      rewardsFrom === undefined
        ? {}
        : {
            offer: async () => {
              throw new TrialFailed({ name: "UserError", message: "of another backbone", stack: "" });
            },
          },
    );
    await fake.rerun.run(of, withRewards, 2);
    expect(fake.rerun.state).toMatchObject({ kind: "done", rewardsProblem: "of another backbone" });
    expect([fake.plans.length, fake.disposed]).toEqual([2, 2]);
    expect(fake.plans[1]?.rewardsFrom).toBeUndefined();
  });

  test("tells what the user's code threw, and why a process died", async () => {
    const thrown = fakeRerun(() => ({
      offer: async () => {
        throw new TrialFailed({ name: "Error", message: "no key", stack: "Error: no key\n at qa.ts:3:1" });
      },
    }));
    await thrown.rerun.run(of, plan, 2);
    expect(thrown.rerun.state).toEqual({ kind: "failed", of, message: "no key" });
    expect(thrown.log.join("\n")).toContain("qa.ts:3:1");
    const died = fakeRerun(() => ({
      runExamples: async () => {
        throw new KernelDied(killed);
      },
    }));
    await died.rerun.run(of, plan, 2);
    expect(died.rerun.state).toMatchObject({ kind: "failed", of });
    expect(died.disposed).toBe(1);
  });
});

test("a row is refused in words where the run's data are no longer there", async () => {
  const sentence =
    "Since run 20261121-150307-qa-k3f9 was started the validation data (rows.jsonl) changed, so that its rows cannot be run again as they were. Undo the change, or start a new run.";
  const fake = fakeRerun(() => ({
    offer: async () => {
      throw new TrialFailed({ name: "UserError", message: sentence, stack: "" });
    },
  }));
  await fake.rerun.run(of, plan, 2);
  expect(fake.rerun.state).toEqual({ kind: "refused", of, message: sentence, remedy: null });
});

describe("what a row is run again with", () => {
  const info = {
    runId: "20261121-150307-qa-k3f9",
    system: "qa",
    experiment: { path: "/w/qa.ts", given: "qa.ts", digest: "abc" },
  };
  const planned = (given: Partial<Parameters<typeof rerunPlan>[0]> = {}) =>
    rerunPlan(
      {
        folder: "/w/.optimas/runs/a",
        info,
        configuration: { answerer: "Answer." },
        hasRewards: false,
        digestOf: () => "abc",
        ...given,
      },
      english,
    );

  test("is the experiment's file, the run's rows and the cell's values", () => {
    expect(planned()).toEqual({ kind: "plan", file: "/w/qa.ts", hasChanged: false, plan });
    expect(planned({ hasRewards: true })).toMatchObject({ plan: { rewardsFrom: "/w/.optimas/runs/a" } });
  });

  test("is asked about where the file is another than when the run began", () => {
    expect(planned({ digestOf: () => "other" })).toMatchObject({ hasChanged: true });
    // Runs of earlier versions do not tell.
    const older = { ...info, experiment: { path: "/w/qa.ts", given: "qa.ts" } };
    expect(planned({ info: older, digestOf: () => "other" })).toMatchObject({ hasChanged: false });
  });

  test("is refused where the file is gone or there is none, with what to do", () => {
    const gone = planned({ digestOf: () => undefined });
    expect(gone).toEqual({
      kind: "refused",
      message: "qa.ts is no longer in /w. Put it back there, or start a new run of the experiment where it lies now.",
    });
    for (const path of ["", "/w/notes.optnb", "/w/notes.ipynb"]) {
      const { kind, ...rest } = planned({ info: { ...info, experiment: { path, given: path } } });
      expect([kind, JSON.stringify(rest)]).toEqual(["refused", expect.stringContaining("runExamples")]);
    }
  });
});
