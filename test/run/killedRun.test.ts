import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { expect, test } from "vitest";
import { listRuns } from "../../src/run/runList.ts";
import { openRun } from "../../src/run/runOpening.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { candidateSet, tickingClock } from "./sampleRun.ts";

/** A run that records as fast as it can until it is killed; it says "." at every checkpoint. */
const busyRun = `
  import { writeFileSync, writeSync } from "node:fs";
  import { candidateSet, startRun } from ${JSON.stringify(join(import.meta.dirname, "sampleRun.ts"))};
  const run = startRun(process.argv[2]);
  for (let step = 1; ; step++) {
    for (let i = 0; i < 5; i++) run.record({ type: "warning", message: "x".repeat(997 * i) }, step);
    run.keepCandidates([candidateSet("row " + step)]);
    writeFileSync(run.rewardsFile(), "weights " + step);
    run.checkpoint({ step }, step, step);
    writeSync(1, ".");
  }
`;

test("a run that is killed at any moment can be opened at once and goes on from its last checkpoint", async () => {
  const workplace = scratchFolder();
  const script = join(workplace, "busyRun.mjs");
  buildSync({
    stdin: { contents: busyRun, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: script,
    logLevel: "silent",
  });
  for (const checkpoints of [1, 2, 7]) {
    const out = join(workplace, `killed after ${checkpoints}`);
    const child = spawn(process.execPath, [script, out], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    let seen = 0;
    for await (const text of child.stdout) {
      seen += String(text).length;
      if (seen >= checkpoints) child.kill("SIGKILL");
    }
    await exited;
    const [listed] = listRuns(out);
    expect(listed).toMatchObject({ kind: "run", status: "interrupted" });
    const run = openRun(listed?.folder ?? "", tickingClock());
    const point = run.resume();
    const { step } = point.state as { step: number };
    expect(step).toBeGreaterThanOrEqual(seen);
    expect(point.candidates).toEqual(Array.from({ length: step }, (_, index) => candidateSet(`row ${index + 1}`)));
    expect([...run.events()].at(-1)).toMatchObject({ type: "run.resumed", checkpoint: 6 * step - 1, systemRuns: step });
    run.close();
  }
});
