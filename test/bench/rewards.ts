/**
 * `npm run bench:rewards`: what it costs to train adapters in a transformer and to score by it, with weights of chance
 * in BERT's form; and the same by PyTorch where a Python has it (`OPTIMAS_PYTHON`, else what is called python3 or python),
 * step by step in turns. Each line says what was measured and, beside PyTorch, whether the target was met; the exit code
 * is 1 when one was not. `-- --rounds 40` measures longer; `-- --threads 1` is for a machine that is shared, where the time
 * of the processor then tells more than the clock.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import * as z from "zod";
import { loadRuntime } from "../../src/onnx/runtime.ts";
import { floatsIn, type Job, writeJob } from "./rewardJob.ts";
import { runSide } from "./rewardSide.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    threads: { type: "string", default: "2" },
    side: { type: "string" },
    folder: { type: "string" },
  },
});
if (options.side !== undefined) {
  await runSide(options.side, options.folder ?? "");
  process.exit(0);
}

/** Of each side before it is measured. */
const WARM_UPS = 2;
/** Threads of each side. */
const THREADS = Math.min(Number(options.threads), availableParallelism());
const python = join(import.meta.dirname, "../../test/bench/rewards.py");

const aboutSchema = z.looseObject({
  name: z.string().optional(),
  loss: z.number().optional(),
  rewards: z.array(z.number()).optional(),
});
const timeSchema = z.object({ ms: z.number(), processorMs: z.number() });
const peakSchema = z.object({ peakMb: z.number() });

type About = z.infer<typeof aboutSchema>;

/** A process that does a step whenever it is told to. */
class Stepper {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly times: z.infer<typeof timeSchema>[] = [];

  private constructor(child: ChildProcess, lines: AsyncIterator<string>) {
    this.#child = child;
    this.#lines = lines;
  }

  static async start(command: string, args: readonly string[]): Promise<{ stepper: Stepper; about: About }> {
    const threads = String(THREADS);
    const env = {
      ...process.env,
      OMP_NUM_THREADS: threads,
      OPENBLAS_NUM_THREADS: threads,
      MKL_NUM_THREADS: threads,
    };
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env });
    if (child.stdout === null) throw new Error("a process without output");
    const stepper = new Stepper(child, createInterface(child.stdout)[Symbol.asyncIterator]());
    return { stepper, about: aboutSchema.parse(await stepper.#said()) };
  }

  async #said(): Promise<unknown> {
    const { done, value } = await this.#lines.next();
    if (done === true) throw new Error(`${this.#child.spawnfile} ended early`);
    return JSON.parse(value);
  }

  async warmUp(): Promise<void> {
    await this.step();
    this.times.length = 0;
  }

  async step(): Promise<void> {
    this.#child.stdin?.write("run\n");
    this.times.push(timeSchema.parse(await this.#said()));
    // Threads of either side wait in a loop for a moment; the next step is not to share its processors with them.
    await new Promise((done) => setTimeout(done, 100));
  }

  async end(): Promise<number> {
    this.#child.stdin?.write("end\n");
    return peakSchema.parse(await this.#said()).peakMb;
  }
}

let failed = 0;
function report(what: string, value: number, target: number, kind: "at most" | "at least"): void {
  const met = kind === "at most" ? value <= target : value >= target;
  if (!met) failed += 1;
  const shown = value < 0.001 ? value.toExponential(1) : value.toFixed(3);
  console.log(`${met ? "met   " : "MISSED"}  ${what}: ${shown} (${kind} ${target})`);
}

const tell = (line: string): void => console.log(`        ${line}`);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

/** The first Python with torch; one that has PEFT, too, before others. */
function findPython(): { command: string; name: string; peft: boolean } | undefined {
  const named = process.env.OPTIMAS_PYTHON;
  const commands = named ? [named] : ["python3", "python", "/usr/bin/python3", "/usr/local/bin/python3"];
  const found = commands.flatMap((command) => {
    const { status, stdout } = spawnSync(command, [python, "look"], { encoding: "utf8" });
    if (status !== 0) return [];
    return [{ command, ...z.object({ name: z.string(), peft: z.boolean() }).parse(JSON.parse(stdout)) }];
  });
  return found.find(({ peft }) => peft) ?? found[0];
}

interface Measured {
  readonly ms: readonly number[];
  readonly processorMs: number;
  readonly peakMb: number;
  readonly about: About;
}

type Sides<T> = { readonly ours: T; readonly torch: T | undefined };

/** Both sides' steps in turns: whoever goes first in a round goes second in the next. */
async function measure(side: "train" | "score", folder: string, rounds: number): Promise<Sides<Measured>> {
  const program = process.argv[1] ?? "";
  const ours = await Stepper.start(process.execPath, [program, "--side", side, "--folder", folder]);
  const torch = other && (await Stepper.start(other.command, [python, side, folder]));
  const started = [ours, ...(torch ? [torch] : [])];
  for (let round = 0; round < WARM_UPS; round++) for (const { stepper } of started) await stepper.warmUp();
  for (let round = 0; round < rounds; round++) {
    for (const { stepper } of round % 2 === 0 ? started : started.toReversed()) await stepper.step();
  }
  const measured = async ({ stepper, about }: (typeof started)[number]): Promise<Measured> => ({
    ms: stepper.times.map(({ ms }) => ms),
    processorMs: median(stepper.times.map(({ processorMs }) => processorMs)),
    peakMb: await stepper.end(),
    about,
  });
  return { ours: await measured(ours), torch: torch && (await measured(torch)) };
}

/** The clock's median, least and greatest; the processor's median; memory. */
function line(who: string, what: string, { ms, processorMs, peakMb }: Measured): void {
  const [least, most] = [Math.min(...ms), Math.max(...ms)];
  const times = `${median(ms).toFixed(0)} ms (${least.toFixed(0)} to ${most.toFixed(0)}; ${processorMs.toFixed(0)} of processor)`;
  tell(`${who}: ${what} ${times}, at most ${peakMb.toFixed(0)} MiB of memory`);
}

const rate = (job: Job, ms: number): number => (1_000 * job.sequences) / ms;

/** How far the numbers of one side are from the other's, in units of the greatest. */
function distance(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  const [all, others] = [Array.from(ours), Array.from(theirs)];
  const greatest = others.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return all.reduce((most, value, at) => Math.max(most, Math.abs(value - (others[at] ?? Number.NaN))), 0) / greatest;
}

async function oursGradients(folder: string): Promise<number> {
  const { stepper, about } = await Stepper.start(process.execPath, [
    process.argv[1] ?? "",
    "--side",
    "check",
    "--folder",
    folder,
  ]);
  await stepper.end();
  return about.loss ?? Number.NaN;
}

const other = findPython();
const folder = mkdtempSync(join(tmpdir(), "optimas-bench-"));
try {
  const runtime = await loadRuntime();
  const { version } = z
    .object({ version: z.string() })
    .parse(
      JSON.parse(readFileSync(join(import.meta.dirname, "../../node_modules/onnxruntime-node/package.json"), "utf8")),
    );
  const job = await writeJob(runtime, folder, THREADS);
  tell(
    `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model.trim()}, ${availableParallelism()} processors, load ${loadavg()
      .map((load) => load.toFixed(2))
      .join(" ")}`,
  );
  tell(
    `ours: onnxruntime ${version}, Node ${process.versions.node}; PyTorch: ${other?.name ?? "no Python with torch was found, so there is nothing to compare with; OPTIMAS_PYTHON names one"}`,
  );
  tell(
    `BERT of ${job.bert.layers} x ${job.bert.width}, ${job.sequences} x ${job.length} tokens, rank ${job.rank}, ${job.threads} threads each`,
  );
  const rounds = Number(options.rounds);
  const train = await measure("train", folder, rounds);
  const score = await measure("score", folder, rounds * 2);
  line("ours   ", "a step", train.ours);
  if (train.torch) line("PyTorch", "a step", train.torch);
  line("ours   ", `${rate(job, median(score.ours.ms)).toFixed(1)} sequences a second, a batch`, score.ours);
  if (score.torch)
    line("PyTorch", `${rate(job, median(score.torch.ms)).toFixed(1)} sequences a second, a batch`, score.torch);
  if (train.torch && score.torch) {
    const loss = await oursGradients(folder);
    const [ours, theirs] = ["ours", "torch"].map((name) =>
      floatsIn(join(folder, `gradients-${name}.bin`), job.parameters),
    ) as [Map<string, Float32Array>, Map<string, Float32Array>];
    const far = Math.max(...job.parameters.map(({ name }) => distance(ours.get(name) ?? [], theirs.get(name) ?? [])));
    report(
      "loss beside PyTorch's, difference",
      Math.abs(loss - (train.torch.about.loss ?? Number.NaN)),
      1e-4,
      "at most",
    );
    report("gradients beside PyTorch's, greatest difference", far, 1e-4, "at most");
    report(
      "rewards beside PyTorch's, greatest difference",
      distance(score.ours.about.rewards ?? [], score.torch.about.rewards ?? []),
      1e-3,
      "at most",
    );
    const least = (measured: Measured) => Math.min(...measured.ms);
    report(
      "time of a step in relation to PyTorch's, by medians",
      median(train.ours.ms) / median(train.torch.ms),
      0.95,
      "at most",
    );
    tell(
      `by minima ${(least(train.ours) / least(train.torch)).toFixed(3)}, by time of the processor ${(train.ours.processorMs / train.torch.processorMs).toFixed(3)}`,
    );
    report(
      "rate of scoring in relation to PyTorch's, by medians",
      median(score.torch.ms) / median(score.ours.ms),
      1.1,
      "at least",
    );
    tell(
      `by minima ${(least(score.torch) / least(score.ours)).toFixed(3)}, by time of the processor ${(score.torch.processorMs / score.ours.processorMs).toFixed(3)}`,
    );
    report("memory of training in relation to PyTorch's", train.ours.peakMb / train.torch.peakMb, 0.5, "at most");
    const scoringMemory = score.ours.peakMb / score.torch.peakMb;
    // PyTorch alone is not what the target speaks of: PEFT and transformers are a good part of such a process.
    if (other?.peft) report("memory of scoring in relation to PyTorch's", scoringMemory, 0.5, "at most");
    else
      tell(`memory of scoring in relation to PyTorch's, PEFT and transformers not loaded: ${scoringMemory.toFixed(3)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
