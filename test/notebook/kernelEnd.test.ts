import { describe, expect, test } from "vitest";
import { condemnedEnd, kernelEnd } from "../../src/notebook/kernelEnd.ts";

describe("the end of a kernel in words", () => {
  const check = (code: number | null, signal: string | null, tail: string[], words: RegExp) =>
    test(`${signal ?? `exit code ${code}`}, after ${tail[0] ?? "silence"}`, () =>
      expect(kernelEnd(code, signal, tail).reason).toMatch(words));
  check(0, null, [], /exit code 0: code in a cell ended its process\./);
  check(3, null, [], /exit code 3: code in a cell ended its process, or it failed\./);
  check(null, "SIGKILL", [], /SIGKILL: it was killed from outside.*memory/);
  check(null, "SIGSEGV", [], /SIGSEGV: native code crashed/);
  check(null, "SIGUSR2", [], /SIGUSR2: it was ended by a signal/);
  check(null, "SIGABRT", ["FATAL ERROR: Reached heap limit"], /SIGABRT: it ran out of memory/);
  check(134, null, ["FATAL ERROR: Reached heap limit"], /exit code 134: it ran out of memory/);

  test("quotes the last twenty lines, and of a fatal error the lines around it", () => {
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i}`);
    expect(kernelEnd(1, null, lines).lastLines).toEqual(lines.slice(40));
    expect(kernelEnd(null, "SIGABRT", [...lines.slice(0, 30), "FATAL ERROR: heap", ...lines]).lastLines).toEqual([
      "line 27",
      "line 28",
      "line 29",
      "FATAL ERROR: heap",
      "line 0",
    ]);
  });

  test("an end that we wished for quotes nothing, a start that failed does", () => {
    expect(condemnedEnd("disposed", "enough", ["a"])).toEqual({ how: "disposed", reason: "enough", lastLines: [] });
    expect(condemnedEnd("start", "no answer", ["a"])).toEqual({ how: "start", reason: "no answer", lastLines: ["a"] });
  });
});
