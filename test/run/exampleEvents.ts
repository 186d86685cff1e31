import type { EventBody, EventOf, RunEstimate, RunEvent } from "../../src/run/events.ts";
import { bootstrapDifference, mean } from "../../src/run/statistics.ts";
import { type Random, seededRandom } from "../../src/system/random.ts";
import type { VariableValue } from "../../src/system/variable.ts";

/** Logs of invented but possible runs: what an engine would have recorded for a system of five components. */

const names = ["question_rewriter", "info_extractor", "retriever", "hint_generator", "answer_generator"] as const;
const prompts: Readonly<Record<string, string>> = {
  question_rewriter: "Rephrase the question.",
  info_extractor: "Extract search keywords from the question.",
  hint_generator: "Write a hint that helps to answer the question.",
  answer_generator: "Answer the question.",
};
const better: Readonly<Record<string, VariableValue>> = {
  question_rewriter: "Rephrase the question. Name every person and place in full, and keep it to one sentence.",
  info_extractor: "Extract the names and dates in the question as search keywords, most specific first.",
  retriever: { k: 10 },
  hint_generator: "Write a hint that quotes the sentence of the passages in which the answer stands.",
  answer_generator:
    "Answer the question in as few words as possible.\nGive only the name, date or yes/no; no full sentence.",
};
const START = Date.UTC(2026, 2, 14, 9, 30);

/** Writes events one after the other, with position, time and spent runs filled in. */
export class LogWriter {
  readonly events: RunEvent[] = [];
  #at = START;
  #runs = 0;

  add(body: EventBody, spent: { ms?: number; runs?: number } = {}): this {
    this.#at += spent.ms ?? 200;
    this.#runs += spent.runs ?? 0;
    const seq = this.events.filter(({ type }) => type !== "progress").length;
    this.events.push({ ...body, seq, at: this.#at, systemRuns: this.#runs });
    return this;
  }

  /** Takes the run up again from `checkpoint`, `pauseMs` after its last event. */
  resume(checkpoint: number, pauseMs: number): this {
    this.#runs = this.events.find(({ seq }) => seq === checkpoint)?.systemRuns ?? 0;
    return this.add({ type: "run.resumed", checkpoint }, { ms: pauseMs });
  }

  get lastSeq(): number {
    return this.events.at(-1)?.seq ?? -1;
  }
}

export interface ExampleOptions {
  readonly iterations?: number;
  readonly budgetRuns?: number | null;
  readonly simulated?: boolean;
  readonly seed?: number;
  /** What it was thought to come to. */
  readonly estimate?: RunEstimate;
  /** Replaces texts from outside, e.g. by nasty ones. */
  readonly text?: (text: string) => string;
}

/** The first event of an example run. */
export function started(options: ExampleOptions = {}): Extract<EventBody, { type: "run.started" }> {
  const { text = (unchanged) => unchanged, simulated = true, seed = 7, estimate } = options;
  return {
    type: "run.started",
    format: 1,
    runId: "2026-03-14-0930-k3vq",
    experiment: text("examples/hotpotqa/experiment.ts"),
    system: {
      name: text("hotpotqa"),
      outputs: ["answer"],
      components: names.map((name) => ({
        name,
        description: text(`Does what ${name} says.`),
        kind: name === "retriever" ? ("options" as const) : ("prompt" as const),
        inputs: ["question"],
        outputs: ["text"],
        share: name === "retriever" ? 0.04 : 0.24,
      })),
    },
    settings: { iterations: options.iterations ?? 12, threshold: 0.55, rollouts: 3, note: text("first try") },
    iterations: options.iterations ?? 12,
    budgetRuns: options.budgetRuns === undefined ? 2000 : options.budgetRuns,
    seed,
    model: simulated ? "simulated:reader" : "openai:gpt-4o-mini",
    simulated,
    ...(estimate && { estimate }),
    data: {
      train: { n: 240, hash: "9f2c41d07be3a85c", source: text("data/train.jsonl") },
      validation: { n: 60, hash: "b1e0c59a44d2f786", source: "data/validation.jsonl" },
      test: { n: 100, hash: "03ad9926fe5b1c47", source: "data/test.jsonl" },
    },
    configuration: { ...prompts, retriever: { k: 5 } },
  };
}

/** A log that measured, collected and fitted, and stands before its first iteration. */
export function stageOne(options: ExampleOptions = {}): LogWriter {
  const { text = (unchanged) => unchanged } = options;
  const random = seededRandom(options.seed ?? 7);
  const scores = rowScores(random, 60, 0.41);
  const log = new LogWriter();
  log.add(started(options));
  log.add({ type: "phase", phase: "measuring" });
  log.add(evaluation("unoptimized", "validation", scores, text), { ms: 2400, runs: 60 });
  log.add({ type: "phase", phase: "collecting" });
  for (const [index, component] of names.entries()) {
    log.add({ type: "progress", phase: "collecting", label: `pairs for ${component}`, done: index, total: 5 });
    log.add(
      { type: "pairs", iteration: 0, component, inputs: 40, pairs: 120 + 31 * index, averageGap: 0.12 + 0.05 * index },
      { ms: 3000, runs: 61.25 },
    );
  }
  log.add({ type: "phase", phase: "fitting" });
  for (const [index, component] of names.entries()) {
    const trusted = component !== "question_rewriter";
    log.add(
      {
        type: "rewards",
        iteration: 0,
        component,
        backbone: "lexical",
        fit: {
          pairs: 108 + 28 * index,
          heldOut: 12 + 3 * index,
          alignment: trusted ? 0.66 + 0.04 * index : 0.5,
          trainAlignment: 0.9,
          losses: [0.69, 0.52, 0.44],
          epochs: 3,
        },
        trusted,
        reason: trusted ? "" : text("alignment 0.500 is below the threshold 0.550"),
      },
      { ms: 700 },
    );
  }
  log.add({ type: "checkpoint", iteration: 0 });
  log.add({ type: "phase", phase: "iterating" });
  return log;
}

/** One iteration: pairs, fit, candidates, an update, a checkpoint. Scores depend on the iteration alone. */
export function iterate(log: LogWriter, iteration: number, options: ExampleOptions = {}): void {
  const { text = (unchanged) => unchanged } = options;
  const random = seededRandom(`${options.seed ?? 7}`).derive("iteration", iteration);
  const component = names[(iteration * 3 + 1) % names.length] ?? "retriever";
  const scorer = component === "question_rewriter" ? "global" : "local";
  const first = iteration <= names.length;
  const before =
    component === "retriever" ? { k: first ? 5 : 10 } : ((first ? prompts[component] : better[component]) ?? null);
  const decision = iteration % 4 === 0 ? "unchanged" : first && iteration !== 3 ? "accepted" : "rejected";
  const after =
    decision === "accepted" ? (better[component] ?? null) : component === "retriever" ? { k: 25 } : "Be brief.";
  const rewardBefore = 0.45 + 0.02 * iteration;
  const rewardAfter = decision === "unchanged" ? rewardBefore : rewardBefore + 0.05 + 0.1 * random.next();

  log.add({ type: "iteration", iteration, of: options.iterations ?? 12, component, probability: 0.2 });
  log.add({ type: "pairs", iteration, component, inputs: 20, pairs: 64, averageGap: 0.2 }, { ms: 1500, runs: 18.5 });
  log.add({
    type: "candidate",
    iteration,
    component,
    value: before,
    reward: rewardBefore,
    scorer,
    inputs: 20,
    current: true,
  });
  for (const share of [0.3, 1]) {
    const reward = rewardBefore + (rewardAfter - rewardBefore) * share;
    log.add({ type: "candidate", iteration, component, value: after, reward, scorer, inputs: 20, current: false });
  }
  const old = rowScores(seededRandom("gate"), 60, 0.41 + 0.025 * Math.min(iteration, 5));
  const changed = old.map((score) => clamp(score + (random.next() - (decision === "accepted" ? 0.3 : 0.6)) * 0.3));
  log.add(
    {
      type: "update",
      iteration,
      component,
      decision,
      reason: text(
        decision === "accepted"
          ? "the validation score rose"
          : decision === "rejected"
            ? "the validation score did not rise"
            : "no candidate beat the current value",
      ),
      before,
      after: decision === "unchanged" ? before : after,
      scorer,
      rewardBefore,
      rewardAfter,
      validation:
        decision === "unchanged" ? null : { before: old, after: changed, exampleIds: rowIds("validation", 60) },
    },
    { ms: 2500, runs: decision === "unchanged" ? 4 : 64 },
  );
  log.add({ type: "checkpoint", iteration });
}

/** The end of a run: test rows and summary. */
export function finish(
  log: LogWriter,
  stop: EventOf<"summary">["stop"] = "iterations",
  options: ExampleOptions = {},
): RunEvent[] {
  const { text = (unchanged) => unchanged, simulated = true } = options;
  const random = seededRandom("test");
  const updates = log.events.filter((event): event is EventOf<"update"> => event.type === "update");
  const [validationBefore, testBefore] = [rowScores(random, 60, 0.41), rowScores(random, 100, 0.4)];
  const [validationAfter, testAfter] = [validationBefore, testBefore].map((scores) =>
    scores.map((score) => clamp(score + (random.next() - 0.3) * 0.4)),
  ) as [number[], number[]];
  log.add({ type: "phase", phase: "testing" });
  log.add(evaluation("unoptimized", "test", testBefore, text), { ms: 3000 });
  log.add(evaluation("optimized", "test", testAfter, text), { ms: 3000 });
  log.add({
    type: "summary",
    runId: "2026-03-14-0930-k3vq",
    model: simulated ? "simulated:reader" : "openai:gpt-4o-mini",
    simulated,
    stop,
    unoptimized: { validation: { mean: mean(validationBefore), n: 60 }, test: { mean: mean(testBefore), n: 100 } },
    optimized: { validation: { mean: mean(validationAfter), n: 60 }, test: { mean: mean(testAfter), n: 100 } },
    difference: {
      validation: bootstrapDifference(validationBefore, validationAfter, random),
      test: bootstrapDifference(testBefore, testAfter, random),
    },
    iterations: updates.length,
    accepted: updates.filter(({ decision }) => decision === "accepted").length,
    rejected: updates.filter(({ decision }) => decision === "rejected").length,
    configuration: { ...prompts, retriever: { k: 10 } },
    alignment: { info_extractor: 0.7, retriever: 0.74 },
    alignmentPairs: { info_extractor: 15, retriever: 18 },
    runsByPurpose: { validation: 60, "preference pairs": 528.3, candidates: 190, gate: 540 },
    testRuns: 200,
    executions: {
      validation: Object.fromEntries(names.map((name) => [name, 640])),
      "offline pairs": Object.fromEntries(names.map((name, index) => [name, 240 + 30 * index])),
      "fresh pairs": Object.fromEntries(names.map((name, index) => [name, 160 + 25 * index])),
      test: Object.fromEntries(names.map((name) => [name, 200])),
    },
    modelCalls: {
      question_rewriter: { calls: 2410, inputTokens: 180_200, outputTokens: 61_300 },
      answer_generator: { calls: 3122, inputTokens: 2_410_900, outputTokens: 28_800 },
      proposer: { calls: 36, inputTokens: 41_000, outputTokens: 9_700 },
    },
  });
  return log.events;
}

/** A run that came to its end. */
export function finishedRun(options: ExampleOptions = {}): RunEvent[] {
  const log = stageOne(options);
  for (let iteration = 1; iteration <= (options.iterations ?? 12); iteration++) iterate(log, iteration, options);
  return finish(log, "iterations", options);
}

/** A run that its budget ended after six of twelve iterations. */
export function budgetRun(): RunEvent[] {
  const options = { budgetRuns: 800 };
  const log = stageOne(options);
  for (let iteration = 1; iteration <= 6; iteration++) iterate(log, iteration, options);
  log.add({ type: "warning", message: "The budget of 800 system runs ended the run before iteration 7." });
  return finish(log, "budget", options);
}

/** A run stopped by its user in iteration 3. */
export function interruptedRun(): RunEvent[] {
  const log = stageOne();
  iterate(log, 1);
  iterate(log, 2);
  log.add({ type: "iteration", iteration: 3, of: 12, component: "retriever", probability: 0.2 });
  log.add({ type: "run.interrupted", reason: "stopped by Ctrl-C" });
  return log.events;
}

/** A run whose experiment broke. */
export function failedRun(): RunEvent[] {
  return stageOne().add({ type: "run.failed", message: "data/validation.jsonl, line 12: not valid JSON" }).events;
}

/** A run killed in iteration 3, an hour later resumed from the checkpoint of iteration 2, then finished. */
export function resumedRun(): RunEvent[] {
  const log = stageOne();
  iterate(log, 1);
  iterate(log, 2);
  const checkpoint = log.lastSeq;
  log.add({ type: "iteration", iteration: 3, of: 12, component: "retriever", probability: 0.2 });
  log.add({ type: "warning", message: "lost with the killed process" }, { ms: 5000 });
  log.resume(checkpoint, 3_600_000);
  for (let iteration = 3; iteration <= 12; iteration++) iterate(log, iteration);
  return finish(log);
}

/** A run that drew the landscape of the retriever's k. */
export function landscapeRun(): RunEvent[] {
  const log = stageOne();
  const points = [
    { k: 1, local: 0.41, global: 0.31 },
    { k: 5, local: 0.55, global: 0.42 },
    { k: 10, local: 0.63, global: 0.46 },
    { k: 25, local: 0.6, global: 0.44 },
  ];
  for (const { k, local, global } of points) {
    log.add(
      {
        type: "landscape",
        component: "retriever",
        key: "k",
        value: { k },
        local,
        global,
        inputs: 40,
        current: k === 5,
      },
      { ms: 900, runs: 40 },
    );
  }
  return finish(log, "landscape drawn");
}

function evaluation(
  of: EventOf<"evaluation">["of"],
  split: EventOf<"evaluation">["split"],
  scores: number[],
  text: (text: string) => string,
): EventBody {
  const failure = {
    exampleId: text(`${split}-3`),
    at: "answer_generator",
    kind: "threw" as const,
    message: text("rate limit"),
  };
  const exampleIds = rowIds(split, scores.length);
  return {
    type: "evaluation",
    of,
    split,
    mean: mean(scores),
    n: scores.length,
    exampleIds,
    scores,
    failures: [failure],
  };
}

function rowIds(split: string, count: number): string[] {
  return Array.from({ length: count }, (_, row) => `${split}-${row}`);
}

function rowScores(random: Random, count: number, level: number): number[] {
  return Array.from({ length: count }, () => clamp(level + 0.3 * random.normal()));
}

function clamp(score: number): number {
  return Math.min(1, Math.max(0, score));
}
