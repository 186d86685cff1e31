import { describe, expect, test } from "vitest";
import { agreedDownload, DownloadLines } from "../../src/cli/backbone.ts";

const never = new AbortController().signal;
const offer = { name: "acme/small\u001b[31m", host: "hub.example", bytes: 90_000_000, present: 0 };

/** A terminal whose person answers so, where there is one. */
function terminal(answer?: boolean) {
  const notes: string[] = [];
  const questions: string[] = [];
  const confirm = async (question: string) => questions.push(question) > 0 && answer === true;
  return { notes, questions, note: (line: string) => notes.push(line), ...(answer !== undefined && { confirm }) };
}

describe("a download in a terminal", () => {
  test.each([true, false])("is asked about with its size and where it comes from (%s)", async (answer) => {
    const { questions, ...there } = terminal(answer);
    expect(await agreedDownload(offer, {}, there, never)).toBe(answer);
    expect(questions).toHaveLength(1);
    expect(questions[0]).toMatch(/^Download the backbone acme\/small\S* \(86 MB, from hub\.example\)\? \[y\/N\] $/);
    expect(questions[0]).not.toContain("\u001b");
  });

  test("tells how much of it is there already", async () => {
    const { questions, ...there } = terminal(true);
    await agreedDownload({ ...offer, present: 45_000_000 }, {}, there, never);
    expect(questions[0]).toContain("(86 MB, 43 MB of it here already, from hub.example)");
  });

  test("begins without a question with --yes, and is refused where nobody can be asked", async () => {
    const { notes, questions, ...there } = terminal(false);
    expect(await agreedDownload(offer, { yes: true }, { ...there, note: (line) => notes.push(line) }, never)).toBe(
      true,
    );
    expect([notes.length, questions]).toEqual([1, []]);
    await expect(agreedDownload(offer, {}, terminal(), never)).rejects.toThrow(/nobody can be asked .* Give --yes/);
  });

  test("says each tenth of it once where nothing can be drawn over", () => {
    const { notes, note } = terminal();
    const lines = new DownloadLines({ note, live: undefined });
    for (let present = 0; present <= 1000; present++) lines.show(present, 1000);
    // What was spoilt comes once more.
    for (let present = 500; present <= 1000; present += 100) lines.show(present, 1000);
    lines.end();
    expect(notes.map((line) => /\((\d+) %\)/.exec(line)?.[1])).toEqual([
      "10",
      "20",
      "30",
      "40",
      "50",
      "60",
      "70",
      "80",
      "90",
      "100",
    ]);
  });
});
