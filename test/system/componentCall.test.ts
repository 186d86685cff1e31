import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Completion } from "../../src/models/languageModel.ts";
import { ModelFailure } from "../../src/models/modelFailure.ts";
import { type Component, type ComponentContext, type Fields, field } from "../../src/system/component.ts";
import { CallScope, ComponentFailure } from "../../src/system/componentCall.ts";
import { component } from "../../src/system/declaration.ts";
import { llm } from "../../src/system/llm.ts";
import { modelOf, never, silentModel, step } from "./smallSystem.ts";

const given = { variable: null, model: silentModel, temperature: undefined, sample: 0, timeoutMs: 1000 };
const call = (called: Component, inputs: Fields = { x: "1" }, signal = never()) =>
  new CallScope(signal).run(called, inputs, given);

const hanging = (seen: (context: ComponentContext) => void = () => {}) =>
  component({
    name: "sleeper",
    description: "",
    inputs: ["x"],
    outputs: ["y"],
    run: (_inputs, context) => {
      seen(context);
      return new Promise<never>(() => {});
    },
  });

describe("a component call", () => {
  test("gives the declared outputs and nothing else", async () => {
    const chatty = step("a", ["x"], ["y"], () => ({ y: "1", debug: "2" }));
    expect(await call(chatty)).toEqual({ y: "1" });
  });

  test("takes outputs given at once and outputs promised alike", async () => {
    expect(await call(step("a", ["x"], ["y"], () => ({ y: "now" })))).toEqual({ y: "now" });
    expect(await call(step("a", ["x"], ["y"], async () => ({ y: "later" })))).toEqual({ y: "later" });
  });

  test.each([
    [
      "at once",
      () =>
        step("a", ["x"], ["y"], () => {
          throw new Error("no luck");
        }),
    ],
    ["later", () => step("a", ["x"], ["y"], () => Promise.reject(new Error("no luck")))],
    [
      "what is no error",
      () =>
        step("a", ["x"], ["y"], () => {
          throw "no luck";
        }),
    ],
  ])("fails when the component throws %s, with the message and the component", async (_when, throwing) => {
    const failure = await call(throwing()).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ComponentFailure);
    expect(failure).toMatchObject({ component: "a", kind: "threw", message: "no luck" });
  });

  test.each<[string, unknown, RegExp]>([
    ["a missing field", {}, /a must give "y" as text, but it is missing/],
    ["a field of the wrong type", { y: 3 }, /a must give "y" as text, but it is a number/],
    ["null for text", { y: null }, /but it is null/],
    ["a list for text", { y: ["1"] }, /but it is a list/],
    ["nothing", undefined, /a must return an object with y, but returned missing/],
    ["text instead of an object", "1", /a must return an object with y, but returned a string/],
  ])("fails when the component gives %s", async (_what, output, message) => {
    const failure = await call(step("a", ["x"], ["y"], () => output as Fields)).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ name: "ComponentFailure", component: "a", kind: "field" });
    expect((failure as Error).message).toMatch(message);
  });

  test.each([
    ["a provider that is down", new ModelFailure("overloaded", "test:model is overloaded"), undefined],
    ["a wrong key", new ModelFailure("authentication", "the key is wrong"), undefined],
    ["a request that is too long", new ModelFailure("too long", "too long"), "ComponentFailure"],
  ])("is no failure of the component for %s, unless it lies in the request", async (_what, failure, name) => {
    const thrown = await call(step("a", ["x"], ["y"], () => Promise.reject(failure))).catch((error: unknown) => error);
    if (name === undefined) expect(thrown).toBe(failure);
    else expect(thrown).toMatchObject({ name, kind: "threw", message: "too long" });
  });

  test("fails when a checked number is NaN", async () => {
    const scorer = component({
      name: "scorer",
      description: "",
      inputs: ["x"],
      outputs: { score: field<number>({ is: "a finite number", check: Number.isFinite }) },
      run: () => ({ score: Number.NaN }),
    });
    await expect(call(scorer)).rejects.toThrow(/scorer must give "score" as a finite number, but it is NaN/);
  });

  test("fails before it starts when an input is missing, and does not mind a missing optional one", async () => {
    const run = vi.fn(() => ({ y: "1" }));
    const reader = component({
      name: "reader",
      description: "",
      inputs: { x: field<string>(), hint: field<string>({ optional: true }) },
      outputs: ["y"],
      run,
    });
    await expect(call(reader, { hint: "2" })).rejects.toThrow(/reader needs "x"/);
    expect(run).not.toHaveBeenCalled();
    expect(await call(reader, { x: "1" })).toEqual({ y: "1" });
  });

  test("fails when the model's answer is not text", async () => {
    const asking = llm({ name: "asker", description: "", inputs: ["x"], outputs: ["y"], prompt: "Say y." });
    const model = modelOf(() => Number.NaN as unknown as string);
    const failing = new CallScope(never()).run(asking, { x: "1" }, { ...given, variable: "Say y.", model });
    await expect(failing).rejects.toMatchObject({ kind: "field", component: "asker" });
    await expect(failing).rejects.toThrow(/answer to asker is NaN, not text/);
  });
});

describe("a call that takes too long", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("fails after the run's limit and aborts the component's signal", async () => {
    let signal: AbortSignal | undefined;
    const late = call(
      hanging((context) => {
        signal = context.signal;
      }),
    );
    const failure = expect(late).rejects.toMatchObject({ kind: "timeout", component: "sleeper" });
    await vi.advanceTimersByTimeAsync(999);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await failure;
    expect(signal?.aborted).toBe(true);
    await expect(late).rejects.toThrow(/no answer within 1 s/);
  });

  test("goes by the component's own limit where it has one", async () => {
    const late = call({ ...hanging(), timeoutMs: 5000 });
    let ended = false;
    const end = late.catch(() => {
      ended = true;
    });
    await vi.advanceTimersByTimeAsync(4999);
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await end;
    await expect(late).rejects.toThrow(/within 5 s/);
  });

  test("is not one that waits for a model: only the component's own time counts", async () => {
    const answers: (() => void)[] = [];
    const slow = {
      ...silentModel,
      complete: () =>
        new Promise<Completion>((resolve) => {
          answers.push(() => resolve({ text: "1", stop: "end", usage: { inputTokens: 1, outputTokens: 1 } }));
        }),
    };
    const asker = component({
      name: "asker",
      description: "",
      inputs: ["x"],
      outputs: ["y"],
      run: async (_inputs, { model, signal }) => {
        const ask = () => model.complete({ messages: [], temperature: 0, maxTokens: 1, sample: 0 }, signal);
        await Promise.all([ask(), ask()]);
        return new Promise<never>(() => {});
      },
    });
    const late = new CallScope(never()).run(asker, { x: "1" }, { ...given, model: slow });
    let ended = false;
    const end = late.catch(() => {
      ended = true;
    });
    await vi.advanceTimersByTimeAsync(60_000);
    answers[0]?.();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ended).toBe(false);
    answers[1]?.();
    await vi.advanceTimersByTimeAsync(1000);
    await end;
    await expect(late).rejects.toMatchObject({ kind: "timeout" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves no timer behind when the component answers in time", async () => {
    await call(step("a", ["x"], ["y"], async () => ({ y: "1" })));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("an abort", () => {
  const reason = new Error("the user said stop");

  test("rejects a call at once with the signal's reason, even when the component ignores its signal", async () => {
    const controller = new AbortController();
    const pending = call(hanging(), { x: "1" }, controller.signal);
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });

  test("reaches the component through its own signal, also when it looks at it only afterwards", async () => {
    const controller = new AbortController();
    let context: ComponentContext | undefined;
    const pending = call(
      hanging((seen) => {
        context = seen;
      }),
      { x: "1" },
      controller.signal,
    );
    controller.abort(reason);
    await pending.catch(() => {});
    expect(context?.signal.reason).toBe(reason);
  });

  test("may be listened to by as many requests as the component makes at once", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    await call(
      component({
        name: "asker",
        description: "",
        inputs: ["x"],
        outputs: ["y"],
        run: (_inputs, { signal }) => {
          for (let request = 0; request < 20; request++) signal.addEventListener("abort", () => request);
          return { y: "1" };
        },
      }),
    );
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  test("wins over what the component throws because of it", async () => {
    const controller = new AbortController();
    const obedient = component({
      name: "obedient",
      description: "",
      inputs: ["x"],
      outputs: ["y"],
      run: (_inputs, { signal }) =>
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("cut off")));
        }),
    });
    const pending = call(obedient, { x: "1" }, controller.signal);
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });

  test("that the component itself causes while it starts rejects the call too", async () => {
    const controller = new AbortController();
    const pending = call(
      hanging(() => controller.abort(reason)),
      { x: "1" },
      controller.signal,
    );
    await expect(pending).rejects.toBe(reason);
  });

  test("that came before keeps the component from starting", async () => {
    const seen = vi.fn();
    await expect(call(hanging(seen), { x: "1" }, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(seen).not.toHaveBeenCalled();
  });

  test("does not reach a call that has ended", async () => {
    const controller = new AbortController();
    let context: ComponentContext | undefined;
    const quick = component({
      name: "quick",
      description: "",
      inputs: ["x"],
      outputs: ["y"],
      run: async (_inputs, given) => {
        context = given;
        return { y: "1" };
      },
    });
    await call(quick, { x: "1" }, controller.signal);
    controller.abort(reason);
    expect(context?.signal.aborted).toBe(false);
  });

  test("costs one listener on the run's signal for all calls of a scope, however many there are", async () => {
    const { signal } = new AbortController();
    const scope = new CallScope(signal);
    const quick = step("a", ["x"], ["y"], async () => ({ y: "1" }));
    await Promise.all(Array.from({ length: 50 }, () => scope.run(quick, { x: "1" }, given)));
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
  });
});

describe("calls that never wait", () => {
  test("let timers and messages through all the same", async () => {
    const scope = new CallScope(never());
    const quick = step("a", ["x"], ["y"], () => ({ y: "1" }));
    let heard = false;
    setTimeout(() => {
      heard = true;
    }, 0);
    const end = performance.now() + 5000;
    while (!heard && performance.now() < end) await scope.run(quick, { x: "1" }, given);
    expect(heard).toBe(true);
  });
});
