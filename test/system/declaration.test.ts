import { describe, expect, test } from "vitest";
import type { Component } from "../../src/system/component.ts";
import { field } from "../../src/system/component.ts";
import { choice, component, modelChoice, options, prompt, range } from "../../src/system/declaration.ts";
import { UserError } from "../../src/system/userError.ts";
import { initialValue } from "../../src/system/variable.ts";

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(UserError);
    return (thrown as UserError).message;
  }
  throw new Error("nothing was refused");
}

describe("choice", () => {
  test("starts at its first value", () => {
    expect(initialValue(options({ k: choice([5, 1]) }))).toEqual({ k: 5 });
  });
  test("refuses no values and repeated values", () => {
    expect(refusal(() => choice([]))).toMatch(/no values/);
    expect(refusal(() => choice([1, 5, 1]))).toMatch(/choice\(\[1, 5, 1\]\) lists a value twice/);
  });
});

describe("range", () => {
  test("starts at its lower end", () => {
    expect(initialValue(options({ t: range(0.2, 1) }))).toEqual({ t: 0.2 });
  });
  test.each([
    [() => range(2, 1), /smaller to a larger/],
    [() => range(1, 1), /smaller to a larger/],
    [() => range(0, Number.NaN), /smaller to a larger/],
    [() => range(0, Number.POSITIVE_INFINITY), /smaller to a larger/],
    [() => range(0, 1, { log: true }), /log must start above 0/],
    [() => range(0.5, 2, { integer: true }), /whole bounds/],
    [() => range(0, 1, { step: 0 }), /step above 0/],
    [() => range(0, 1, { step: 2 }), /no longer than the range/],
    [() => range(0, 10, { integer: true, step: 2.5 }), /whole step/],
  ])("refuses %s", (action, message) => {
    expect(refusal(action)).toMatch(message);
  });
  test("takes a lower end with more digits than its steps are rounded to", () => {
    expect(() => options({ t: range(1 / 3, 1, { step: 1 / 6 }) })).not.toThrow();
  });
});

describe("options", () => {
  test("starts where `initial` says", () => {
    expect(initialValue(options({ k: choice([1, 5]), t: range(0, 1, { step: 0.25 }) }, { t: 0.75 }))).toEqual({
      k: 1,
      t: 0.75,
    });
  });
  test("takes false and 0 as initial values", () => {
    const variable = options({ on: choice([true, false]), n: choice([1, 0]) }, { on: false, n: 0 });
    expect(initialValue(variable)).toEqual({ on: false, n: 0 });
  });
  test("refuses an initial value outside its space, naming the option", () => {
    expect(refusal(() => options({ k: choice([1, 5]) }, { k: 7 }))).toMatch(/"k" in 1, 5, not 7/);
    expect(refusal(() => options({ t: range(0, 1, { step: 0.5 }) }, { t: 0.3 }))).toMatch(/"t" from 0 to 1 in steps/);
    expect(refusal(() => options({ t: range(0, 1) }, { t: Number.NaN }))).toMatch(/"t" from 0 to 1, not NaN/);
  });
  test("refuses an initial value for an option that does not exist", () => {
    // @ts-expect-error there is no option "kk"
    expect(refusal(() => options({ k: choice([1, 5]) }, { kk: 5 }))).toMatch(/no option "kk"; there are k/);
  });
  test("refuses the name that files of values could not keep", () => {
    expect(refusal(() => options({ k: choice([1]), ["__proto__"]: choice([1, 5]) }))).toMatch(/"__proto__" has a name/);
  });
});

describe("modelChoice", () => {
  test("starts at its first model, or at the one given", () => {
    expect(initialValue(modelChoice(["a:x", "b:y"]))).toBe("a:x");
    expect(initialValue(modelChoice(["a:x", "b:y"], "b:y"))).toBe("b:y");
  });
  test("refuses no models, an initial model that is not listed, and a model listed twice", () => {
    expect(refusal(() => modelChoice([]))).toMatch(/no models/);
    expect(refusal(() => modelChoice(["a:x"], "b:y"))).toMatch(/must be one of a:x/);
    expect(refusal(() => modelChoice(["a:x", "a:x"]))).toMatch(/"a:x" twice/);
  });
});

describe("prompt", () => {
  test("refuses blank text and text longer than allowed", () => {
    expect(refusal(() => prompt(" \n"))).toMatch(/text that is not empty/);
    expect(refusal(() => prompt("too long", 3))).toMatch(/at most 3 characters/);
  });
});

describe("component", () => {
  const declare = (changes: object) =>
    component({ name: "a", description: "", inputs: ["x"], outputs: ["y"], run: () => ({ y: "" }), ...changes });

  test("has no variable, weight 1 and is deterministic unless it says otherwise", () => {
    expect(declare({})).toMatchObject({ variable: { kind: "none" }, weight: 1, deterministic: true, samples: false });
    expect(declare({ deterministic: false })).toMatchObject({ samples: true });
    expect(declare({ deterministic: false, samples: false })).toMatchObject({ samples: false });
  });

  test.each([
    [{ name: "two words" }, /"two words" needs a name of letters/],
    [{ name: "1st" }, /needs a name of letters/],
    [{ name: "__proto__" }, /"__proto__" has a name that JavaScript's objects use/],
    [{ outputs: [] }, /no outputs/],
    [{ outputs: ["x"] }, /reads and writes "x"/],
    [{ weight: -1 }, /weight of 0 or more, not -1/],
    [{ weight: Number.NaN }, /weight of 0 or more, not NaN/],
    [{ timeoutMs: 0 }, /timeoutMs above 0/],
    [{ variable: { kind: "prompt", initial: "", maxLength: 10 } }, /initial value must be a prompt/],
  ])("refuses %j", (changes, message) => {
    expect(refusal(() => declare(changes))).toMatch(message);
  });

  test("may write a field that is named like a member of every object", () => {
    expect(() => declare({ outputs: ["constructor"] })).not.toThrow();
  });

  test("gives `run` its inputs and its variable with their types, and checks what `run` gives", () => {
    const typed: Component = component({
      name: "retriever",
      description: "",
      inputs: ["query"],
      outputs: { passages: field<string[]>() },
      variable: options({ k: choice([1, 5]), mode: choice(["fast", "exact"]) }),
      run: ({ query }, { variable }) => {
        const k: number = variable.k;
        const mode: "fast" | "exact" = variable.mode;
        return { passages: [query, mode].slice(0, k) };
      },
    });
    expect(typed.variable.kind).toBe("options");
    component({
      name: "misspelt_input",
      description: "",
      inputs: ["query"],
      outputs: ["answer"],
      // @ts-expect-error there is no input "qurey"
      run: ({ qurey }) => ({ answer: String(qurey) }),
    });
    component({
      name: "misspelt_output",
      description: "",
      inputs: ["query"],
      outputs: ["answer"],
      // @ts-expect-error the output is called "answer"
      run: ({ query }) => ({ anwser: query }),
    });
    component({
      name: "misspelt_option",
      description: "",
      inputs: ["query"],
      outputs: ["answer"],
      variable: options({ k: choice([1, 5]) }),
      // @ts-expect-error there is no option "kk"
      run: (_inputs, { variable }) => ({ answer: String(variable.kk) }),
    });
  });
});
