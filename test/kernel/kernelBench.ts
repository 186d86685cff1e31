import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Kernel } from "../../src/notebook/kernel.ts";
import { type KernelOptions, startKernel } from "../../src/notebook/kernelClient.ts";
import { kernelEnvironment } from "../../src/notebook/kernelEnvironment.ts";
import type { Execute, ExecuteResult } from "../../src/notebook/kernelProtocol.ts";
import type { Output } from "../../src/notebook/output.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The kernel and the trainer as they are shipped; the tests' set-up has built them. */
export const kernelEntry = join(root, "dist/kernel.js");
export const trainerEntry = join(root, "dist/trainer.js");

/** What a parent of kernels needs, as one module in a folder. @returns its path */
export async function bundledClient(folder: string): Promise<string> {
  const outfile = join(folder, "client.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["src/notebook/kernelClient.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  return outfile;
}

/** A temporary folder and the kernels that a test file starts in it. */
export class KernelBench {
  readonly folder = mkdtempSync(join(tmpdir(), "optimas-kernel-"));
  readonly #kernels: BenchKernel[] = [];

  async start(options: Partial<KernelOptions> = {}): Promise<BenchKernel> {
    const log: string[] = [];
    const late: Late[] = [];
    const responsive: boolean[] = [];
    const kernel = await startKernel({
      entry: kernelEntry,
      folder: this.folder,
      environment: { ...kernelEnvironment(process.env, { electron: false }), TMPDIR: this.folder },
      listener: {
        onLog: (line) => log.push(line),
        onLateOutputs: (cell, order, outputs) => late.push({ cell, order, outputs }),
        onResponsive: (now) => responsive.push(now),
      },
      ...options,
    });
    const started = new BenchKernel(kernel, log, late, responsive);
    this.#kernels.push(started);
    return started;
  }

  /** The latest kernel, for tests that need no fresh one; a new one when that is gone. Its notes are cleared. */
  async shared(): Promise<BenchKernel> {
    const latest = this.#kernels.at(-1);
    if (latest === undefined || !lives(latest.kernel.pid)) return this.start();
    for (const notes of [latest.log, latest.late, latest.responsive]) notes.length = 0;
    return latest;
  }

  async endKernels(): Promise<void> {
    await Promise.all(this.#kernels.splice(0).map(({ kernel }) => kernel.dispose()));
  }

  async dispose(): Promise<void> {
    await this.endKernels();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Outputs that came after the end of their cell. */
export interface Late {
  readonly cell: string;
  readonly order: number;
  readonly outputs: readonly Output[];
}

/** What a cell came to. */
export interface Ran {
  readonly result: ExecuteResult;
  readonly outputs: readonly Output[];
  /** Batches in which the outputs came. */
  readonly batches: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export class BenchKernel {
  readonly kernel: Kernel;
  readonly log: string[];
  readonly late: Late[];
  /** What was told about the main thread's answering, in order. */
  readonly responsive: boolean[];
  #order = 0;

  constructor(kernel: Kernel, log: string[], late: Late[], responsive: boolean[]) {
    this.kernel = kernel;
    this.log = log;
    this.late = late;
    this.responsive = responsive;
  }

  /**
   * Runs a cell.
   * @param onText called with everything the cell has printed so far, after each batch
   * @param onOutputs called with each batch before that
   */
  async run(
    code: string,
    onText: (text: string, interrupt: (force?: boolean) => void) => void | Promise<void> = () => undefined,
    more: Partial<Execute> = {},
    onOutputs: (outputs: readonly Output[]) => void = () => undefined,
  ): Promise<Ran> {
    const order = ++this.#order;
    const cell = more.cell ?? `cell-${order}`;
    const began = performance.now();
    const outputs: Output[] = [];
    let batches = 0;
    const textOf = (name: string): string =>
      outputs.map((output) => (output.type === "stream" && output.name === name ? output.text : "")).join("");
    const result = await this.kernel.execute({ cell, order, code, language: "typescript", ...more }, async (batch) => {
      batches++;
      outputs.push(...batch);
      onOutputs(batch);
      await onText(textOf("stdout"), (force) => this.kernel.interrupt(cell, force));
    });
    const ms = performance.now() - began;
    return { result, outputs, batches, stdout: textOf("stdout"), stderr: textOf("stderr"), ms };
  }
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean, what: string, withinMs = 120_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a process lives; one that has ended and that nobody has asked about (a zombie) does not. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/^\d+ \(.*\) Z/.test(readFileSync(stat, "utf8"));
}
