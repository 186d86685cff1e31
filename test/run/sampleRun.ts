import type { CandidateSet } from "../../src/reward/candidateSet.ts";
import type { BodyOf } from "../../src/run/events.ts";
import type { RunFolder } from "../../src/run/runFolder.ts";
import type { NewRunInfo } from "../../src/run/runInfo.ts";
import { createRun } from "../../src/run/runOpening.ts";

const data = {
  train: { n: 3, hash: "a1", source: "train.jsonl" },
  validation: { n: 2, hash: "b2", source: "validation.jsonl" },
};

export const sampleInfo: NewRunInfo = {
  product: "0.1.0",
  experiment: { path: "/work/qa.ts", given: "qa.ts" },
  system: "hotpotqa",
  settings: { gapWeights: true },
  seed: 7,
  model: "simulated",
  simulated: true,
  data,
};

/** A clock that advances by one millisecond per look. */
export function tickingClock(start = 1000): () => number {
  let now = start;
  return () => now++;
}

export function startRun(out: string, runId = "20261121-150307-hotpotqa-k3f9"): RunFolder {
  return createRun({ out, runId, info: sampleInfo, clock: tickingClock() });
}

export const runStarted: BodyOf<"run.started"> = {
  type: "run.started",
  format: 1,
  runId: "r",
  experiment: "qa.ts",
  system: { name: "hotpotqa", components: [], outputs: ["answer"] },
  settings: {},
  iterations: 10,
  budgetRuns: 600,
  seed: 7,
  model: "simulated",
  simulated: true,
  data,
  configuration: { writer: "Rephrase.", retriever: { k: 1 } },
};

export function evaluated(of: BodyOf<"evaluation">["of"], mean: number): BodyOf<"evaluation"> {
  return {
    type: "evaluation",
    of,
    split: "validation",
    mean,
    n: 2,
    exampleIds: ["a", "b"],
    scores: [0, 2 * mean],
    failures: [],
  };
}

export function updated(decision: "accepted" | "rejected", before: number, after: number): BodyOf<"update"> {
  return {
    type: "update",
    iteration: 1,
    component: "writer",
    decision,
    reason: "because",
    before: "Rephrase.",
    after: "Rephrase briefly.",
    scorer: "local",
    rewardBefore: 0,
    rewardAfter: 1,
    validation: { before: [before], after: [after], exampleIds: ["a"] },
  };
}

export const summary: BodyOf<"summary"> = {
  type: "summary",
  runId: "r",
  model: "simulated",
  simulated: true,
  stop: "iterations",
  unoptimized: { validation: { mean: 0.3, n: 2 } },
  optimized: { validation: { mean: 0.5, n: 2 } },
  difference: { validation: { mean: 0.2, low: 0.1, high: 0.3, n: 2 } },
  iterations: 10,
  accepted: 2,
  rejected: 8,
  configuration: { writer: "Rephrase briefly." },
  alignment: { writer: 0.7 },
  alignmentPairs: { writer: 120 },
  runsByPurpose: { gate: 20 },
  testRuns: 0,
  modelCalls: {},
};

export const progress: BodyOf<"progress"> = { type: "progress", phase: "collecting", label: "x", done: 1, total: 2 };

export function warning(message: string): BodyOf<"warning"> {
  return { type: "warning", message };
}

export function candidateSet(exampleId: string, score = 0.5): CandidateSet {
  return {
    component: "writer",
    exampleId,
    iteration: 0,
    input: { question: "q" },
    candidates: [{ output: { query: "é\n" }, score }],
  };
}
