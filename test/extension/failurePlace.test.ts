import { describe, expect, test } from "vitest";
import { failurePlace } from "../../src/extension/runs/failurePlace.ts";

const stack = (...frames: string[]) => ["Error: no", ...frames.map((frame) => `    at ${frame}`)].join("\n");

describe("the place of a failure", () => {
  test.each([
    ["the innermost frame in a file", stack("reward (/w/a b/exp.ts:12:5)", "cell [1]:3:2"), "/w/a b/exp.ts", 12, 5],
    ["a frame without a name", stack("async /w/exp.ts:1:2"), "/w/exp.ts", 1, 2],
    ["a drive", stack("f (C:\\w\\exp.ts:3:4)"), "C:\\w\\exp.ts", 3, 4],
    ["the caller of a package", stack("g (/w/node_modules/p/i.js:1:1)", "f (/w/exp.ts:7:8)"), "/w/exp.ts", 7, 8],
  ])("is %s", (_, text, file, line, column) => {
    expect(failurePlace({ message: "no", stack: text }, "/w")).toEqual({ file, line, column });
  });

  test("is where the compiler points, from the folder of the experiment", () => {
    const message = 'system.ts:4:9: Expected ";" but found "x"';
    const place = { file: "/w/system.ts", line: 4, column: 9 };
    expect(failurePlace({ message, stack: `SyntaxError: ${message}\n    at cell [1]:1:1` }, "/w")).toEqual(place);
    expect(failurePlace({ message: `/w/${message}`, stack: "" }, "/elsewhere")).toEqual(place);
  });

  test("is unknown where only the run's own cell is named", () => {
    expect(failurePlace({ message: "no", stack: stack("cell [1]:3:2") }, "/w")).toBeUndefined();
  });
});
