import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RunFolder } from "../../src/run/runFolder.ts";
import { openRun } from "../../src/run/runOpening.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { candidateSet, runStarted, startRun, tickingClock, warning } from "./sampleRun.ts";

/** Types of the events in a run's log; of warnings, what they say. */
export function types(run: RunFolder): string[] {
  return [...run.events()].map((event) => (event.type === "warning" ? event.message : event.type));
}

/** How many whole lines a file of a run has. */
export function lines(run: RunFolder, file: string): number {
  return readFileSync(join(run.folder, file), "utf8").split("\n").length - 1;
}

/** A run with one checkpoint (state 1, sets a and b, weights w1) and traces of what came after it; closed. */
export function interruptedRun(): { folder: string; reopen: () => RunFolder } {
  const run = startRun(scratchFolder());
  run.record(runStarted, 0);
  run.keepCandidates([candidateSet("a"), candidateSet("b")]);
  writeFileSync(run.rewardsFile(), "w1");
  run.checkpoint({ step: 1 }, 0, 12.5);
  run.record(warning("lost"), 14);
  run.keepCandidates([candidateSet("lost")]);
  writeFileSync(run.rewardsFile(), "w2, half-writ");
  run.close();
  return {
    folder: run.folder,
    reopen: () => {
      const opened = openRun(run.folder, tickingClock(5000));
      onTestFinished(() => opened.close());
      return opened;
    },
  };
}
