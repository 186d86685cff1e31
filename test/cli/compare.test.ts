import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { EventBody } from "../../src/run/events.ts";
import { createRun } from "../../src/run/runOpening.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { exampleEstimate } from "../run/estimatedRun.ts";
import { type ExampleOptions, finishedRun } from "../run/exampleEvents.ts";
import { allHostile, unreadable } from "../run/hostileTexts.ts";
import { sampleInfo, tickingClock } from "../run/sampleRun.ts";
import { typed } from "./typedCommand.ts";

/** A workspace with some runs that have ended, by their ids. */
function workspaceWith(runs: Readonly<Record<string, ExampleOptions>>): string {
  const cwd = scratchFolder();
  for (const [runId, options] of Object.entries(runs)) {
    const run = createRun({ out: join(cwd, ".optimas/runs"), runId, info: sampleInfo, clock: tickingClock() });
    for (const { seq: _seq, at: _at, systemRuns, ...body } of finishedRun(options)) {
      run.record(body as EventBody, systemRuns);
    }
    run.close();
  }
  return cwd;
}

const two = () => workspaceWith({ "one-a": { seed: 7 }, "two-b": { seed: 8, iterations: 9, budgetRuns: 1500 } });

describe("optimas compare", () => {
  test("prints runs side by side: figures, scores on the same rows, what differs", async () => {
    const { code, stdout, stderr } = await typed(["compare", "one", "two"], two());
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^A {2}one-a\nB {2}two-b\n\nRuns\n/);
    expect(stdout).toMatch(/^system runs +1,176\.3 of 2,000 +988\.8 of 1,500$/m);
    expect(stdout).toMatch(/^difference to A \[95 % interval\] +– +[+-]?0\.\d{3} \[/m);
    expect(stdout).toMatch(/^row by row +– +\d+ better, \d+ worse, \d+ equal of 60 rows$/m);
    expect(stdout).toMatch(/What they were started with that differs\n.*\nseed +7 +8\niterations +12 +9\n/);
    expect(stdout).toMatch(/^reward +[▁-█]+ +[▁-█]+$/m);
    expect(stdout).toContain("The same in all: question_rewriter");
    expect(stdout).toContain("simulated model");
  });

  test("prints what runs were estimated to come to, where any was", async () => {
    expect((await typed(["compare", "one", "two"], two())).stdout).not.toContain("estimated");
    const cwd = workspaceWith({ "one-a": { estimate: exampleEstimate }, "two-b": { seed: 8 } });
    const { stdout } = await typed(["compare", "one", "two"], cwd);
    expect(stdout).toMatch(/^tokens estimated +about 300,000 \(90,000 to 800,000\) +–$/m);
    expect(stdout).toMatch(/^time estimated +about 9 min \(3 min to 40 min\) +–$/m);
  });

  test("prints values that differ word by word", async () => {
    const cwd = two();
    const other = createRun({
      out: join(cwd, ".optimas/runs"),
      runId: "three-c",
      info: sampleInfo,
      clock: tickingClock(),
    });
    for (const { seq: _seq, at: _at, systemRuns, ...body } of finishedRun()) {
      const changed =
        body.type === "summary"
          ? { ...body, configuration: { ...body.configuration, question_rewriter: "Rephrase the whole question." } }
          : body;
      other.record(changed as EventBody, systemRuns);
    }
    other.close();
    const { stdout } = await typed(["compare", "one", "three", "two"], cwd);
    expect(stdout).toContain(
      "Values that differ\n  question_rewriter\n    A: Rephrase the question.\n    B: Rephrase the {+whole+} question.\n    C: as A\n",
    );
  });

  test("with --json prints all of it as one object", async () => {
    const { stdout } = await typed(["compare", "one-a", "two-b", "--json"], two());
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      reference: 0,
      runs: [
        { letter: "A", id: "one-a", live: false },
        { letter: "B", id: "two-b", figures: { seed: 8 } },
      ],
      splits: [
        { split: "validation", runs: [{ against: { kind: "reference" } }, { against: { kind: "paired" } }] },
        {},
      ],
      components: { total: 5, listed: expect.any(Array) },
    });
  });

  test("refuses a run that is given twice, a seventh, one alone and one that is not there", async () => {
    const cwd = two();
    const twice = await typed(["compare", "one", "one-a"], cwd);
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('"one" and "one-a" are the same run')]);
    const many = await typed(["compare", ..."1234567"], cwd);
    expect([many.code, many.stderr]).toEqual([2, "At most 6 runs can be compared; 7 were given.\n"]);
    expect((await typed(["compare", "one"], cwd)).code).toBe(2);
    const gone = await typed(["compare", "one", "twi"], cwd);
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('No run in .optimas/runs is called "twi"')]);
  });

  test("prints texts from outside readable", async () => {
    const cwd = workspaceWith({ one: { text: () => allHostile }, two: { seed: 8 } });
    const { code, stdout } = await typed(["compare", "one", "two"], cwd);
    expect(code).toBe(0);
    expect(stdout.replaceAll("\n", "")).not.toMatch(unreadable);
  });
});

// The charts are loaded for the first time.
describe("optimas report --to", () => {
  test("writes the report where it is told, and leaves the run's folder alone", async () => {
    const cwd = two();
    const { code, stdout } = await typed(["report", "two", "--to", "sent.html"], cwd);
    expect([code, stdout]).toEqual([0, `${join(cwd, "sent.html")}\n`]);
    expect(readFileSync(join(cwd, "sent.html"), "utf8")).toMatch(/^<!doctype html>.*<\/html>\n$/s);
    expect(existsSync(join(cwd, ".optimas/runs/two-b/report.html"))).toBe(false);
  });

  test("says where it cannot write", async () => {
    const { code, stderr } = await typed(["report", "two", "--to", "no/such/folder/sent.html"], two());
    expect(code).toBe(2);
    expect(stderr).toContain("sent.html");
  });
});

test("optimas show draws the reward over the iterations", async () => {
  const { stdout } = await typed(["show", "one"], two());
  expect(stdout).toMatch(/Reward over iterations\n {2}0\.\d{3} ┤ +●─/);
});
