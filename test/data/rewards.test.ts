import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { passAt } from "../../src/data/rewards/passAt.ts";
import { pubmedLabel, pubmedMatch, strictPubmedLabel, strictPubmedMatch } from "../../src/data/rewards/pubmedLabel.ts";
import { hitAt, rankByScore, reciprocalRank } from "../../src/data/rewards/ranking.ts";
import { exactMatch, normalizeAnswer, tokenF1, verbatimMatch } from "../../src/data/rewards/tokenF1.ts";
import { UserError } from "../../src/system/userError.ts";

describe("token F1", () => {
  // Values computed with HotpotQA's published scoring script.
  test.each([
    ["The Eiffel Tower", "eiffel tower", 1],
    ["John Smith Jr.", "John Smith", 0.8],
    ["Yes, it is", "yes", 0],
    ["yes", "Yes.", 1],
    ["", "Paris", 0],
    ["U.S.", "US", 1],
    ["well-known", "well known", 0],
    ["the the cat cat", "cat", 2 / 3],
    ["no", "no one", 0],
    ["noanswer", "anything", 0],
    ["the", "the", 0],
  ])("%j against %j is %d", (answer, gold, score) => {
    expect(tokenF1(answer, gold)).toBeCloseTo(score, 12);
  });

  test("is symmetric and within [0, 1]", () => {
    const words = fc.array(fc.constantFrom("yes", "no", "a", "the", "cat", "dog", "U.S.", "é"), { maxLength: 5 });
    fc.assert(
      fc.property(words, words, (a, b) => {
        const score = tokenF1(a.join(" "), b.join(" "));
        expect(score).toBe(tokenF1(b.join(" "), a.join(" ")));
        expect(score >= 0 && score <= 1).toBe(true);
      }),
    );
  });

  test("takes the best of several gold answers", () => {
    expect(tokenF1("John Smith Jr.", ["nobody", "John Smith"])).toBeCloseTo(0.8, 12);
    expect(exactMatch("US", ["nobody", "U.S."])).toBe(1);
  });

  test("articles are whole words in every script", () => {
    expect(normalizeAnswer("Caña and the  Anthem,\u00a0a téa")).toBe("caña and anthem téa");
  });

  test("normalizing twice changes nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "n", "t", "h", "e", " ", ".", "-", "É", "\t") }), (text) => {
        expect(normalizeAnswer(normalizeAnswer(text))).toBe(normalizeAnswer(text));
      }),
    );
  });

  test("an answer that is no text fails the example, a missing gold answer is the user's to mend", () => {
    expect(() => tokenF1(undefined, "x")).toThrow(new TypeError("tokenF1 compares text, but the answer is missing"));
    expect(() => exactMatch({ answer: "x" }, "x")).toThrow(
      new TypeError("exactMatch compares text, but the answer is an object"),
    );
    for (const gold of [undefined, null, 3, [], ["a", undefined]]) {
      expect(() => tokenF1("x", gold)).toThrow(UserError);
      expect(() => exactMatch("x", gold)).toThrow(/in its second argument, but it is .*Check the name of the field/);
    }
  });
});

describe("verbatim match", () => {
  test.each<[unknown, unknown, number]>([
    ["2", "2", 1],
    ["2", 2, 1],
    [2, "2", 1],
    ["2.", "2", 0],
    [" 2", "2", 0],
    ["Item 2", "2", 0],
  ])("%j against %j is %d", (answer, gold, score) => {
    expect(verbatimMatch(answer, gold)).toBe(score);
  });
});

describe("PubMedQA labels", () => {
  test.each([
    ["Yes. The effect was large.", "yes"],
    ["Diagnosis was certain.\nAnswer: yes", "no"],
    ["It is unknown.\nAnswer: maybe", "no"],
    ["Abnormal results.\nAnswer: maybe", "no"],
    ["This is not so: yes", "no"],
    ["MAYBE", "maybe"],
    ["Unclear", "unclear"],
  ])("the published reading of %j is %j", (answer, label) => {
    expect(pubmedLabel(answer)).toBe(label);
  });

  test.each([
    ["Diagnosis was certain.\nAnswer: yes", "yes"],
    ["Answer: no\nOn reflection:\n**Answer:** maybe.", "maybe"],
    ["Final answer: No", "no"],
    ["Answer: yes or no", undefined],
    ["Answer: yesterday", undefined],
    ["Yes.", "yes"],
    ["I think yes, it does", undefined],
    ["", undefined],
  ])("the strict reading of %j is %j", (answer, label) => {
    expect(strictPubmedLabel(answer)).toBe(label);
  });

  test("both score against the gold label in any case", () => {
    const answer = "Diagnosis was certain.\nAnswer: yes";
    expect([pubmedMatch(answer, "yes"), strictPubmedMatch(answer, "Yes")]).toEqual([0, 1]);
    expect(pubmedMatch("unclear", "Unclear")).toBe(1);
    expect(() => pubmedMatch(3, "yes")).toThrow(TypeError);
    expect(() => strictPubmedMatch("yes", undefined)).toThrow(UserError);
  });
});

describe("rankings", () => {
  test("equal scores keep the order of the list", () => {
    expect(rankByScore(["a", "b", "c", "d"], [0.1, 0.5, 0.5, 0.1])).toEqual(["b", "c", "a", "d"]);
  });

  test("one finite score per candidate is needed", () => {
    expect(() => rankByScore(["a", "b"], [1])).toThrow("a ranking of 2 candidates needs as many scores, but got 1");
    expect(() => rankByScore(["a"], undefined)).toThrow("but got missing");
    expect(() => rankByScore(["a", "b"], [1, Number.NaN])).toThrow(
      "the score of candidate 2 must be a finite number, but is NaN",
    );
  });

  test("the first right answer counts", () => {
    expect(reciprocalRank(["a", "b", "c"], ["c", "b"])).toBe(0.5);
    expect(reciprocalRank([1, 2, 3], ["3"])).toBeCloseTo(1 / 3, 12);
    expect(reciprocalRank(["a"], ["z"])).toBe(0);
  });

  test("a hit is within the first k", () => {
    expect([1, 2, 3].map((k) => hitAt(k, ["a", "b", "c"], ["b"]))).toEqual([0, 1, 1]);
    expect(() => hitAt(0, ["a"], ["a"])).toThrow(RangeError);
  });

  test("missing right answers are the user's to mend", () => {
    expect(() => reciprocalRank(["a"], undefined)).toThrow(/needs the ids of the right answers.*is missing/);
    expect(() => reciprocalRank(["a"], [])).toThrow(UserError);
    expect(() => reciprocalRank("a", ["a"])).toThrow(TypeError);
  });
});

describe("pass@k", () => {
  test.each([
    [1, 1, 1, 1],
    [1, 0, 1, 0],
    [5, 2, 1, 0.4],
    // 1 - C(3, 2) / C(5, 2) = 1 - 3 / 10
    [5, 2, 2, 0.7],
    [5, 4, 2, 1],
  ])("of %d samples with %d passing, k = %d: %d", (n, c, k, value) => {
    expect(passAt(n, c, k)).toBeCloseTo(value, 12);
  });

  test("equals the share of passing samples for k = 1", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (n, some) => {
        expect(passAt(n, some % (n + 1), 1)).toBeCloseTo((some % (n + 1)) / n, 9);
      }),
    );
  });

  test("refuses numbers out of range", () => {
    for (const [n, c, k] of [
      [2, 3, 1],
      [2, -1, 1],
      [2, 1, 3],
      [2, 1, 0],
      [2.5, 1, 1],
    ] as const) {
      expect(() => passAt(n, c, k)).toThrow(RangeError);
    }
  });
});
