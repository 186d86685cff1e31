import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exampleQuestion } from "../../src/extension/examples/exampleQuestion.ts";
import {
  comparisonOf,
  type ExampleOutput,
  type Judging,
  type KnownScore,
  scoreWords,
  verdictOf,
} from "../../src/extension/examples/exampleVerdict.ts";
import { english } from "../../src/extension/l10n.ts";

const row = (score: number, given: Partial<ExampleOutput> = {}): ExampleOutput => ({
  kind: "example",
  exampleId: "a",
  example: { question: "?", answer: "Paris" },
  score,
  ms: 5,
  failure: null,
  steps: [],
  ...given,
});
const byTest = (score: number): KnownScore => ({ score, by: { kind: "test" } });
const byRun = (score: number): KnownScore => ({ score, by: { kind: "run", id: "20261121-qa" } });
const judge = (score: number, given: Partial<Judging> = {}) =>
  verdictOf(row(score), { known: undefined, passAt: undefined, simulated: false, ...given }, english);

describe("the verdict on an example", () => {
  test("without an earlier score, passes above 0", () => {
    expect(judge(0.01)).toEqual({ kind: "passed" });
    expect(judge(0)).toEqual({
      kind: "failed",
      words: "Score 0.000. Rows pass above 0, unless the setting optimas.tests.passAt says otherwise.",
    });
    expect(judge(-1).kind).toBe("failed");
  });

  test("passes when it scores what it scored before, or more", () => {
    expect(judge(0.5, { known: byRun(0.5) }).kind).toBe("passed");
    expect(judge(0.1 + 0.2, { known: byRun(0.3) }).kind).toBe("passed");
    expect(judge(0.3, { known: byRun(0.1 + 0.2) }).kind).toBe("passed");
    expect(judge(0.9, { known: byTest(0.5) }).kind).toBe("passed");
  });

  test("fails below what it scored before, and says since when", () => {
    expect(judge(0.2, { known: byRun(0.8) })).toEqual({
      kind: "failed",
      words: "Score 0.800 → 0.200 (-0.600) since the run 20261121-qa.",
    });
    expect(judge(0.2, { known: byTest(0.8) })).toEqual({
      kind: "failed",
      words: "Score 0.800 → 0.200 (-0.600) since this row last passed here.",
    });
  });

  test("goes by the score that the setting asks for, where it asks for one", () => {
    expect(judge(0.7, { passAt: 0.7, known: byRun(0.9) }).kind).toBe("passed");
    expect(judge(-0.5, { passAt: -1 }).kind).toBe("passed");
    expect(judge(0.6, { passAt: 0.7, known: byRun(0.9) })).toEqual({
      kind: "failed",
      words: "Score 0.600; rows pass at 0.700.\nScore 0.900 → 0.600 (-0.300) since the run 20261121-qa.",
    });
  });

  test("is an error where a component or the reward threw, whatever it scored before", () => {
    const failure = { at: "retriever", message: "no\u001b[31m network\u202e" };
    const judging = { known: byRun(0), passAt: 0, simulated: false };
    expect(verdictOf(row(0, { failure }), judging, english)).toEqual({
      kind: "errored",
      words: "retriever failed: no␛[31m network<U+202E>",
    });
  });

  test("says so where the simulated model gave it", () => {
    const verdict = judge(0, { simulated: true });
    expect(verdict.kind === "failed" && verdict.words).toContain("simulated model");
  });

  test("never gets worse with a higher score", () => {
    const known = fc.option(fc.double({ min: -2, max: 2, noNaN: true }).map(byTest), { nil: undefined });
    const score = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(known, fc.option(score, { nil: undefined }), score, score, (before, passAt, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const judging = { known: before, passAt };
        return judge(low, judging).kind !== "passed" || judge(high, judging).kind === "passed";
      }),
    );
  });

  test("tells a score beside the one before where they differ", () => {
    expect(scoreWords(row(0.25), undefined)).toBe("0.250");
    expect(scoreWords(row(0.25), byRun(0.25))).toBe("0.250");
    expect(scoreWords(row(0.25), byRun(1))).toBe("1.000 → 0.250");
  });
});

describe("what was expected and what was given", () => {
  const step = (component: string, output: Record<string, unknown>) => ({
    component,
    input: {},
    output,
    value: null,
    localReward: null,
  });

  test("are the fields that the row shares with the system's output", () => {
    const run = row(0, { steps: [step("a", { answer: "Rome" })] });
    expect(comparisonOf(run, ["answer"])).toEqual({ expected: "Paris", actual: "Rome" });
    expect(comparisonOf(run, undefined)).toEqual({ expected: "Paris", actual: "Rome" });
    expect(comparisonOf(run, ["other"])).toBeUndefined();
  });

  test("carry names where there are several, and are readable where they are no text", () => {
    const run = row(0, {
      example: { answer: "Paris", pages: [1] },
      steps: [step("a", { answer: "Rome" }), step("b", { pages: [1, 2] })],
    });
    expect(comparisonOf(run, ["answer", "pages"])).toEqual({
      expected: "answer: Paris\npages: [\n  1\n]",
      actual: "answer: Rome\npages: [\n  1,\n  2\n]",
    });
  });

  test("are left out where they are equal, or where nothing was given", () => {
    expect(comparisonOf(row(0, { steps: [step("a", { answer: "Paris" })] }), ["answer"])).toBeUndefined();
    expect(comparisonOf(row(0), ["answer"])).toBeUndefined();
  });
});

describe("the question before examples are run", () => {
  const asked = (rows: number, simulated = false) => ({ experiment: "qa", model: "gpt", simulated, rows });
  const priced = (rows: number, usd: number | null) => ({ ...asked(rows), usd });
  const above = (rows: number) => ({ rows, usd: 1, spentUsd: 0, isAgreed: false });

  test("is asked above so many system runs, and not before", () => {
    expect(exampleQuestion([asked(20)], above(20), english)).toBeUndefined();
    expect(exampleQuestion([asked(21)], above(20), english)).toBeDefined();
    expect(exampleQuestion([asked(12), asked(9)], above(20), english)).toBeDefined();
    expect(exampleQuestion([asked(0)], above(0), english)).toBeUndefined();
    expect(exampleQuestion([asked(1)], above(0), english)).toBeDefined();
  });

  test("says how many of each, with which model, and what is known of the cost", () => {
    const question = exampleQuestion([asked(1200), asked(3, true)], above(20), english);
    expect(question?.message).toBe("Run 1,203 examples? Each is one run of the whole system.");
    expect(question?.detail).toBe(
      "qa: 1,200 with gpt. What its provider charges for them is not known.\n" +
        "qa: 3 with the simulated model, at no cost.",
    );
  });

  test("is asked of few that may cost more than the amount, spent before included, or what nobody knows", () => {
    expect(exampleQuestion([priced(3, 0.9)], above(20), english)).toBeUndefined();
    expect(exampleQuestion([priced(3, 0.6), priced(3, 0.6)], above(20), english)).toBeDefined();
    expect(exampleQuestion([priced(3, 0.9)], { ...above(20), spentUsd: 0.2 }, english)).toBeDefined();
    expect(exampleQuestion([priced(3, null)], above(20), english)?.detail).toBe(
      "qa: 3 with gpt. What its provider charges for them is not known.",
    );
    expect(exampleQuestion([priced(3, 2.5)], above(20), english)?.detail).toBe("qa: 3 with gpt, for up to $2.50.");
  });

  test("is not asked again of what was agreed to", () => {
    expect(exampleQuestion([priced(3, null)], { ...above(20), isAgreed: true }, english)).toBeUndefined();
    expect(exampleQuestion([priced(21, 0)], { ...above(20), isAgreed: true }, english)).toBeDefined();
  });
});
