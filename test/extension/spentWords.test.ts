import { describe, expect, test } from "vitest";
import { english } from "../../src/extension/l10n.ts";
import { spentMarkdown } from "../../src/extension/spending/spentWords.ts";
import { estimatedRun } from "../run/estimatedRun.ts";
import { exampleOutputs, outputOf } from "../run/exampleOutputs.ts";
import { nastyPieces } from "../run/nastyText.ts";

const output = outputOf(estimatedRun(), { spentByPurpose: { validation: 60, "local search": 84.5 } });
/** As it is read: Markdown writes signs as numbers. */
const read = (markdown: string) =>
  markdown.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))).replaceAll("&nbsp;", " ");

describe("what the status bar says of live runs when it is pointed at", () => {
  test("is what each has spent by component and purpose, and what was estimated", () => {
    const shown = read(spentMarkdown([{ words: "Optimize qa", output }], english));
    expect(shown).toContain("Optimize qa");
    expect(shown).toContain("| answer_generator | offline pairs | 900 | $0.16 |");
    expect(shown).toContain("| local search | 84.5 |");
    expect(shown).toContain("| tokens | about 300,000 (90,000 to 800,000) | 865,080 | above the range |");
  });

  test("keeps runs apart, and has nothing to say of one that only begins", () => {
    const shown = spentMarkdown(
      [
        { words: "one", output },
        { words: "two", output: undefined },
      ],
      english,
    );
    expect(shown.split("\n\n---\n\n").at(-1)).toBe("two");
  });

  test("says of the simulated model that it is simulated", () => {
    const shown = read(spentMarkdown([{ words: "a", output: outputOf(estimatedRun({ simulated: true })) }], english));
    expect(shown).toContain("| answer_generator | offline pairs | 900 | simulated model |");
    expect(shown).not.toMatch(/\$0\.\d/);
  });

  test("shows texts of others to the letter", () => {
    const text = nastyPieces.join(" ");
    const called = [{ who: text, purpose: text, calls: 1, usd: null }];
    const shown = spentMarkdown([{ words: text, output: { ...exampleOutputs.optimizing(1), called } }], english);
    expect(shown.replaceAll("<br>", "")).not.toMatch(/[<>[\]`*_]/);
  });
});
