import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Change, changes, inputWords, perturb } from "../../src/reward/perturbation.ts";
import { seededRandom } from "../../src/system/random.ts";

const input = { question: "Who founded the museum of Lima in 1822?", hint: "a city" };
const output = { answer: "The museum of Lima was founded by Pedro Alvarado in 1822,\nlong before others." };

function changed(change: Change, strength: number, value: Record<string, unknown> = output, seed = 7) {
  return perturb(value, inputWords(input), change, strength, seededRandom(seed));
}

/** Words in any order. */
const words = (text: unknown): string[] => String(text).split(/\s+/).sort();

describe("an output that is changed on purpose", () => {
  it.each<[Change, number, string]>([
    ["shorter", 0.25, "The museum of Lima was founded by Pedro Alvarado in"],
    ["shorter", 0.75, "The museum of"],
    [
      "longer",
      0.25,
      "The museum of Lima was founded by Pedro Alvarado in 1822,\nlong before others. The museum of Lima",
    ],
    [
      "echoing",
      0.25,
      "The museum of Lima was founded by Pedro Alvarado in 1822,\nlong before others. Who founded the museum",
    ],
    ["without input terms", 1, "The of was by Pedro Alvarado in\nlong before others."],
    ["without own terms", 1, "The museum of Lima was founded by in 1822,\n"],
  ])("%s, by %d", (change, strength, expected) => {
    expect(changed(change, strength)?.answer).toBe(expected);
  });

  it("reordered: the same words, as many elsewhere as asked for, lines where they were", () => {
    const [quarter, most] = [0.25, 0.75].map((strength) => String(changed("reordered", strength)?.answer));
    for (const text of [quarter, most]) {
      expect(words(text)).toEqual(words(output.answer));
      expect(text?.split("\n").map((line) => line.split(" ").length)).toEqual([11, 3]);
    }
    const moved = (text = "") => text.split(/\s+/).filter((word, at) => word !== output.answer.split(/\s+/)[at]).length;
    expect([moved(quarter), moved(most)]).toEqual([4, 11]);
  });

  it("is the same for the same seed, and another one for another", () => {
    expect(changed("reordered", 0.75)).toEqual(changed("reordered", 0.75));
    expect(changed("reordered", 0.75)).not.toEqual(changed("reordered", 0.75, output, 8));
  });

  it("is none where there is nothing to change", () => {
    expect(changed("reordered", 0.75, { answer: "Lima" })).toBeUndefined();
    expect(changed("shorter", 0.75, { answer: "Lima" })).toBeUndefined();
    expect(changed("without own terms", 0.75, { answer: "museum of Lima" })).toBeUndefined();
    expect(changed("without input terms", 0.75, { answer: "a dog" })).toBeUndefined();
    for (const change of changes)
      expect(changed(change, 0.75, { score: 3, found: true, none: null, text: "" })).toBeUndefined();
  });

  it("of lists goes thing by thing, but for its terms", () => {
    const passages = { passages: ["museum of Lima", "bridges", "rivers", "trains"], k: 4 };
    expect(changed("shorter", 0.75, passages)).toEqual({ passages: ["museum of Lima"], k: 4 });
    expect(changed("longer", 0.25, passages)?.passages).toHaveLength(5);
    expect(changed("without input terms", 1, passages)?.passages).toEqual(["of", "bridges", "rivers", "trains"]);
    expect(changed("shorter", 0.25, { found: [{ text: "one two three four" }] })).toEqual({
      found: [{ text: "one two three" }],
    });
  });

  it("whatever it is: keeps its fields, differs, and leaves the original alone", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 60 });
    const value = fc.oneof(text, fc.array(text, { maxLength: 5 }), fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("answer", "passages", "__proto__", "k"), value),
        fc.dictionary(fc.constantFrom("question", "hint"), text),
        fc.constantFrom(...changes),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.integer(),
        (fields, asked, change, strength, seed) => {
          const before = JSON.stringify(fields);
          const made = perturb(fields, inputWords(asked), change, strength, seededRandom(seed));
          expect(JSON.stringify(fields)).toBe(before);
          if (made === undefined) return;
          expect(Object.keys(made)).toEqual(Object.keys(fields));
          expect(JSON.stringify(made)).not.toBe(before);
        },
      ),
    );
  });

  it("shorter is never longer, longer never shorter, whatever the text", () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 40 }), fc.constantFrom(0.25, 0.5, 1), (answer, strength) => {
        const shorter = changed("shorter", strength, { answer })?.answer;
        const longer = changed("longer", strength, { answer })?.answer;
        if (typeof shorter === "string") expect(answer.startsWith(shorter)).toBe(true);
        if (typeof longer === "string") expect(longer.startsWith(answer) && longer.length > answer.length).toBe(true);
      }),
    );
  });
});
