import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { briefLine, briefText } from "../../../src/run/views/briefLine.ts";
import { onlyDifferences } from "../../../src/run/views/onlyDifferences.ts";
import { wordDiff } from "../../../src/run/views/wordDiff.ts";
import { nastyText } from "../nastyText.ts";

describe("a diff without what stayed", () => {
  const filler = "nothing new here at all, ".repeat(20);

  test("has every change, and a few words beside it", () => {
    const diff = wordDiff(
      `${filler}Answer briefly. ${filler}Thank you.`,
      `${filler}Answer at length. ${filler}Thank you.`,
    );
    const short = onlyDifferences(diff);
    expect(short.filter(({ kind }) => kind !== "same")).toEqual(diff.filter(({ kind }) => kind !== "same"));
    expect(short[0]?.text).toMatch(/^….{20,40}Answer $/);
    expect(short.at(-1)?.text).toMatch(/^\. .{20,40}…$/);
  });

  test("leaves short stretches whole", () => {
    const diff = wordDiff("Answer the question.", "Answer every question.");
    expect(onlyDifferences(diff)).toEqual(diff);
  });

  test("is empty where nothing changed", () => expect(onlyDifferences(wordDiff("same", "same"))).toEqual([]));

  test("keeps all that went and came, of any text", () => {
    fc.assert(
      fc.property(nastyText, nastyText, (before, after) => {
        const diff = wordDiff(before, after);
        const changed = (parts: typeof diff) => parts.filter(({ kind }) => kind !== "same");
        expect(changed(onlyDifferences(diff))).toEqual(changed(diff));
      }),
    );
  });
});

describe("a brief line", () => {
  test("is the text itself where that is short", () => {
    expect(briefLine("two\nlines\u0007")).toBe("two lines\u2407");
    expect(briefText("two\nlines", 20)).toBe("two\nlines");
  });

  test("is no longer than asked for, and says that there is more", () => {
    expect(briefLine("x".repeat(1_000_000), 10)).toBe("xxxxxxxxxx…");
    expect(briefLine(`a${" ".repeat(500)}b`, 10)).toBe("a…");
    fc.assert(
      fc.property(nastyText, fc.integer({ min: 1, max: 50 }), (text, most) => {
        expect([...briefLine(text, most)].length).toBeLessThanOrEqual(most + 1);
      }),
    );
  });
});
