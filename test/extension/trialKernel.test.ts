import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { english } from "../../src/extension/l10n.ts";
import {
  TrialFailed,
  TrialKernel,
  type TrialKernelState,
  TrialStopped,
} from "../../src/extension/trials/trialKernel.ts";
import { KernelDied } from "../../src/notebook/kernel.ts";
import { startKernel } from "../../src/notebook/kernelClient.ts";
import { kernelEnvironment } from "../../src/notebook/kernelEnvironment.ts";
import { TRIAL_OUTPUT_MIME, type TrialOutput } from "../../src/run/trialOutput.ts";
import { kernelEntry } from "../kernel/kernelBench.ts";
import { FakeClock } from "../notebook/fakeClock.ts";
import { FakeKernel, killed } from "../notebook/fakeKernel.ts";

const plan = { file: "/work/a/experiment.ts", exported: { by: "name", name: "default" } } as const;

const offer: TrialOutput = {
  kind: "offer",
  system: "s",
  model: "m",
  simulated: true,
  components: [],
  examples: [],
  checkRows: 0,
  leftOut: [],
  taken: [],
};
const shown = (output: unknown) => ({ type: "result" as const, data: { [TRIAL_OUTPUT_MIME]: output as never } });

/** Trials on kernels that do what the test says. */
function fakeTrials() {
  const kernels: FakeKernel[] = [];
  const states: TrialKernelState["kind"][] = [];
  const log: string[] = [];
  const clock = new FakeClock();
  const trials = new TrialKernel({
    plan,
    l10n: english,
    clock,
    onLog: (line) => log.push(line),
    onChange: ({ kind }) => {
      if (kind !== states.at(-1)) states.push(kind);
    },
    start: async (listener) => {
      const kernel = new FakeKernel(listener);
      kernels.push(kernel);
      return kernel;
    },
  });
  /** The kernel, once it was given so many cells. */
  const kernel = async (cells: number, which = 0): Promise<FakeKernel> => {
    await expect.poll(() => kernels[which]?.executed.length).toBe(cells);
    const found = kernels[which];
    if (found === undefined) throw new Error("no kernel was started");
    return found;
  };
  return { trials, states, kernels, kernel, log, clock };
}

describe("a kernel for trials", () => {
  test("starts nothing before the first step, and opens the experiment once", async () => {
    const { trials, kernels, kernel, states } = fakeTrials();
    expect(kernels).toHaveLength(0);
    expect(trials.state.kind).toBe("closed");
    const first = trials.offer();
    const second = trials.offer();
    (await kernel(1)).answer("succeeded");
    const one = await kernel(2);
    one.give(shown(offer));
    one.answer("succeeded");
    expect(await first).toEqual(offer);
    (await kernel(3)).give(shown(offer));
    one.answer("succeeded");
    expect(await second).toEqual(offer);
    expect(one.executed.map(({ code }) => code.split("\n").at(-1))).toEqual([
      `const trials = await experiment.trials({"file":"/work/a/experiment.ts"});`,
      "await trials.offer()",
      "await trials.offer()",
    ]);
    expect(states).toEqual(["opening", "ready", "busy", "ready", "busy", "ready"]);
  });

  test("fails with what code threw, and opens anew for the next step when it was the opening", async () => {
    const { trials, kernel } = fakeTrials();
    const error = { type: "error" as const, name: "TypeError", message: "no", stack: "TypeError: no" };
    const step = trials.offer();
    const broken = await kernel(1);
    broken.give(error);
    broken.answer("failed");
    const thrown = await step.catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(TrialFailed);
    expect(thrown).toMatchObject({ message: "no", error });
    expect((await broken.ended).how).toBe("disposed");
    const again = trials.offer();
    (await kernel(1, 1)).answer("succeeded");
    const fresh = await kernel(2, 1);
    fresh.give(shown(offer));
    fresh.answer("succeeded");
    expect(await again).toEqual(offer);
  });

  test("says how its kernel died, also between two steps, and starts anew", async () => {
    const { trials, kernel, kernels } = fakeTrials();
    const step = trials.offer();
    (await kernel(1)).answer("succeeded");
    (await kernel(2)).die();
    const thrown = await step.catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(KernelDied);
    expect(thrown).toMatchObject({ end: killed });
    expect(trials.state.kind).toBe("closed");
    const next = trials.offer();
    (await kernel(1, 1)).answer("succeeded");
    const second = await kernel(2, 1);
    second.give(shown(offer));
    second.answer("succeeded");
    await next;
    second.die();
    await expect.poll(() => trials.state.kind).toBe("closed");
    expect(kernels).toHaveLength(2);
  });

  test("stops the step under way and takes back those that wait", async () => {
    const { trials, kernel, clock } = fakeTrials();
    const first = trials.offer().catch((reason: unknown) => reason);
    const second = trials.offer().catch((reason: unknown) => reason);
    (await kernel(1)).answer("succeeded");
    const one = await kernel(2);
    trials.interrupt();
    expect(trials.state).toEqual({ kind: "stopping", forced: false });
    clock.advance(1_000);
    trials.interrupt();
    expect(trials.state).toEqual({ kind: "stopping", forced: true });
    one.answer("interrupted");
    expect(await first).toBeInstanceOf(TrialStopped);
    expect(await second).toBeInstanceOf(TrialStopped);
    expect(one.executed).toHaveLength(2);
    expect(trials.state.kind).toBe("ready");
  });

  test("gives rows one by one, and logs what it cannot read", async () => {
    const { trials, kernel, log } = fakeTrials();
    const seen: string[] = [];
    const step = trials.runExamples(["a", "b"], {
      start: (id) => seen.push(`${id} begins`),
      run: ({ exampleId }) => seen.push(exampleId),
    });
    (await kernel(1)).answer("succeeded");
    const one = await kernel(2);
    const row = { kind: "example", example: {}, score: 1, ms: 3, failure: null, steps: [] };
    one.give(shown({ kind: "started", exampleId: "b" }), shown({ ...row, exampleId: "b" }));
    await expect.poll(() => seen).toEqual(["b begins", "b"]);
    one.give(shown({ ...row, exampleId: 7 }), shown({ ...row, exampleId: "a" }));
    one.answer("succeeded");
    await step;
    expect(seen).toEqual(["b begins", "b", "a"]);
    expect(log.join()).toContain("not what was agreed on");
  });

  test("does nothing after its end", async () => {
    const { trials, kernels } = fakeTrials();
    await trials.dispose();
    await expect(trials.offer()).rejects.toBeInstanceOf(TrialStopped);
    expect(kernels).toHaveLength(0);
    expect(trials.state.kind).toBe("disposed");
  });
});

describe("trials in a real kernel", () => {
  const folder = mkdtempSync(join(tmpdir(), "optimas-trials-"));
  const file = join(folder, "experiment.ts");
  const open: TrialKernel[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((trials) => trials.dispose()));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const real = (exported: "default" | "missing" = "default") => {
    const trials = new TrialKernel({
      plan: { file, exported: { by: "name", name: exported } },
      l10n: english,
      onLog: () => undefined,
      start: (listener) =>
        startKernel({
          folder,
          entry: kernelEntry,
          environment: kernelEnvironment(process.env, { electron: false }),
          listener,
        }),
    });
    open.push(trials);
    return trials;
  };

  writeFileSync(
    file,
    `import { component, experiment, options, range, system } from "optimas";
const doubler = component({
  name: "doubler", description: "Doubles.", inputs: ["x"], outputs: ["y"],
  variable: options({ k: range(1, 4, { integer: true }) }, { k: 2 }),
  run: async ({ x }, { variable, signal }) => {
    if (x === "3") throw new Error("three is too much");
    if (x === "4") await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    return { y: String(Number(x) * variable.k) };
  },
});
const row = (x) => ({ id: "row-" + x, x: String(x), y: String(2 * x) });
export default experiment({
  system: system({ name: "double", components: [doubler], outputs: ["y"] }),
  data: { train: [10, 20].map(row), validation: [1, 2, 3, 4, 5].map(row) },
  reward: ({ y }, example) => (y === example.y ? 1 : 0),
});
`,
  );

  test("tell what can be tried, try, check and run rows", async () => {
    const trials = real();
    const told = await trials.offer();
    expect(told).toMatchObject({ system: "double", components: [{ name: "doubler", current: { k: 2 } }] });
    expect(told.examples.map(({ id }) => id)).toEqual([
      "row-1",
      "row-2",
      "row-3",
      "row-4",
      "row-5",
      "row-10",
      "row-20",
    ]);
    const value = await trials.tryValue("doubler", { k: 3 }, { example: "row-2", alone: true });
    expect(value.tried).toMatchObject([
      { role: "asked", output: { y: "6" } },
      { role: "current", output: { y: "4" } },
    ]);
    const runs: [string, number, string | undefined][] = [];
    const begun: string[] = [];
    await trials.runExamples(["row-5", "row-3"], {
      start: (id) => begun.push(id),
      run: ({ exampleId, score, failure, ms }) => {
        runs.push([exampleId, score, failure?.message]);
        expect(ms).toBeGreaterThanOrEqual(0);
      },
    });
    expect(begun).toEqual(["row-5", "row-3"]);
    expect(runs.sort()).toEqual([
      ["row-3", 0, "three is too much"],
      ["row-5", 1, undefined],
    ]);
    await expect(trials.runExamples(["row-9"], { run: () => undefined })).rejects.toThrow('called "row-9"');
  });

  test("stop a row that takes long, and go on", async () => {
    const trials = real();
    await trials.offer();
    const seen: string[] = [];
    const step = trials.runExamples(["row-4", "row-1"], {
      run: ({ exampleId }) => {
        seen.push(exampleId);
        trials.interrupt();
      },
    });
    await expect(step).rejects.toBeInstanceOf(TrialStopped);
    expect(seen).toEqual(["row-1"]);
    expect((await trials.keep("doubler", { k: 4 })).components).toMatchObject([{ current: { k: 4 } }]);
  });

  test("say where an experiment must be exported", async () => {
    const thrown = await real("missing")
      .offer()
      .catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(TrialFailed);
    expect(String(thrown)).toContain('What experiment.ts exports as "missing" is no experiment.');
  });
});
