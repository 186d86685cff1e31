import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeText, countText, durationText, rewardText, runsText } from "../../../src/run/views/numberFormat.ts";
import { landscapeValueText, valueText } from "../../../src/run/views/valueText.ts";
import { visibleLine, visibleText } from "../../../src/run/views/visibleText.ts";
import { type DiffPart, textDiff, valueDiff, wordDiff } from "../../../src/run/views/wordDiff.ts";
import { seededRandom } from "../../../src/system/random.ts";
import { ownMs, quickestMs } from "../../ownTime.ts";
import { nastyText } from "../nastyText.ts";

/** A text with every so manieth of its lines changed. */
function ofEvery(step: number, text: string, change: (line: string) => string): string {
  return text
    .split("\n")
    .map((line, at) => (at % step === 0 ? change(line) : line))
    .join("\n");
}

describe("visible text", () => {
  test("holds nothing that moves the cursor, reorders the line or cannot be written", () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        expect(visibleText(text)).not.toMatch(/[^\P{Cc}\n\t]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u);
        expect(visibleLine(text)).not.toMatch(/[\n\t]/);
      }),
    );
  });
  test("shows what was there", () => {
    expect(visibleText("a\u001b[1mb\u202ec\u0085")).toBe("a␛[1mb<U+202E>c<U+0085>");
  });
  test("leaves ordinary text in any script alone", () => {
    const text = "Größe, 日本語, שלום, 👩‍👩‍👧‍👦\n\tdone";
    expect(visibleText(text)).toBe(text);
  });
});

describe("a word diff", () => {
  test("holds the whole of the old and of the new text", () => {
    fc.assert(
      fc.property(nastyText, nastyText, (before, after) => {
        const diff = wordDiff(before, after);
        const side = (gone: string) =>
          diff
            .filter(({ kind }) => kind !== gone)
            .map(({ text }) => text)
            .join("");
        expect(side("added")).toBe(before);
        expect(side("removed")).toBe(after);
      }),
    );
  });
  test("tells a replaced phrase as one change", () => {
    expect(wordDiff("say the short name now", "say one full phrase now")).toEqual([
      { kind: "same", text: "say " },
      { kind: "removed", text: "the short name" },
      { kind: "added", text: "one full phrase" },
      { kind: "same", text: " now" },
    ]);
  });
  test("of equal texts is one stretch", () => expect(wordDiff("a b", "a b")).toEqual([{ kind: "same", text: "a b" }]));
  test("of options changes whole entries", () => {
    expect(valueDiff({ k: 5, mode: "fast" }, { k: 10, mode: "fast" })).toEqual([
      { kind: "removed", text: "k = 5\n" },
      { kind: "added", text: "k = 10\n" },
      { kind: "same", text: "mode = fast" },
    ]);
  });
  test("of texts too different to compare is one text for another", () => {
    const words = (letter: string) => Array.from({ length: 3000 }, (_, index) => `${letter}${index}`).join(" ");
    expect(wordDiff(words("a"), words("b")).map(({ kind }) => kind)).toEqual(["removed", "added"]);
    expect(textDiff(words("a"), words("b")).grain).toBe("whole");
  });

  /** About so many characters of prose with lines; different ones for different seeds. */
  const prose = (length: number, seed: number, words = 400): string => {
    const random = seededRandom(seed);
    let text = "";
    while (text.length < length) text += `w${Math.floor(random.next() * words)}${random.next() < 0.1 ? ".\n" : " "}`;
    return text;
  };
  const sides = (parts: readonly DiffPart[]) =>
    (["added", "removed"] as const).map((gone) =>
      parts.flatMap(({ kind, text }) => (kind === gone ? [] : [text])).join(""),
    );

  test.each([
    ["unrelated", (text: string) => prose(text.length, 2), "whole"],
    ["unrelated and in one line", (text: string) => prose(text.length, 2).replaceAll("\n", " "), "whole"],
    ["nearly equal", (text: string) => text.replace("w7 ", "seven ").replaceAll("w11.\n", "w11!\n"), "words"],
    [
      "equal but for what was added",
      (text: string) => text.slice(0, 50_000) + prose(60_000, 3) + text.slice(50_000),
      "words",
    ],
    ["added to in every fifth line", (text: string) => ofEvery(5, text, (line) => `${line} and more`), "words"],
    ["other lines in every tenth place", (text: string) => ofEvery(10, text, () => "another line altogether"), "lines"],
    ["without spaces", () => "\u65e5\u672c\u8a9e".repeat(33_000), "whole"],
    ["nothing but line ends", () => "\n".repeat(100_000), "whole"],
  ] as const)("of two texts of 100,000 characters that are %s is whole, and found at once", async (_, other, grain) => {
    const before = prose(100_000, 1);
    const after = other(before);
    let diff = textDiff("", "");
    const ms = await quickestMs(100, () =>
      ownMs(() => {
        diff = textDiff(before, after);
      }),
    );
    expect(sides(diff.parts)).toEqual([before, after]);
    expect(diff.grain).toBe(grain);
    expect(ms).toBeLessThan(100);
  });

  test("tells each of a few changes in a long text", () => {
    const before = prose(100_000, 1);
    const places = [10_000, 50_000, 90_000].map((at) => before.indexOf(" ", at));
    const after = places.toReversed().reduce((text, at) => `${text.slice(0, at)} really${text.slice(at)}`, before);
    const added = wordDiff(before, after).filter(({ kind }) => kind !== "same");
    expect(added.map(({ kind, text }) => [kind, text.trim()])).toEqual(Array(3).fill(["added", "really"]));
  });
});

describe("a value reads", () => {
  test.each([
    [null, "none"],
    ["Be brief.", "Be brief."],
    [{ b: 2, a: true }, "a = true\nb = 2"],
    [{ perInput: true as const, fallback: "m:1" }, "model chosen per input, otherwise m:1"],
    [{ adapter: null }, "base model"],
    [{ adapter: "weights/3" }, "adapter weights/3"],
    [{ adapter: 3 }, "adapter = 3"],
  ])("%j", (value, text) => expect(valueText(value)).toBe(text));
  test("in a landscape as the key that varies", () => {
    expect(landscapeValueText({ key: "k", value: { k: 5, mode: "fast" } })).toBe("k = 5");
    expect(landscapeValueText({ key: "model", value: "m:1" })).toBe("m:1");
  });
});

describe("numbers", () => {
  test("rewards have 3 decimals", () => {
    expect([0.5, -0.0001, Number.NaN, null, undefined].map(rewardText)).toEqual(["0.500", "0.000", "–", "–", "–"]);
  });
  test("changes have a sign unless they are nothing", () => {
    expect([0.1, -0.1, 0, 0.0004, -0.0004].map(changeText)).toEqual(["+0.100", "-0.100", "0.000", "0.000", "0.000"]);
  });
  test("runs have at most 1 decimal", () =>
    expect([60, 12.34, 1234.56].map(runsText)).toEqual(["60", "12.3", "1,234.6"]));
  test("counts have their thousands apart", () => expect(countText(2410900)).toBe("2,410,900"));
  test("durations read as a clock", () => {
    expect([0, 7000, 760_000, 10_931_000, -5].map(durationText)).toEqual(["0:00", "0:07", "12:40", "3:02:11", "0:00"]);
  });
});
