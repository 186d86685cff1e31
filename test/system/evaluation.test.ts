import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Component } from "../../src/system/component.ts";
import { component, modelChoice } from "../../src/system/declaration.ts";
import {
  type EvaluationRequest,
  evaluate,
  type Reward,
  scoreTrajectory,
  worstCaseRuns,
} from "../../src/system/evaluation.ts";
import { BudgetExhausted, Ledger } from "../../src/system/ledger.ts";
import { wireSystem } from "../../src/system/system.ts";
import { executionOf, never, step } from "./smallSystem.ts";

const examples = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `r${index}`, x: `${index}` }));
const echo = step("echo", ["x"], ["y"], ({ x }) => ({ y: x }));

function request(
  given: Partial<EvaluationRequest> & { readonly components?: readonly Component[]; readonly limit?: number } = {},
): EvaluationRequest {
  const { components = [echo], limit, ...rest } = given;
  const system = wireSystem({ name: "toy", components, outputs: ["y"] });
  return {
    system,
    reward: ({ y }) => Number(y) / 10,
    examples: examples(5),
    execution: executionOf(system),
    ledger: new Ledger(system.shareOf, limit),
    purpose: "validation",
    concurrency: 2,
    signal: never(),
    ...rest,
  };
}

describe("an evaluation", () => {
  test("keeps the order of the examples, whatever ends first", async () => {
    // Later examples end earlier: each waits until all behind it are done.
    const waiting: (() => void)[] = [];
    const reversed = step("echo", ["x"], ["y"], async ({ x }) => {
      if (x !== "4") await new Promise<void>((resolve) => waiting.push(resolve));
      else
        queueMicrotask(() => {
          for (const go of waiting.toReversed()) go();
        });
      return { y: x };
    });
    const { scores, trajectories } = await evaluate(request({ components: [reversed], concurrency: 5 }));
    expect(scores).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(trajectories.map(({ example }) => example.id)).toEqual(["r0", "r1", "r2", "r3", "r4"]);
  });

  test("has as many examples under way as allowed, and never more", async () => {
    for (const concurrency of [1, 3]) {
      let [running, most] = [0, 0];
      const counting = step("echo", ["x"], ["y"], async ({ x }) => {
        running += 1;
        most = Math.max(most, running);
        await nextTurn();
        running -= 1;
        return { y: x };
      });
      await evaluate(request({ components: [counting], examples: examples(9), concurrency }));
      expect(most).toBe(concurrency);
    }
  });

  test("counts a failure with score 0, lists it, and keeps it in the mean", async () => {
    const fragile = step("echo", ["x"], ["y"], ({ x }) => {
      if (x === "3") throw new Error("no three");
      return { y: x };
    });
    const { scores, mean, failures } = await evaluate(request({ components: [fragile] }));
    expect(scores).toEqual([0, 0.1, 0.2, 0, 0.4]);
    expect(mean).toBeCloseTo(0.7 / 5, 12);
    expect(failures).toEqual([{ exampleId: "r3", at: "echo", kind: "threw", message: "no three" }]);
  });

  test.each<[string, Reward, RegExp]>([
    [
      "throws",
      () => {
        throw new Error("no key");
      },
      /no key/,
    ],
    ["rejects", () => Promise.reject(new Error("no network")), /no network/],
    ["is NaN", () => Number.NaN, /returned NaN, which is not a finite number/],
    ["is infinite", () => Number.POSITIVE_INFINITY, /returned Infinity/],
    ["is no number", () => "1" as unknown as number, /returned 1, which is not a finite number/],
    ["is missing", () => undefined as unknown as number, /returned undefined/],
  ])("lists a reward that %s as failure of the reward, not of the run", async (_what, broken, message) => {
    const reward: Reward = (output, example, context) => (example.id === "r1" ? broken(output, example, context) : 1);
    const { scores, failures } = await evaluate(request({ reward }));
    expect(scores).toEqual([1, 0, 1, 1, 1]);
    expect(failures).toMatchObject([{ exampleId: "r1", at: "reward", kind: "reward" }]);
    expect(failures[0]?.message).toMatch(message);
  });

  test("gives up a reward that never comes, for its example alone", async () => {
    const reward: Reward = (_output, example) => (example.id === "r1" ? new Promise<number>(() => {}) : 1);
    const asked = request({ reward });
    const { scores, failures } = await evaluate({ ...asked, execution: { ...asked.execution, timeoutMs: 20 } });
    expect(scores).toEqual([1, 0, 1, 1, 1]);
    expect(failures).toEqual([
      {
        exampleId: "r1",
        at: "reward",
        kind: "reward",
        message: "the reward gave no score within 0.02 s; raise timeoutMs if it needs longer",
      },
    ]);
  });

  test("waits for no reward once it is aborted", async () => {
    const reason = new Error("stopped");
    const controller = new AbortController();
    const asked = request({ components: [echo] });
    const trajectory = (await evaluate(asked)).trajectories[0];
    if (trajectory === undefined) throw new Error("nothing ran");
    const never = () => new Promise<number>(() => {});
    const scoring = scoreTrajectory(asked.system, trajectory, never, controller.signal, 60_000);
    controller.abort(reason);
    await expect(scoring).rejects.toBe(reason);
  });

  test("gives the reward the final outputs only, and the example", async () => {
    const seen: unknown[] = [];
    const components = [step("first", ["x"], ["z"]), step("last", ["z"], ["y"])];
    const reward: Reward = (output, example) => seen.push([output, example]);
    await evaluate(request({ components, reward, examples: [{ id: "r", x: "q", y: "right" }] }));
    expect(seen).toEqual([[{ y: "q>first>last" }, { id: "r", x: "q", y: "right" }]]);
  });

  test("fails an example whose last component was skipped, even where the example holds the right answer", async () => {
    const components = [echo, step("other", ["x"], ["z"])];
    const system = wireSystem({ name: "toy", components, outputs: ["y"], route: () => ["other"] });
    const { scores, failures } = await evaluate({
      ...request({ components, reward: () => 1, examples: [{ id: "r", x: "q", y: "right" }] }),
      system,
      execution: executionOf(system),
    });
    expect(scores).toEqual([0]);
    expect(failures).toMatchObject([{ at: "echo", kind: "field" }]);
  });

  test("costs one run per example and gives back what failures did not use", async () => {
    const components = [
      step("first", ["x"], ["z"], ({ x }) => {
        if (x === "0") throw new Error("no");
        return { z: x };
      }),
      step("last", ["z"], ["y"]),
    ];
    const asked = request({ components, limit: 5 });
    await evaluate(asked);
    expect(asked.ledger.spent).toBe(4.5);
    expect(asked.ledger.left).toBeCloseTo(0.5, 6);
  });

  test("does not start when the budget cannot pay for the worst case", async () => {
    const asked = request({ limit: 4 });
    await expect(evaluate(asked)).rejects.toThrow(BudgetExhausted);
    expect(asked.ledger.spent).toBe(0);
  });

  test("of a configuration that differs in one component runs that and what is behind it", async () => {
    const components = [step("first", ["x"], ["z"]), step("last", ["z"], ["y"])];
    const asked = request({ components, limit: 7.5 });
    const { trajectories } = await evaluate(asked);
    const again = await evaluate({ ...asked, from: { components: ["last"], trajectories } });
    expect(asked.ledger.spent).toBe(7.5);
    expect(again.trajectories.map(({ steps }) => steps.get("first"))).toEqual(
      trajectories.map(({ steps }) => steps.get("first")),
    );
  });

  test("rejects with the abort's reason and gives the reservation back", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    const asked = request({ components: [step("echo", ["x"], ["y"], () => new Promise<never>(() => {}))], limit: 10 });
    const execution = executionOf(asked.system, { signal: controller.signal });
    const pending = evaluate({ ...asked, execution, signal: controller.signal });
    await nextTurn();
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await nextTurn();
    expect(asked.ledger.left + asked.ledger.spent).toBeCloseTo(10, 6);
  });

  test("tells how many examples are done", async () => {
    const counts: number[] = [];
    await evaluate(request({ onExample: (done) => counts.push(done) }));
    expect(counts).toEqual([1, 2, 3, 4, 5]);
  });

  test("of no examples is a defect", async () => {
    await expect(evaluate(request({ examples: [] }))).rejects.toThrow(RangeError);
  });
});

test("the worst case of a per-input choice counts every model", () => {
  const chooser = component({
    name: "chooser",
    description: "",
    inputs: ["x"],
    outputs: ["z"],
    variable: modelChoice(["a", "b", "c"]),
    run: () => ({ z: "" }),
  });
  const { system } = request({ components: [chooser, step("last", ["z"], ["y"])] });
  expect(worstCaseRuns(system, { chooser: "a" })).toBe(1);
  expect(worstCaseRuns(system, { chooser: { perInput: true, fallback: "a" } })).toBe(2);
  expect(worstCaseRuns(system, { chooser: "a" }, ["last"])).toBe(0.5);
});
