import picocolors from "picocolors";
import { describe, expect, test } from "vitest";
import { CellPrinter } from "../../../src/cli/cellPrinter.ts";
import { printedText, valueLines } from "../../../src/cli/display/cellOutputText.ts";
import { plainDisplay } from "../../../src/cli/display/terminalText.ts";
import type { Output } from "../../../src/notebook/output.ts";
import { RUN_OUTPUT_MIME, type RunOutput } from "../../../src/run/runOutput.ts";

const escapeCode = "\u001b";
const green = `${escapeCode}[32mgreen${escapeCode}[39m`;

describe("what a cell printed", () => {
  test("keeps its colours where the terminal has some", () => {
    expect(printedText(green, picocolors.createColors(true))).toBe(green);
    expect(printedText(green, picocolors.createColors(false))).toBe("green");
  });

  test("cannot steer the terminal", () => {
    expect(printedText(`a${escapeCode}[2Jb${escapeCode}]0;title\u0007`, picocolors.createColors(true))).toBe(
      "a␛[2Jb␛]0;title␇",
    );
  });
});

describe("a value", () => {
  const check = (what: string, data: Parameters<typeof valueLines>[0], ...lines: readonly string[]) =>
    test(what, () => expect(valueLines(data)).toEqual(lines));
  check(
    "is shown as plain text first",
    { "text/html": "<b>1</b>", "text/markdown": "**1**", "text/plain": "1\n2\n" },
    "1",
    "2",
  );
  check("is shown as Markdown else", { "text/html": "<b>1</b>", "text/markdown": "**1**" }, "**1**");
  check("is shown as JSON else", { "application/json": { a: 1 } }, "{", '  "a": 1', "}");
  check(
    "is named where a terminal cannot show it",
    { "image/png": "A".repeat(2000) },
    "[image/png, 2.0 KB, not shown in a terminal]",
  );
});

describe("the printer", () => {
  const printed = (...outputs: readonly Output[]): string[] => {
    const lines: string[] = [];
    const printer = new CellPrinter({
      result: (line) => lines.push(`out ${line}`),
      note: (line) => lines.push(`err ${line}`),
      resultDisplay: () => plainDisplay,
      noteDisplay: () => plainDisplay,
    });
    for (const output of outputs) printer.print(output);
    printer.endCell();
    return lines;
  };
  const print = (text: string, name: "stdout" | "stderr" = "stdout"): Output => ({ type: "stream", name, text });
  const display = (text: string, id: string): Output => ({ type: "display", id, data: { "text/plain": text } });

  test("joins pieces of a line, and never two streams in one", () => {
    expect(printed(print("a"), print("b\nc"), print("!", "stderr"), print("d\n"))).toEqual([
      "out ab",
      "out cd",
      "err !",
    ]);
  });

  test("ends an open line before a value", () => {
    expect(printed(print("a"), { type: "result", data: { "text/plain": "1" } })).toEqual(["out a", "out 1"]);
  });

  test("shows a display that changes once, at the end", () => {
    expect(printed(display("1 %", "x"), print("a\n"), display("2 %", "x"))).toEqual(["out a", "out 2 %"]);
    expect(printed(display("1 %", "x"), { type: "clear" })).toEqual([]);
  });

  test("shows an error on stderr", () => {
    const error = { type: "error", name: "E", message: "m", stack: "E: m\n    at cell [1]:1:1" } as const;
    expect(printed(error)).toEqual(["err E: m", "err     at cell [1]:1:1"]);
    expect(printed({ ...error, stack: "" })).toEqual(["err E: m"]);
  });

  test("tells a run's updates as they come, each once, and where it stands in the end", () => {
    const run = (updates: number): RunOutput => ({
      version: 1,
      runId: "r1",
      folder: ".optimas/runs/r1",
      report: false,
      system: "demo",
      model: "m",
      simulated: true,
      saved: null,
      status: { state: "interrupted", reason: "the cell was interrupted" },
      iteration: { iteration: updates, of: 5, component: "pad" },
      rewards: [{ iteration: 0, mean: 0.25 }],
      gates: [],
      updates: {
        accepted: updates,
        rejected: 0,
        unchanged: 0,
        last: Array.from({ length: updates }, (_, at) => ({
          iteration: at + 1,
          component: "pad",
          decision: "accepted",
          reason: "better",
          scorer: "local",
          validation: { before: 0.25, after: 0.5, n: 8 },
          diff: [],
          shortened: false,
        })),
      },
      spent: { runs: 12, budget: 100, byPurpose: {} },
      time: { elapsedMs: 0, leftMs: null },
      warnings: ["few rows"],
      summary: null,
    });
    const show = (updates: number): Output => ({
      type: "display",
      id: "run",
      data: { [RUN_OUTPUT_MIME]: run(updates) },
    });
    const update = "pad: accepted, validation 0.250 -> 0.500 (+0.250): better";
    expect(printed(show(0), show(1), show(1), show(2))).toEqual([
      "err   demo: run .optimas/runs/r1",
      `err   iteration 1 ${update}`,
      `err   iteration 2 ${update}`,
      "err   interrupted at iteration 2 of 5: the cell was interrupted, simulated model, validation 0.250, 2 updates accepted, 0 rejected, 12 of 100 system runs",
      "err   warning: few rows",
    ]);
  });
});
