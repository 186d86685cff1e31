/**
 * `npm run bench:method`: Algorithm 1 on real HotpotQA rows with the simulated model. For every seed and budget the same
 * loop runs with learned local rewards, with random local rewards, and with the global reward only, each with at most the
 * same number of system runs. Options: `--seeds 20 --first-seed 101 --budgets 2000,600 --data DIR --set name=value ...`.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import experiment from "../../examples/hotpotqa/experiment.ts";
import { dataDirectory } from "../../src/data/dataDirectory.ts";
import { readSplits, type Splits } from "../../src/data/splits.ts";
import { languageModel } from "../../src/models/modelRegistry.ts";
import { pursue } from "../../src/optimize/pursue.ts";
import { parseSettings } from "../../src/optimize/settings.ts";
import { inProcessRewards } from "../../src/reward/inProcessRewards.ts";
import { randomRewards } from "../../src/reward/randomRewards.ts";
import type { BodyOf } from "../../src/run/events.ts";
import { MemoryRecorder } from "../../src/run/memoryRecorder.ts";
import { bootstrapDifference, mean } from "../../src/run/statistics.ts";
import { seededRandom } from "../../src/system/random.ts";

type Scorer = "local" | "random" | "global";
const scorers: readonly Scorer[] = ["local", "random", "global"];
const shown: Readonly<Record<Scorer, string>> = {
  local: "learned local rewards",
  random: "random local rewards",
  global: "global reward only",
};

interface Outcome {
  readonly scorer: Scorer;
  readonly budget: number;
  readonly seed: number;
  readonly summary: BodyOf<"summary">;
  readonly systemRuns: number;
  readonly seconds: number;
}

const { values: given } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    "first-seed": { type: "string", default: "101" },
    budgets: { type: "string", default: "2000,600" },
    scorers: { type: "string", default: scorers.join(",") },
    data: {
      type: "string",
      default: process.env.OPTIMAS_SHARED_DATA
        ? `${process.env.OPTIMAS_SHARED_DATA}/hotpotqa`
        : "../shared/data/hotpotqa",
    },
    set: { type: "string", multiple: true, default: [] },
    one: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});

/** Each seed sets another quarter of the training rows aside as test rows, so that all of them serve. */
function testQuarter(splits: Splits, seed: number): Splits {
  const { train, test } = splits;
  if (test === undefined) throw new Error("the data has no rows to test on");
  const all = [...train.examples, ...test.examples];
  const [start, end] = [seed % 4, (seed % 4) + 1].map((quarter) => Math.round((quarter * all.length) / 4));
  return {
    ...splits,
    train: { ...train, examples: [...all.slice(0, start), ...all.slice(end)] },
    test: { ...test, examples: all.slice(start, end) },
  };
}

async function runOne(scorer: Scorer, budget: number, seed: number): Promise<Outcome> {
  const signal = new AbortController().signal;
  const overrides = Object.fromEntries(
    given.set.map((assignment) => {
      const [name = "", value = ""] = assignment.split("=");
      return [name, JSON.parse(value)] as const;
    }),
  );
  const settings = parseSettings({
    ...experiment.settings,
    iterations: 100_000,
    ...overrides,
    seed,
    budgetRuns: budget,
    scorer,
  });
  const read = await readSplits(dataDirectory(given.data), { baseDirectory: process.cwd(), signal, seed });
  const splits = testQuarter(read, seed);
  const rows = {
    train: splits.train.examples,
    validation: splits.validation.examples,
    test: splits.test?.examples ?? [],
  };
  await experiment.prepare?.(rows, signal);
  const model = languageModel("simulated:text");
  const rewards = scorer === "random" ? randomRewards(seed) : inProcessRewards();
  const recorder = new MemoryRecorder(
    `bench-${scorer}-${budget}-${seed}`,
    () => Date.now(),
    (event) => {
      if (!given.verbose || event.type === "progress") return;
      if (event.type === "update") {
        const gate = event.validation
          ? `${mean(event.validation.before).toFixed(3)} -> ${mean(event.validation.after).toFixed(3)}`
          : "-";
        console.error(
          `${event.systemRuns.toFixed(0)} #${event.iteration} ${event.component} ${event.decision} by ${event.scorer} ${event.rewardBefore.toFixed(3)} -> ${event.rewardAfter.toFixed(3)} gate ${gate}`,
        );
        if (event.decision !== "unchanged") console.error(`     ${JSON.stringify(event.after)}`);
      }
      if (event.type === "rewards")
        console.error(
          `${event.systemRuns.toFixed(0)} rewards ${event.component} ${event.reason} (${event.fit.pairs} pairs, train ${event.fit.trainAlignment.toFixed(2)})`,
        );
    },
  );
  const start = performance.now();
  const summary = await pursue({
    goal: { kind: "optimize" },
    experiment,
    experimentPath: "examples/hotpotqa/experiment.ts",
    splits,
    settings,
    model,
    proposer: model,
    rewards,
    recorder,
    signal,
  });
  const systemRuns = recorder.events.at(-1)?.systemRuns ?? Number.NaN;
  return { scorer, budget, seed, summary, systemRuns, seconds: (performance.now() - start) / 1000 };
}

/** One child per run, so that runs share nothing and use all processors. */
function runInChild(scorer: Scorer, budget: number, seed: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const passed = [
      ...given.set.flatMap((assignment) => ["--set", assignment]),
      "--data",
      given.data,
      ...(given.verbose ? ["--verbose"] : []),
    ];
    const child = spawn(
      process.execPath,
      [fileURLToPath(import.meta.url), "--one", `${scorer},${budget},${seed}`, ...passed],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += String(chunk);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as Outcome);
      else reject(new Error(`the run ${scorer}, ${budget}, seed ${seed} ended with code ${code}`));
    });
  });
}

async function runAll(): Promise<Outcome[]> {
  const seeds = Array.from({ length: Number(given.seeds) }, (_, index) => index + Number(given["first-seed"]));
  const budgets = given.budgets.split(",").map(Number);
  const chosen = scorers.filter((scorer) => given.scorers.split(",").includes(scorer));
  const jobs = budgets.flatMap((budget) => seeds.flatMap((seed) => chosen.map((scorer) => ({ scorer, budget, seed }))));
  const outcomes: Outcome[] = [];
  const next = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      outcomes.push(await runInChild(job.scorer, job.budget, job.seed));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, next));
  return outcomes.sort(
    (a, b) => b.budget - a.budget || scorers.indexOf(a.scorer) - scorers.indexOf(b.scorer) || a.seed - b.seed,
  );
}

function printTables(outcomes: readonly Outcome[]): void {
  const number = (value: number | undefined) => (value === undefined ? "-" : value.toFixed(3));
  const first = outcomes[0]?.summary;
  console.log(
    `Simulated model; HotpotQA; test F1 on ${first?.unoptimized.test?.n} rows that the run does not touch, another quarter of the data with each seed.\n`,
  );
  console.log(
    "| most system runs | scored by | seeds | unoptimized | optimized | gain | better in | runs used |\n|---|---|---|---|---|---|---|---|",
  );
  for (const budget of new Set(outcomes.map((outcome) => outcome.budget))) {
    for (const scorer of scorers) {
      const group = outcomes.filter((outcome) => outcome.budget === budget && outcome.scorer === scorer);
      if (group.length === 0) continue;
      const before = group.map(({ summary }) => summary.unoptimized.test?.mean ?? Number.NaN);
      const after = group.map(({ summary }) => summary.optimized.test?.mean ?? Number.NaN);
      const better = after.filter((value, index) => value > (before[index] ?? 0)).length;
      const gain = bootstrapDifference(before, after, seededRandom("bench gain"));
      console.log(
        `| ${budget} | ${shown[scorer]} | ${group.length} | ${number(mean(before))} | ${number(mean(after))} (${after.map(number).join(", ")}) | ${number(gain.mean)} [${number(gain.low)}, ${number(gain.high)}] | ${better} of ${group.length} | ${mean(group.map(({ systemRuns }) => systemRuns)).toFixed(0)} |`,
      );
    }
  }
  printAlignment(outcomes.filter(({ scorer }) => scorer === "local"));
  console.log(`\nslowest run ${Math.max(...outcomes.map(({ seconds }) => seconds)).toFixed(1)} s`);
}

function printAlignment(outcomes: readonly Outcome[]): void {
  for (const budget of new Set(outcomes.map((outcome) => outcome.budget))) {
    const group = outcomes.filter((outcome) => outcome.budget === budget);
    const names = Object.keys(group[0]?.summary.alignment ?? {});
    console.log(`\nAlignment of the learned local rewards at ${budget} runs (held-out pairs), last measured:\n`);
    console.log("| component | mean | per seed (pairs) |\n|---|---|---|");
    const wellMeasured: number[] = [];
    for (const name of names) {
      const measured = group.map(({ summary }) => ({
        alignment: summary.alignment[name],
        pairs: summary.alignmentPairs[name] ?? 0,
      }));
      for (const { alignment, pairs } of measured)
        if (alignment !== undefined && pairs >= 100) wellMeasured.push(alignment);
      const values = measured.flatMap(({ alignment }) => alignment ?? []);
      console.log(
        `| ${name} | ${mean(values).toFixed(3)} | ${measured.map(({ alignment, pairs }) => `${alignment?.toFixed(2) ?? "-"} (${pairs})`).join(", ")} |`,
      );
    }
    if (wellMeasured.length > 0)
      console.log(
        `| mean over components with at least 100 pairs | ${mean(wellMeasured).toFixed(3)} | n = ${wellMeasured.length} |`,
      );
  }
}

if (given.one !== undefined) {
  const [scorer = "local", budget, seed] = given.one.split(",");
  console.log(JSON.stringify(await runOne(scorer as Scorer, Number(budget), Number(seed))));
} else if (existsSync(given.data)) {
  printTables(await runAll());
} else {
  console.log(
    `SKIPPED: there is no data at ${given.data}; name a folder with train.jsonl and validation.jsonl by --data.`,
  );
}
