/**
 * `npm run bench`: what the engine costs beside the user's own components, measured in one process.
 * Each line says what was measured, the target, and whether it was met; the exit code is 1 when one was not.
 */
import { component, system } from "optimas";
import type { Example } from "../../src/data/example.ts";
import type { LanguageModel } from "../../src/models/languageModel.ts";
import type { RewardItem } from "../../src/reward/localRewards.ts";
import type { PreferencePair } from "../../src/reward/preferencePair.ts";
import { startTrainer } from "../../src/reward/trainerClient.ts";
import { CallScope } from "../../src/system/componentCall.ts";
import { initialConfiguration } from "../../src/system/configuration.ts";
import { evaluate } from "../../src/system/evaluation.ts";
import { Ledger } from "../../src/system/ledger.ts";
import { seededRandom } from "../../src/system/random.ts";
import type { System } from "../../src/system/system.ts";

const silent: LanguageModel = {
  name: "none",
  simulated: true,
  complete: () => Promise.reject(new Error("no model is asked in this measurement")),
};

function chain(run: (value: string) => string | Promise<string>): System {
  const components = Array.from({ length: 5 }, (_, index) =>
    component({
      name: `step${index}`,
      description: "",
      inputs: [`f${index}`],
      outputs: [`f${index + 1}`],
      run: async (inputs) => ({ [`f${index + 1}`]: await run(inputs[`f${index}`] ?? "") }),
    }),
  );
  return system({ name: "chain", components, outputs: ["f5"] as never[] });
}

async function evaluateChain(chained: System, rows: number, concurrency: number): Promise<number> {
  const examples: Example[] = Array.from({ length: rows }, (_, index) => ({ id: `row-${index}`, f0: "x" }));
  const controller = new AbortController();
  const start = performance.now();
  await evaluate({
    system: chained,
    reward: () => 1,
    examples,
    execution: {
      configuration: initialConfiguration(chained.components),
      scope: new CallScope(controller.signal),
      modelFor: () => silent,
      sample: 0,
      timeoutMs: 60_000,
    },
    ledger: new Ledger(chained.shareOf),
    purpose: "evaluation",
    concurrency,
    signal: controller.signal,
  });
  return performance.now() - start;
}

let failed = 0;
function report(what: string, value: number, unit: string, target: number, kind: "at most" | "at least"): void {
  const met = kind === "at most" ? value <= target : value >= target;
  if (!met) failed += 1;
  const shown = value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2);
  console.log(`${met ? "met   " : "MISSED"}  ${what}: ${shown} ${unit} (${kind} ${target.toLocaleString("en")})`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const noop = chain((value) => value);
await evaluateChain(noop, 2000, 64);
const overheads: number[] = [];
for (let round = 0; round < 5; round++) overheads.push((1000 * (await evaluateChain(noop, 10_000, 64))) / 50_000);
report(
  "overhead per component call, 10,000 examples x 5 no-op components, median of 5",
  median(overheads),
  "us",
  50,
  "at most",
);

const WAIT_MS = 20;
const waiting = chain((value) => new Promise((resolve) => setTimeout(() => resolve(value), WAIT_MS)));
const ideal = (1000 * 5 * WAIT_MS) / 64;
report(
  "1,000 examples x 5 components of 20 ms at concurrency 64, times the ideal",
  (await evaluateChain(waiting, 1000, 64)) / ideal,
  "x",
  1.1,
  "at most",
);

const heap: number[] = [];
for (let round = 0; round < 10; round++) {
  await evaluateChain(noop, 2000, 64);
  globalThis.gc?.();
  heap.push(process.memoryUsage().heapUsed);
}
const growth = ((heap.at(-1) ?? 0) - (heap[1] ?? 0)) / 1e6;
report("heap growth from 20,000 to 100,000 component calls", growth, "MB", 2, "at most");

const words = seededRandom("bench words");
const vocabulary = Array.from({ length: 3000 }, (_, index) => `w${index.toString(36)}${"aeiou"[index % 5]}n`);
const text = (length: number) => Array.from({ length }, () => words.pick(vocabulary)).join(" ");
const pair = (index: number): PreferencePair => {
  const question = text(12);
  const short = { answer: text(4) };
  const long = { answer: `${question} ${text(25)}` };
  // One in seven is the wrong way round: what can be learned without a rest would be learned at once.
  const [chosen, rejected] = index % 7 === 0 ? [long, short] : [short, long];
  return {
    component: "answerer",
    exampleId: `row-${index % 250}`,
    input: { question },
    chosen: { output: chosen, score: 0.8 },
    rejected: { output: rejected, score: 0.2 },
  };
};
const answerer = { name: "answerer", description: "Answers." };
const trainer = await startTrainer({ entry: new URL("../trainer.js", import.meta.url) });
const signal = new AbortController().signal;
const pairs = Array.from({ length: 1000 }, (_, index) => pair(index));
await trainer.fit(
  { component: answerer, pairs: pairs.slice(0, 50), stage: "converge", gapWeights: false, seed: 1 },
  signal,
);
const fitStart = performance.now();
const fit = await trainer.fit({ component: answerer, pairs, stage: "converge", gapWeights: false, seed: 1 }, signal);
report(
  `lexical fit of 1,000 pairs in the trainer process (alignment ${fit.alignment?.toFixed(2)})`,
  (performance.now() - fitStart) / 1000,
  "s",
  1,
  "at most",
);
const items: RewardItem[] = Array.from({ length: 20_000 }, () => ({
  input: { question: text(12) },
  output: { answer: text(25) },
}));
await trainer.score(answerer, items.slice(0, 2000), signal);
const rates: number[] = [];
for (let round = 0; round < 5; round++) {
  const start = performance.now();
  await trainer.score(answerer, items, signal);
  rates.push((1000 * items.length) / (performance.now() - start));
}
report("lexical scoring through the trainer process, median of 5", median(rates), "items/s", 20_000, "at least");
await trainer.dispose();
process.exitCode = failed > 0 ? 1 : 0;
