import type { Clock } from "../../notebook/clock.ts";
import { type Kernel, KernelDied, type KernelListener } from "../../notebook/kernel.ts";
import { KernelSession } from "../../notebook/kernelSession.ts";
import type { Output } from "../../notebook/output.ts";
import type { CellResult } from "../../notebook/sessionState.ts";
import { TRIAL_OUTPUT_MIME, type TrialOutput, type TrialOutputOf, trialOutputSchema } from "../../run/trialOutput.ts";
import type { Configuration } from "../../system/configuration.ts";
import type { VariableValue } from "../../system/variable.ts";
import type { L10n } from "../l10n.ts";
import type { RunError } from "../runs/editorRun.ts";
import { experimentCode } from "../runs/editorRunCode.ts";
import type { ExperimentExport } from "../runs/editorRunRequest.ts";

/** What trials are of. */
export interface TrialPlan {
  /** Absolute path of the file that declares the experiment. */
  readonly file: string;
  readonly exported: ExperimentExport;
  /** Absolute path of the folder of a run whose local rewards score outputs. */
  readonly rewardsFrom?: string | undefined;
  /** Absolute path of the folder of a run whose rows, model and settings are taken; refused where these have changed. */
  readonly asInRun?: string | undefined;
  /** What is in force; the accepted values by default. */
  readonly start?: Configuration | undefined;
}

export type TrialKernelState =
  /** Nothing was asked of it yet, or what it had opened is gone; the next step opens the experiment. */
  | { readonly kind: "closed" }
  | { readonly kind: "opening" }
  | { readonly kind: "ready" }
  /** `responsive` is false while synchronous code keeps the process. */
  | { readonly kind: "busy"; readonly responsive: boolean }
  | { readonly kind: "stopping"; readonly forced: boolean }
  | { readonly kind: "disposed" };

export interface TrialKernelOptions {
  readonly plan: TrialPlan;
  readonly start: (listener: KernelListener) => Promise<Kernel>;
  readonly l10n: L10n;
  readonly onLog: (line: string) => void;
  readonly onChange?: (state: TrialKernelState) => void;
  readonly offerRestartAfter?: () => number;
  readonly clock?: Clock;
}

/** A step was interrupted or taken back before it had begun. */
export class TrialStopped extends Error {
  override readonly name = "TrialStopped";
}

/** The user's code, or what was asked of it, threw. */
export class TrialFailed extends Error {
  override readonly name = "TrialFailed";
  readonly error: RunError;

  constructor(error: RunError) {
    super(error.message);
    this.error = error;
  }
}

/**
 * A kernel process in which one experiment stands open for trials. Nothing starts before the first step; steps wait for one
 * another. All of them reject with `TrialStopped` when they are interrupted, with `TrialFailed` when code threw, and with
 * `KernelDied` when the process ended under them; the next step then starts anew.
 */
export class TrialKernel {
  readonly plan: TrialPlan;
  readonly #options: TrialKernelOptions;
  #session: KernelSession | undefined;
  #opened: Promise<void> | undefined;
  #phase: "closed" | "opening" | "open" = "closed";
  #isDisposed = false;
  #cells = 0;
  /** Raised by every interrupt: steps that were asked for before do not begin any more. */
  #interrupts = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: TrialKernelOptions) {
    this.plan = options.plan;
    this.#options = options;
  }

  get state(): TrialKernelState {
    if (this.#isDisposed) return { kind: "disposed" };
    const session = this.#session?.state;
    if (session?.kind === "stopping") return { kind: "stopping", forced: session.step === "forced" };
    if (this.#phase !== "open") return { kind: this.#phase };
    return session?.kind === "busy" ? { kind: "busy", responsive: session.responsive } : { kind: "ready" };
  }

  /** What can be tried; opens the experiment where it is not open. */
  offer(): Promise<TrialOutputOf<"offer">> {
    return this.#one("offer", "await trials.offer()");
  }

  /** Runs one component on the input that it gets for a row. @param given.alone without the values that lie beside */
  tryValue(
    component: string,
    value: VariableValue,
    given: { readonly example?: string; readonly alone?: boolean } = {},
  ): Promise<TrialOutputOf<"value">> {
    return this.#one("value", `await trials.tryValue(${literal(component)}, ${literal(value)}, ${literal(given)})`);
  }

  /** Puts a value to the validation gate; nothing is accepted by it. */
  check(
    component: string,
    value: VariableValue,
    onProgress: (progress: TrialOutputOf<"progress">) => void = () => undefined,
  ): Promise<TrialOutputOf<"check">> {
    const bundle = `{ ${literal(TRIAL_OUTPUT_MIME)}: { kind: "progress", ...progress } }`;
    const told = `(progress) => display(${bundle}, { raw: true, id: "progress" })`;
    return this.#one(
      "check",
      `await trials.check(${literal(component)}, ${literal(value)}, { onProgress: ${told} })`,
      (output) => {
        if (output.kind === "progress") onProgress(output);
      },
    );
  }

  /** From now on the value is in force in these trials. */
  keep(component: string, value: VariableValue): Promise<TrialOutputOf<"offer">> {
    return this.#one("offer", `await trials.keep(${literal(component)}, ${literal(value)})`);
  }

  /**
   * Runs the whole system on rows.
   * @param on.start hears of each as soon as it is its turn
   * @param on.step hears of every component that has given its output
   * @param on.run gets each as soon as it is done
   */
  async runExamples(
    ids: readonly string[],
    on: {
      readonly start?: (id: string) => void;
      readonly step?: (id: string, component: string) => void;
      readonly run: (run: TrialOutputOf<"example">) => void;
    },
  ): Promise<void> {
    // With an id each, for a cell shows only so many without.
    const shown = `(run) => display(run, { id: "row " + run.exampleId })`;
    const bundle = `{ ${literal(TRIAL_OUTPUT_MIME)}: { kind: "started", exampleId } }`;
    const started = `(exampleId) => display(${bundle}, { raw: true, id: "start " + exampleId })`;
    const step = `{ ${literal(TRIAL_OUTPUT_MIME)}: { kind: "stepped", exampleId, component } }`;
    const stepped = `, (exampleId, component) => display(${step}, { raw: true, id: "step " + exampleId })`;
    const told = `${shown}, ${started}${on.step === undefined ? "" : stepped}`;
    await this.#step(`void await trials.runExamples(${literal(ids)}, ${told})`, (output) => {
      if (output.kind === "stepped") on.step?.(output.exampleId, output.component);
      if (output.kind === "example") on.run(output);
      if (output.kind === "started") on.start?.(output.exampleId);
    });
  }

  /** Stops the step under way and takes back those that wait; called again, by force. */
  interrupt(): void {
    this.#interrupts += 1;
    this.#session?.interrupt();
  }

  /** Ends the process for good. Resolves once it is gone. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#interrupts += 1;
    await this.#drop();
    await this.#last;
  }

  async #one<K extends TrialOutput["kind"]>(
    kind: K,
    code: string,
    onOutput: (output: TrialOutput) => void = () => undefined,
  ): Promise<TrialOutputOf<K>> {
    let found: TrialOutputOf<K> | undefined;
    await this.#step(code, (output) => {
      if (isOf(kind, output)) found = output;
      else onOutput(output);
    });
    if (found === undefined) throw new Error(`a cell of trials gave no "${kind}": ${code}`);
    return found;
  }

  #step(code: string, onOutput: (output: TrialOutput) => void): Promise<void> {
    const interrupts = this.#interrupts;
    const turn = this.#last;
    const mayBegin = () => {
      if (interrupts !== this.#interrupts || this.#isDisposed) throw new TrialStopped("The step was taken back.");
    };
    const done = (async () => {
      await turn;
      mayBegin();
      this.#opened ??= this.#open();
      await this.#opened;
      mayBegin();
      await this.#cell(code, onOutput);
    })();
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #open(): Promise<void> {
    const { plan, l10n } = this.#options;
    const { file, rewardsFrom, asInRun, start } = plan;
    // What is undefined is left out of JSON.
    const options = { file, rewardsFrom, asInRun, start };
    const code = [...experimentCode(plan, l10n), `const trials = await experiment.trials(${literal(options)});`];
    this.#phase = "opening";
    try {
      await this.#cell(code.join("\n"), () => undefined);
      this.#phase = "open";
    } catch (thrown) {
      // The next one begins with an empty process: what was loaded may be half of a mistake.
      await this.#drop();
      throw thrown;
    }
    this.#changed();
  }

  async #cell(code: string, onOutput: (output: TrialOutput) => void): Promise<void> {
    this.#session ??= this.#newSession();
    const session = this.#session;
    const interrupts = this.#interrupts;
    let error: RunError | undefined;
    const result = await new Promise<CellResult>((resolve) =>
      session.run({
        id: `trial ${++this.#cells}`,
        code,
        language: "typescript",
        onStarted: () => undefined,
        onOutputs: (outputs) => {
          for (const output of outputs) {
            if (output.type === "error") error = output;
            else this.#take(output, onOutput);
          }
        },
        onEnded: resolve,
      }),
    );
    const asked = interrupts !== this.#interrupts;
    switch (result.status) {
      case "succeeded":
        return;
      case "interrupted":
      case "cancelled":
        throw new TrialStopped("The step was stopped.");
      case "failed":
        if (asked && error?.name === "AbortError") throw new TrialStopped("The step was stopped.");
        throw new TrialFailed(error ?? { name: "Error", message: "", stack: "" });
      case "died":
        await this.#drop();
        if (asked && result.end.how === "disposed") throw new TrialStopped("The step was stopped.");
        throw new KernelDied(result.end);
    }
  }

  #take(output: Output, onOutput: (output: TrialOutput) => void): void {
    if (output.type === "stream") this.#options.onLog(output.text.trimEnd());
    if (output.type !== "display" && output.type !== "result") return;
    const data = output.data[TRIAL_OUTPUT_MIME];
    if (data === undefined) return;
    const parsed = trialOutputSchema.safeParse(data);
    if (parsed.success) onOutput(parsed.data);
    else this.#options.onLog(`An output of trials is not what was agreed on: ${parsed.error.message}`);
  }

  #newSession(): KernelSession {
    const { start, onLog, offerRestartAfter, clock } = this.#options;
    const session: KernelSession = new KernelSession({
      start,
      onLog,
      ...(offerRestartAfter && { offerRestartAfter }),
      ...(clock && { clock }),
      onChange: ({ kind }) => {
        if (session !== this.#session) return;
        // What was open is gone with its process, also between two steps.
        if (kind === "dead") this.#forget();
        this.#changed();
      },
    });
    return session;
  }

  /** Forgets what is open; resolves once its process is gone. */
  async #drop(): Promise<void> {
    const session = this.#session;
    this.#forget();
    this.#changed();
    await session?.dispose();
  }

  #forget(): void {
    this.#session = undefined;
    this.#opened = undefined;
    this.#phase = "closed";
  }

  #changed(): void {
    this.#options.onChange?.(this.state);
  }
}

function isOf<K extends TrialOutput["kind"]>(kind: K, output: TrialOutput): output is TrialOutputOf<K> {
  return output.kind === kind;
}

function literal(value: unknown): string {
  return JSON.stringify(value);
}
