import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isInDimension, type Range } from "../../src/system/variable.ts";
import { draftFor, isSame, mistakesIn, type OfferedComponent } from "../../webview/tweak/draft.ts";
import { EditHistory } from "../../webview/tweak/editHistory.ts";
import { RangeScale } from "../../webview/tweak/rangeScale.ts";
import { estimatedTokens } from "../../webview/tweak/tokenEstimate.ts";

describe("the estimate of tokens", () => {
  test.each([
    ["", 0],
    ["word", 1],
    ["Answer the question.", 5],
    // One character of these scripts is about a token.
    ["質問に答えてください", 10],
    ["🙂🙂", 2],
  ])("%j is about %i tokens", (text, tokens) => {
    expect(estimatedTokens(text)).toBe(tokens);
  });

  test("never falls when text is added, and is never more than the characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (text, more) => {
        expect(estimatedTokens(text + more)).toBeGreaterThanOrEqual(estimatedTokens(text));
        expect(estimatedTokens(text)).toBeLessThanOrEqual([...text].length);
      }),
    );
  });
});

describe("the history of edits", () => {
  /** A history whose clock is turned by hand. */
  const history = (initial: string) => {
    let now = 0;
    const made = new EditHistory(initial, () => now);
    return {
      made,
      edit: (value: string, place: string, after: number) => {
        now += after;
        made.edit(value, place);
      },
    };
  };

  test("takes what was typed in one go back in one step", () => {
    const { made, edit } = history("");
    edit("a", "prompt", 1000);
    edit("ab", "prompt", 100);
    edit("abc", "prompt", 100);
    edit("abcd", "prompt", 1000);
    expect(made.undo()).toBe("prompt");
    expect(made.value).toBe("abc");
    made.undo();
    expect(made.value).toBe("");
    expect([made.canUndo, made.undo()]).toEqual([false, undefined]);
    made.redo();
    made.redo();
    expect(made.value).toBe("abcd");
    expect(made.redo()).toBeUndefined();
  });

  test("keeps edits of two controls apart, and an edit after an undo from what was before", () => {
    const { made, edit } = history("0");
    edit("1", "k", 1000);
    edit("2", "cut", 10);
    expect(made.undo()).toBe("cut");
    expect(made.value).toBe("1");
    edit("3", "k", 10);
    expect(made.canRedo).toBe(false);
    made.undo();
    expect(made.value).toBe("1");
  });

  test("gives back every value in order, however many edits there were", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 600 }), (values) => {
        const { made, edit } = history("start");
        for (const value of values) edit(value, "prompt", 1000);
        const all = ["start", ...values].slice(-500);
        for (const value of all.toReversed()) {
          expect(made.value).toBe(value);
          made.undo();
        }
        expect(made.canUndo).toBe(false);
        for (const value of all.slice(1)) {
          made.redo();
          expect(made.value).toBe(value);
        }
      }),
      { numRuns: 20 },
    );
  });
});

const ranges = fc
  .record({
    low: fc.integer({ min: 1, max: 1000 }),
    width: fc.integer({ min: 1, max: 100_000 }),
    integer: fc.boolean(),
    log: fc.boolean(),
    step: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
  })
  .map(
    ({ low, width, integer, log, step }): Range => ({
      kind: "range",
      low,
      high: low + width,
      integer,
      log,
      ...(step !== undefined && step <= width ? { step } : {}),
    }),
  );

describe("the scale of a slider", () => {
  test("gives values of the range alone, from its low end to its high end", () => {
    fc.assert(
      fc.property(ranges, fc.double({ min: 0, max: 1, noNaN: true }), (range, share) => {
        const scale = new RangeScale(range);
        const position = Math.round(share * scale.last);
        expect(isInDimension(range, scale.valueAt(position))).toBe(true);
        expect(scale.valueAt(0)).toBe(range.low);
        expect(scale.positionOf(scale.valueAt(scale.last))).toBe(scale.last);
        expect(scale.positionOf(range.low - 1)).toBe(0);
        expect(scale.positionOf(range.high + 1)).toBe(scale.last);
      }),
    );
  });

  test("finds a value's own position again where every step has one", () => {
    fc.assert(
      fc.property(ranges, fc.nat(), (range, at) => {
        const scale = new RangeScale(range);
        fc.pre(!range.log && (range.integer || range.step !== undefined) && scale.last < 1000);
        const position = at % (scale.last + 1);
        expect(scale.positionOf(scale.valueAt(position))).toBe(position);
      }),
    );
  });

  test("moves with every key stroke until the end, and stays in the range", () => {
    fc.assert(
      fc.property(ranges, fc.double({ min: 0, max: 1, noNaN: true }), (range, share) => {
        const scale = new RangeScale(range);
        const value = scale.valueAt(Math.round(share * scale.last));
        const [up, down] = [scale.moved(value, 1), scale.moved(value, -1)];
        expect(isInDimension(range, up)).toBe(true);
        expect(isInDimension(range, down)).toBe(true);
        if (value > range.low) expect(down).toBeLessThan(value);
        if (value < scale.valueAt(scale.last)) expect(up).toBeGreaterThan(value);
      }),
    );
  });

  test("has orders of magnitude at equal distances where it is logarithmic", () => {
    const scale = new RangeScale({ kind: "range", low: 1e-4, high: 1, integer: false, log: true });
    expect([0, 250, 500, 750, 1000].map((position) => scale.valueAt(position))).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
  });
});

describe("the value that is worked on", () => {
  const component = (
    variable: OfferedComponent["variable"],
    current: OfferedComponent["current"],
  ): OfferedComponent => ({
    name: "c",
    description: "",
    variable,
    source: current,
    current,
    rewarded: false,
    alignment: null,
    tryRuns: 1,
    checkRuns: 1,
  });
  const options = component(
    {
      kind: "options",
      space: {
        k: { kind: "choice", values: [1, 5] },
        cut: { kind: "range", low: 0, high: 1, integer: false, log: false },
      },
    },
    { k: 1, cut: 0.5 },
  );

  test("is what was worked on before, as far as it still fits", () => {
    expect(draftFor(options, undefined)).toEqual({ k: 1, cut: 0.5 });
    expect(draftFor(options, { k: 5, gone: true })).toEqual({ k: 5, cut: 0.5 });
    expect(draftFor(options, "a prompt")).toEqual({ k: 1, cut: 0.5 });
    const prompt = component({ kind: "prompt", maxLength: 5 }, "now");
    // What is too long is kept: it is being worked on.
    expect(draftFor(prompt, "too long")).toBe("too long");
    expect(draftFor(prompt, { k: 5 })).toBe("now");
    const model = component({ kind: "model", models: ["a", "b"] }, "a");
    expect(draftFor(model, "gone")).toBe("a");
    expect(draftFor(model, { perInput: true, fallback: "b" })).toEqual({ perInput: true, fallback: "b" });
  });

  test("is wrong option by option", () => {
    const { variable } = options;
    expect([...mistakesIn(variable, { k: 1, cut: 0.5 })]).toEqual([]);
    expect([...mistakesIn(variable, { k: 2, cut: "x" })]).toEqual([
      ["k", 'must have "k" in 1, 5, not 2'],
      ["cut", 'must have "cut" from 0 to 1, not x'],
    ]);
    expect([...mistakesIn(variable, { k: 1, cut: 0.5, more: 1 })]).toEqual([
      ["", 'has no option "more"; there are k, cut'],
    ]);
    expect([...mistakesIn({ kind: "prompt", maxLength: 3 }, "long")]).toEqual([["", "must have at most 3 characters"]]);
  });

  test("is the same whatever the order of its options", () => {
    expect(isSame({ k: 1, cut: 2 }, { cut: 2, k: 1 })).toBe(true);
    expect(isSame({ k: 1 }, { k: "1" })).toBe(false);
    expect(isSame("a", "a")).toBe(true);
    expect(isSame(null, "null")).toBe(false);
  });
});
