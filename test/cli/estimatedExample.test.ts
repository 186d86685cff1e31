import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { RunEvent } from "../../src/run/events.ts";
import { estimateStanding } from "../../src/run/views/estimateStanding.ts";
import { spentToldBy } from "../../src/run/views/spentSoFar.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { optimas } from "./commandLine.ts";

const cwd = fileURLToPath(new URL("../..", import.meta.url));
const example = "examples/hotpotqa/experiment.ts";

test.each([
  ["an evaluation", ["evaluate"], []],
  ["a short run", ["run"], ["--iterations", "2", "--budget-runs", "300", "--from-source", "--no-save"]],
])("calls and tokens of %s of the example lie within their estimate", async (_name, verb, options) => {
  const out = join(scratchFolder(), "runs");
  const { code, stdout } = await optimas([...verb, example, "--out", out, "--json", ...options], { cwd });
  expect(code).toBe(0);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RunEvent);
  const started = events.find((event) => event.type === "run.started");
  const summary = events.findLast((event) => event.type === "summary");
  const spent = summary && spentToldBy(summary, true);
  if (spent == null) throw new Error("the run does not tell what it has spent");
  const standing = estimateStanding(started?.estimate, { spent, elapsedMs: 0, over: true });
  expect(standing?.figures.slice(0, 3).map(({ unit, place }) => [unit, place])).toEqual([
    ["calls", "inside"],
    ["tokens", "inside"],
    ["money", "inside"],
  ]);
  // What is likely is no more than a factor of three away.
  for (const { came, range } of standing?.figures.slice(0, 2) ?? []) {
    expect((came ?? 0) / (range?.expected ?? 1)).toBeGreaterThan(1 / 3);
    expect((came ?? 0) / (range?.expected ?? 1)).toBeLessThan(3);
  }
});
