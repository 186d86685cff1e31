import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { optimas } from "./commandLine.ts";

const out = mkdtempSync(join(tmpdir(), "optimas-killed-"));
const cwd = fileURLToPath(new URL("../..", import.meta.url));
const run = [
  "run",
  "examples/hotpotqa/experiment.ts",
  "--json",
  "--budget-runs",
  "1200",
  "--iterations",
  "6",
  "--from-source",
  "--no-save",
];
let undisturbed: Record<string, unknown>;
let lines = 0;

beforeAll(async () => {
  const { stdout } = await optimas([...run, "--out", join(out, "undisturbed")], { cwd });
  undisturbed = last(stdout);
  lines = stdout.split("\n").length;
});

afterAll(() => rmSync(out, { recursive: true, force: true }));

/** When the process is killed, as shares of all that a run has to say. */
const moments = [0.02, 0.3, 0.6];

test.each(moments)(
  "the shipped example, killed after %d of its events and resumed, ends as if nothing had happened",
  async (share) => {
    const folder = join(out, `after-${share}`);
    const killed = await optimas([...run, "--out", folder], { cwd, killAfterLines: lines * share });
    expect(killed.code).toBeNull();
    const resumed = await optimas(["resume", "latest", "--out", folder, "--json", "--no-save"], { cwd });
    expect(resumed.code).toBe(0);
    const summary = last(resumed.stdout);
    for (const member of [
      "configuration",
      "optimized",
      "unoptimized",
      "difference",
      "systemRuns",
      "accepted",
      "rejected",
      "alignment",
    ]) {
      expect(summary[member], member).toEqual(undisturbed[member]);
    }
  },
);

function last(stdout: string): Record<string, unknown> {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
}
