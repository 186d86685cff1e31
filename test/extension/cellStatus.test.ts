import { describe, expect, test } from "vitest";
import { english } from "../../src/extension/l10n.ts";
import { type CellFacts, cellStatus } from "../../src/extension/notebook/cellStatus.ts";
import type { RunOutput } from "../../src/run/runOutput.ts";

const run: RunOutput = {
  version: 1,
  runId: "r1",
  folder: ".optimas/runs/r1",
  report: false,
  system: "qa",
  model: "simulated:text",
  simulated: true,
  saved: null,
  status: { state: "idle" },
  iteration: null,
  rewards: [
    { iteration: 0, mean: 0.25 },
    { iteration: 3, mean: 0.5 },
  ],
  gates: [],
  updates: { accepted: 0, rejected: 0, unchanged: 0, last: [] },
  spent: { runs: 1234.5, budget: null, byPurpose: {} },
  time: { elapsedMs: 0, leftMs: null },
  warnings: [],
  summary: null,
};
const nothing: CellFacts = { runs: [], staleness: undefined, death: undefined, unfinished: undefined };
const texts = (facts: Partial<CellFacts>) => cellStatus({ ...nothing, ...facts }, english).map(({ text }) => text);

describe("below a cell stands", () => {
  test("nothing where there is nothing to say", () => expect(texts({})).toEqual([]));

  test("score, system runs and cost of the last run in it", () => {
    const other = { ...run, rewards: [], spent: { ...run.spent, runs: 1 } };
    expect(texts({ runs: [other, run] })).toEqual([
      "Score 0.500, before 0.250",
      "1,234.5 system runs",
      "Simulated model, no cost",
    ]);
  });

  test("the measured result of a finished run", () => {
    const difference = { mean: 0.3, low: 0.1, high: 0.5 };
    const result = { split: "validation" as const, n: 20, unoptimized: 0.3, optimized: 0.6, difference };
    expect(texts({ runs: [{ ...run, summary: { iterations: 3, results: [result] } }] })[0]).toBe(
      "Score 0.600, before 0.300",
    );
  });

  test("one score as long as nothing changed it, and none before it was measured", () => {
    expect(texts({ runs: [{ ...run, rewards: [{ iteration: 0, mean: 0.25 }] }] })[0]).toBe("Score 0.250");
    expect(texts({ runs: [{ ...run, rewards: [] }] })[0]).toBe("1,234.5 system runs");
  });

  test("how much of a budget is spent, and that a price is not known", () => {
    const paid = { ...run, simulated: false, model: "large", spent: { runs: 12, budget: 600, byPurpose: {} } };
    expect(texts({ runs: [paid] }).slice(1)).toEqual(["12 of 600 system runs", "Cost unknown"]);
  });

  test("the most urgent first", () => {
    const unfinished = { folder: "/runs/r1", iteration: 4, of: 10 };
    const staleness = { why: "edited" as const, name: "data" };
    const death = { of: "kernel", reason: "It ended." } as const;
    expect(texts({ runs: [run], unfinished, staleness, death }).slice(0, 3)).toEqual([
      "The kernel ended: Show Log",
      "Interrupted at iteration 4 of 10: Resume",
      "Stale",
    ]);
  });

  test("which process ended under it, and why", () => {
    const [status] = cellStatus({ ...nothing, death: { of: "trainer", reason: "It ended." } }, english);
    expect(status).toMatchObject({ text: "The trainer ended: Show Log", does: "show log" });
    expect(status?.tooltip).toMatch(/^It ended\. /);
  });

  test("why it is stale, and what helps", () => {
    const why = (staleness: CellFacts["staleness"]) => cellStatus({ ...nothing, staleness }, english)[0]?.tooltip;
    expect(why({ why: "edited", name: "data" })).toMatch(/"data" was edited after this one ran/);
    expect(why({ why: "rerun", name: "data" })).toMatch(/"data" ran again after this one/);
    expect(why({ why: "upstream", name: "data" })).toMatch(/"data" is stale itself/);
  });

  test("that an interrupted run had not begun an iteration yet", () => {
    expect(texts({ unfinished: { folder: "/runs/r1", iteration: 0, of: 10 } })).toEqual([
      "Interrupted before its first iteration: Resume",
    ]);
  });
});
