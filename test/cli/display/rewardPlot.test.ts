import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { rewardPlot, sparkline } from "../../../src/cli/display/rewardPlot.ts";
import { plainDisplay } from "../../../src/cli/display/terminalText.ts";
import { emptyRunView, runView } from "../../../src/run/views/reduce.ts";
import type { RunView } from "../../../src/run/views/runView.ts";
import { finishedRun, stageOne } from "../../run/exampleEvents.ts";

function viewOf(means: readonly number[]): RunView {
  return { ...emptyRunView(), incumbent: means.map((mean, iteration) => ({ iteration, mean, n: 10 })) };
}

describe("the reward over the iterations in a terminal", () => {
  test("is a line in steps with accepted updates as dots", () => {
    expect(rewardPlot(runView(finishedRun()), { ...plainDisplay, width: 50 })).toMatchInlineSnapshot(`
      [
        "  0.562 ┤                 ●──╮",
        "        │                 │  │",
        "        │                 │  ╰────────────────────",
        "        │   ●───●──╮      │",
        "        │   │      ╰──────╯",
        "        │   │",
        "  0.408 ┤───╯",
        "         0                            iteration 12",
      ]
    `);
  });

  test("is left out where there is no line, and where it does not fit", () => {
    expect(rewardPlot(emptyRunView())).toEqual([]);
    expect(rewardPlot(runView(stageOne().events))).toEqual([]);
    expect(rewardPlot(runView(finishedRun()), { ...plainDisplay, width: 20 })).toEqual([]);
  });

  test("is level where nothing changed", () => {
    const lines = rewardPlot(viewOf([0.5, 0.5, 0.5])).filter((line) => /[─●]/.test(line));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/0\.500 ┤─{72}$/);
  });

  test("fits, begins and ends at its rewards, whatever they are", () => {
    const means = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 300 });
    fc.assert(
      fc.property(means, fc.integer({ min: 32, max: 200 }), (drawn, width) => {
        const lines = rewardPlot(viewOf(drawn), { ...plainDisplay, width });
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.at(-1)).toContain(`iteration ${drawn.length - 1}`);
        const columns = lines.slice(0, -1).map((line) => line.slice(line.search(/[│┤]/) + 1));
        const widest = Math.max(...columns.map((line) => line.length));
        // Each column has its piece of the line.
        for (let at = 0; at < widest; at++) expect(columns.some((line) => (line[at] ?? " ") !== " ")).toBe(true);
      }),
    );
  });
});

describe("a curve as short as a word", () => {
  test("goes from the lowest character to the highest", () => {
    expect(sparkline([0, 0.25, 0.5, 0.75, 1], 0, 1)).toBe("▁▃▅▆█");
    expect(sparkline([], 0, 1)).toBe("");
    expect(sparkline([0.5, 0.5], 0.5, 0.5)).toMatch(/^(.)\1$/);
  });

  test("is at most as long as it may be, and keeps first and last", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 99 }), (means) => {
        const drawn = sparkline(means, 0, 1);
        expect([...drawn]).toHaveLength(Math.min(16, means.length));
        expect(drawn.at(-1)).toBe(sparkline(means.slice(-1), 0, 1));
      }),
    );
  });
});
