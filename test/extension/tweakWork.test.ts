import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { english } from "../../src/extension/l10n.ts";
import { TrialFailed, type TrialKernelState, TrialStopped } from "../../src/extension/trials/trialKernel.ts";
import { TweakWork, type WorkKernel } from "../../src/extension/trials/tweakWork.ts";
import { KernelDied } from "../../src/notebook/kernel.ts";
import type { TrialOutputOf } from "../../src/run/trialOutput.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { killed } from "../notebook/fakeKernel.ts";
import { exampleOffer } from "../webview/tweakPage.ts";

type Progress = (progress: TrialOutputOf<"progress">) => void;

/** A kernel whose steps end when the test says so. */
class FakeTrials implements WorkKernel {
  readonly plan;
  readonly tell: (state: TrialKernelState) => void;
  readonly steps: { readonly name: string; readonly value?: VariableValue; readonly progress?: Progress }[] = [];
  state: TrialKernelState = { kind: "ready" };
  interrupts = 0;
  disposed = false;
  #end: ((given: unknown) => void)[] = [];
  #fail: ((error: Error) => void)[] = [];

  constructor(rewardsFrom: string | undefined, tell: (state: TrialKernelState) => void) {
    this.plan = { file: "/w/experiment.ts", exported: { by: "name", name: "default" }, rewardsFrom } as const;
    this.tell = tell;
  }

  offer = () => this.#step<TrialOutputOf<"offer">>("offer");
  tryValue = (_: string, value: VariableValue) => this.#step<TrialOutputOf<"value">>("try", value);
  check = (_: string, value: VariableValue, progress?: Progress) =>
    this.#step<TrialOutputOf<"check">>("check", value, progress);
  keep = (_: string, value: VariableValue) => this.#step<TrialOutputOf<"offer">>("keep", value);

  interrupt(): void {
    this.interrupts += 1;
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    this.fail(new TrialStopped("gone"));
  }

  /** The step under way gives this. */
  give(given: unknown): void {
    this.#fail.shift();
    this.#end.shift()?.(given);
  }

  fail(error: Error): void {
    this.#end.shift();
    this.#fail.shift()?.(error);
  }

  #step<T>(name: string, value?: VariableValue, progress?: Progress): Promise<T> {
    this.steps.push({ name, ...(value !== undefined && { value }), ...(progress && { progress }) });
    return new Promise<T>((resolve, reject) => {
      this.#end.push((given) => resolve(given as T));
      this.#fail.push(reject);
    });
  }
}

const error = (message: string) =>
  new TrialFailed({ name: "Error", message, stack: `Error: ${message}\n    at /w/data.ts:3:7` });
const [component] = exampleOffer.components;
if (component === undefined) throw new Error("no component");
const offer = { ...exampleOffer, components: [component, { ...component, name: "other" }] };
const output = (k: number) => ({ kind: "value", component: "retriever", exampleId: "v0", input: {}, tried: [], k });
const asked = (k: number) => ({ value: { k }, example: "v0" });

describe("the work of a panel", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const settled = () => vi.advanceTimersByTimeAsync(0);

  function begin(rewards: string | undefined = undefined) {
    const kernels: FakeTrials[] = [];
    const work = new TweakWork({
      component: "retriever",
      kernel: (rewardsFrom, onChange) => {
        const kernel = new FakeTrials(rewardsFrom, onChange);
        kernels.push(kernel);
        return kernel;
      },
      rewards: async () => rewards,
      l10n: english,
      onChange: () => undefined,
      onLog: () => undefined,
    });
    const kernel = (which = kernels.length - 1): FakeTrials => {
      const found = kernels[which];
      if (found === undefined) throw new Error("no kernel");
      return found;
    };
    return { work, kernel, kernels };
  }

  /** Open, with nothing tried. */
  async function ready(rewards?: string) {
    const begun = begin(rewards);
    const starting = begun.work.start();
    await settled();
    begun.kernel().give(offer);
    await starting;
    expect(begun.work.parts.phase).toEqual({ kind: "ready" });
    return begun;
  }

  test("opens the experiment, and offers its own component alone", async () => {
    const { work, kernel } = await ready("/w/.optimas/runs/r");
    expect(kernel().plan.rewardsFrom).toBe("/w/.optimas/runs/r");
    expect(work.parts.offer?.components).toEqual([component]);
  });

  test("does without local rewards that cannot be used, and says why", async () => {
    const { work, kernel } = begin("/w/.optimas/runs/r");
    const starting = work.start();
    await settled();
    kernel(0).fail(error("another backbone"));
    await settled();
    expect([kernel(0).disposed, kernel(1).plan.rewardsFrom]).toEqual([true, undefined]);
    kernel(1).give(offer);
    await starting;
    expect(work.parts.phase).toEqual({ kind: "ready" });
    expect(work.parts.rewardsProblem).toBe("The local rewards that a run has learned cannot be used: another backbone");
  });

  test("says why an experiment cannot be opened, and where to look", async () => {
    const { work, kernel } = begin();
    const starting = work.start();
    await settled();
    kernel().fail(error("no data"));
    await starting;
    expect(work.parts.phase).toEqual({ kind: "failed", message: "no data", placed: true });
    expect(work.failurePlace).toEqual({ file: "/w/data.ts", line: 3, column: 7 });
  });

  test("says that the component is not in the system", async () => {
    const { work, kernel } = begin();
    const starting = work.start();
    await settled();
    kernel().give({ ...offer, components: [] });
    await starting;
    expect(work.parts.phase).toMatchObject({
      kind: "failed",
      message: "The system qa has no component called retriever.",
    });
  });

  test("tries a value and tells what it gave", async () => {
    const { work, kernel } = await ready();
    work.try(asked(5));
    expect(work.parts.trial).toEqual({ kind: "busy", asked: asked(5) });
    kernel().give(output(5));
    await settled();
    expect(work.parts.trial).toEqual({ kind: "done", asked: asked(5), output: output(5) });
    work.try(asked(6));
    kernel().fail(error("the row is empty"));
    await settled();
    expect(work.parts.trial).toEqual({ kind: "failed", asked: asked(6), message: "the row is empty" });
  });

  test("stops a trial that nobody waits for any more, and tries only the latest value", async () => {
    const { work, kernel } = await ready();
    work.try(asked(1));
    work.try(asked(2));
    work.try(asked(3));
    expect(kernel().interrupts).toBe(0);
    await vi.advanceTimersByTimeAsync(1000);
    // Asked twice, it would be stopped by force.
    expect(kernel().interrupts).toBe(1);
    work.try(asked(4));
    await vi.advanceTimersByTimeAsync(1000);
    expect(kernel().interrupts).toBe(1);
    kernel().fail(new TrialStopped("stopped"));
    await settled();
    expect(kernel().steps.map(({ value }) => value)).toEqual([undefined, { k: 1 }, { k: 4 }]);
    expect(work.parts.trial).toEqual({ kind: "busy", asked: asked(4) });
    kernel().give(output(4));
    await settled();
    expect(work.parts.trial).toMatchObject({ kind: "done", asked: asked(4) });
  });

  test("does not stop a trial that is done in time, and does not show it", async () => {
    const { work, kernel } = await ready();
    work.try(asked(1));
    work.try(asked(2));
    await vi.advanceTimersByTimeAsync(100);
    kernel().give(output(1));
    await vi.advanceTimersByTimeAsync(1000);
    expect(kernel().interrupts).toBe(0);
    expect(work.parts.trial).toEqual({ kind: "busy", asked: asked(2) });
  });

  test("says that a trial was stopped by hand", async () => {
    const { work, kernel } = await ready();
    work.try(asked(1));
    work.stop();
    kernel().fail(new TrialStopped("stopped"));
    await settled();
    expect(work.parts.trial).toEqual({ kind: "failed", asked: asked(1), message: "The trial was stopped." });
  });

  test("checks a value, tells how far it is, and tries nothing meanwhile", async () => {
    const { work, kernel } = await ready();
    const checking = work.check({ k: 5 });
    kernel().steps.at(-1)?.progress?.({ kind: "progress", label: "gate", done: 1, total: 2 });
    work.try(asked(1));
    expect(work.parts.check).toMatchObject({ kind: "busy", progress: { done: 1, total: 2 }, stopping: false });
    expect(kernel().steps.map(({ name }) => name)).toEqual(["offer", "check"]);
    work.stop();
    expect(work.parts.check).toMatchObject({ stopping: true });
    kernel().fail(new TrialStopped("stopped"));
    await checking;
    expect(work.parts.check).toEqual({ kind: "stopped", value: { k: 5 } });
    expect(work.parts.phase).toEqual({ kind: "ready" });
  });

  test("tells of the kernel's death, in a step and between two, and starts again", async () => {
    const { work, kernel, kernels } = await ready();
    work.try(asked(1));
    kernel().fail(new KernelDied(killed));
    await settled();
    expect(work.parts).toMatchObject({ phase: { kind: "died", reason: killed.reason }, trial: { kind: "none" } });
    const starting = work.start();
    await settled();
    kernel().give(offer);
    await starting;
    expect(kernels).toHaveLength(2);
    expect(kernel(0).disposed).toBe(true);
    kernel().tell({ kind: "closed" });
    expect(work.parts.phase).toEqual({ kind: "died", reason: "The kernel of this panel ended by itself." });
  });

  test("forgets a start that another one has overtaken", async () => {
    const { work, kernel } = begin();
    const first = work.start();
    await settled();
    const second = work.start();
    await settled();
    kernel(1).give(offer);
    await Promise.all([first, second]);
    expect(work.parts.phase).toEqual({ kind: "ready" });
    expect(kernel(0).disposed).toBe(true);
  });

  test("goes back to where nothing runs when the start is stopped", async () => {
    const { work, kernel } = begin();
    const starting = work.start();
    await settled();
    work.stop();
    expect(kernel().interrupts).toBe(1);
    kernel().fail(new TrialStopped("stopped"));
    await starting;
    expect(work.parts.phase).toEqual({ kind: "paused" });
  });

  test("goes on from a value that was kept, in the source where it was written there", async () => {
    const { work, kernel } = await ready();
    const value = { ...(component.current as object), k: 10 };
    const keeping = work.keep(value, true);
    kernel().give({ ...offer, components: [{ ...component, current: value }] });
    await keeping;
    expect(work.parts.offer?.components[0]).toMatchObject({ current: value, source: value });
    const again = work.keep({ ...value, k: 5 }, false);
    kernel().give({ ...offer, components: [{ ...component, current: { ...value, k: 5 } }] });
    await again;
    // The kernel's own source is what it once has loaded.
    expect(work.parts.offer?.components[0]).toMatchObject({ current: { k: 5 }, source: value });
  });
});
