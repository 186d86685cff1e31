import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { loadRuntime, openModel } from "../../src/onnx/runtime.ts";
import { mergedBackbone } from "../../src/reward/transformer/adapter.ts";
import { AdapterTraining, trainingFeeds } from "../../src/reward/transformer/adapterTraining.ts";
import { readBackbone } from "../../src/reward/transformer/backbone.ts";
import { backboneFeeds } from "../../src/reward/transformer/backboneInputs.ts";
import { tensorNames, trainingGraph } from "../../src/reward/transformer/rewardGraph.ts";
import { POOLED, scoringGraph } from "../../src/reward/transformer/scoringGraph.ts";
import { batchOf, type Job, readJob, writeFloats } from "./rewardJob.ts";

/** Our side of the measurement, in a process of its own; it speaks as `rewards.py` does. */
export async function runSide(side: string, folder: string): Promise<void> {
  const { job, values } = readJob(folder);
  const made = await (side === "train" ? training : side === "score" ? scoring : gradients)(folder, job, values);
  say(made.about);
  for await (const line of createInterface(process.stdin)) {
    if (line.trim() !== "run") break;
    const [start, processor] = [performance.now(), process.cpuUsage()];
    await made.run();
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(processor);
    say({ ms, processorMs: (user + system) / 1_000 });
  }
  say({ peakMb: peakMb() });
}

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

interface Side {
  readonly about: object;
  readonly run: () => Promise<unknown>;
}

const lora = ({ rank, alpha }: Job) => ({ rank, alpha, targets: "all-linear" as const });

async function training(folder: string, job: Job, values: Map<string, Float32Array>): Promise<Side> {
  const runtime = await loadRuntime();
  const backbone = await readBackbone(runtime, join(folder, "model.onnx"));
  const graph = await trainingGraph(runtime, backbone, job.heads, lora(job));
  const adapters = await AdapterTraining.open(runtime, graph, values, job, job.threads);
  const batch = batchOf(job);
  const run = async () => {
    await adapters.add(batch);
    adapters.step();
  };
  return { about: {}, run };
}

async function scoring(folder: string, job: Job, values: Map<string, Float32Array>): Promise<Side> {
  const runtime = await loadRuntime();
  const backbone = await readBackbone(runtime, join(folder, "model.onnx"));
  const model = scoringGraph(mergedBackbone(backbone, { settings: lora(job), values }));
  const session = await openModel(runtime, model, { enableMemPattern: false, intraOpNumThreads: job.threads });
  const { tokens, poolWeights } = batchOf(job);
  const head = values.get(tensorNames.heads) ?? new Float32Array(0);
  const run = async () => {
    const results = await session.run({
      ...backboneFeeds(runtime, model.graph, tokens),
      [tensorNames.poolWeights]: new runtime.Tensor("float32", poolWeights, [tokens.sequences, tokens.length]),
    });
    const pooled = results[POOLED]?.data as Float32Array;
    const width = pooled.length / tokens.sequences;
    const reward = (row: number, of: number): number =>
      pooled
        .subarray(row * width, (row + 1) * width)
        .reduce((sum, value, at) => sum + value * (head[of * width + at] as number), 0);
    return Array.from({ length: tokens.sequences * job.heads }, (_, at) =>
      reward(Math.floor(at / job.heads), at % job.heads),
    );
  };
  return { about: { rewards: await run() }, run };
}

async function gradients(folder: string, job: Job, values: Map<string, Float32Array>): Promise<Side> {
  const runtime = await loadRuntime();
  const backbone = await readBackbone(runtime, join(folder, "model.onnx"));
  const graph = await trainingGraph(runtime, backbone, job.heads, lora(job));
  const session = await openModel(runtime, graph.model, { intraOpNumThreads: job.threads });
  const results = await session.run(trainingFeeds(runtime, graph, values, batchOf(job)));
  const found = graph.parameters.map(({ gradient }) => results[gradient]?.data as Float32Array);
  writeFloats(join(folder, "gradients-ours.bin"), found);
  return { about: { loss: Number(results[tensorNames.loss]?.data[0]) }, run: () => Promise.resolve() };
}

/** The most that was in memory at a time: of this program alone, where the system tells. */
function peakMb(): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (kib !== undefined) return Number(kib) / 1_024;
  } catch {
    // Only Linux has this file.
  }
  return process.resourceUsage().maxRSS / 1_024;
}
