import { dirname, join } from "node:path";
import type { Clock } from "../../notebook/clock.ts";
import type { Kernel, KernelEnd, KernelListener } from "../../notebook/kernel.ts";
import type { KernelSession } from "../../notebook/kernelSession.ts";
import type { MimeBundle, Output } from "../../notebook/output.ts";
import type { CellResult } from "../../notebook/sessionState.ts";
import type { RunOutput, runOutputSchema } from "../../run/runOutput.ts";
import { errorMessage } from "../../system/userError.ts";
import { RUN_MIME } from "../identity.ts";
import type { EditorRunPlan } from "./editorRunRequest.ts";

/** How a run came to its end, for this editor: an interrupted one can go on. */
export type EditorRunEnd =
  | { readonly kind: "finished" }
  | { readonly kind: "interrupted" }
  /** It was taken from the queue, or stopped before its kernel was there. */
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly error: RunError }
  /** Its kernel ended under it. */
  | { readonly kind: "died"; readonly end: KernelEnd };

/** What a run's code threw. */
export interface RunError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

export type EditorRunState =
  | { readonly kind: "queued" }
  | { readonly kind: "starting" }
  | { readonly kind: "running" }
  /** `forced` once it was asked a second time. */
  | { readonly kind: "stopping"; readonly forced: boolean }
  | { readonly kind: "ended"; readonly end: EditorRunEnd };

export interface EditorRunOptions {
  /** Names the run in this window, before it has a folder. */
  readonly id: string;
  readonly plan: EditorRunPlan;
  /** The cell that does it. */
  readonly code: string;
  readonly start: (listener: KernelListener) => Promise<Kernel>;
  readonly onChange: (run: EditorRun) => void;
  readonly onLog: (line: string) => void;
  /** Milliseconds that the run gets to stop before stopping it by force is offered. */
  readonly offerRestartAfter?: () => number;
  readonly clock?: Clock;
}

/** One run that was started from the editor: a kernel of its own that evaluates one cell, and what is known of it so far. */
export class EditorRun {
  readonly id: string;
  readonly plan: EditorRunPlan;
  /** Settles once the run has ended and its process is gone; never rejects. */
  readonly ended: Promise<EditorRunEnd>;
  readonly #options: EditorRunOptions;
  #state: EditorRunState = { kind: "queued" };
  #output: RunOutput | undefined;
  #result: MimeBundle | undefined;
  #error: RunError | undefined;
  #session: KernelSession | undefined;
  #asked = false;
  #isDeclined = false;
  #missingKey: string | undefined;
  #resolveEnded: (end: EditorRunEnd) => void = () => undefined;

  constructor(options: EditorRunOptions) {
    this.id = options.id;
    this.plan = options.plan;
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  get state(): EditorRunState {
    return this.#state;
  }

  /** What the run tells of itself, as notebooks show it; undefined before its first event. */
  get output(): RunOutput | undefined {
    return this.#output;
  }

  /** What its step gave in the end, in several representations. */
  get result(): MimeBundle | undefined {
    return this.#result;
  }

  /** Absolute path of the run's folder, once there is one. */
  get folder(): string | undefined {
    const { resume, out, file } = this.plan;
    if (this.#output === undefined) return resume?.folder;
    const { folder, runId } = this.#output;
    if (resume !== undefined) return resume.folder;
    return folder === null ? join(out, runId) : join(dirname(file), folder);
  }

  /** Starts a queued run; resolves once it is under way or was stopped. */
  async start(): Promise<void> {
    if (this.#state.kind !== "queued") return;
    this.#enter({ kind: "starting" });
    try {
      const [{ KernelSession }, { runOutputSchema }] = await Promise.all([
        import("../../notebook/kernelSession.ts"),
        import("../../run/runOutput.ts"),
      ]);
      if (this.#asked) await this.#end({ kind: "cancelled" });
      else this.#run(KernelSession, runOutputSchema);
    } catch (thrown) {
      const message = errorMessage(thrown);
      const stack = (thrown instanceof Error && thrown.stack) || message;
      await this.#end({ kind: "failed", error: { name: "Error", message, stack } });
    }
  }

  /** Takes a queued run from the queue; asks a live one to stop at its next safe point, the second time by force. */
  stop(): void {
    switch (this.#state.kind) {
      case "queued":
        void this.#end({ kind: "cancelled" });
        return;
      case "starting":
      case "running":
      case "stopping":
        this.#asked = true;
        if (this.#session === undefined) this.#enter({ kind: "stopping", forced: false });
        this.#session?.interrupt();
        return;
      case "ended":
        return;
    }
  }

  /** The user did not agree to what it may cost, or to a download: its failing says no more than they know. */
  decline(): void {
    this.#isDeclined = true;
  }

  /** It asked for a key of a provider that there is none of. */
  lacksKey(provider: string): void {
    this.#missingKey = provider;
  }

  /** The provider whose key it lacked, if any. */
  get missingKey(): string | undefined {
    return this.#missingKey;
  }

  /** Ends the run's kernel: it stops at its last checkpoint. Resolves once the process is gone. */
  async dispose(): Promise<void> {
    if (this.#session === undefined) {
      this.stop();
      if (this.#state.kind === "ended") return;
    }
    this.#asked = true;
    await this.#session?.dispose();
    await this.ended;
  }

  #run(Session: typeof KernelSession, schema: typeof runOutputSchema): void {
    const { start, onLog, offerRestartAfter, clock, code } = this.#options;
    const session = new Session({
      start,
      onLog,
      ...(offerRestartAfter && { offerRestartAfter }),
      ...(clock && { clock }),
      onChange: (health) => {
        if (this.#state.kind === "ended") return;
        if (health.kind === "busy" && this.#state.kind !== "running") this.#enter({ kind: "running" });
        if (health.kind === "stopping") this.#enter({ kind: "stopping", forced: health.step === "forced" });
      },
    });
    this.#session = session;
    session.run({
      id: this.id,
      code,
      language: "typescript",
      onStarted: () => undefined,
      onOutputs: (outputs) => this.#take(outputs, schema),
      onEnded: (result) => void this.#end(this.#endOf(result)),
    });
  }

  #take(outputs: readonly Output[], schema: typeof runOutputSchema): void {
    for (const output of outputs) {
      if (output.type === "display") {
        const run = schema.safeParse(output.data[RUN_MIME]);
        if (run.success) this.#output = run.data;
      } else if (output.type === "result") {
        this.#result = output.data;
      } else if (output.type === "error") {
        this.#error = output;
      } else if (output.type === "stream") {
        this.#options.onLog(output.text.trimEnd());
      }
    }
    this.#changed();
  }

  #endOf(result: CellResult): EditorRunEnd {
    switch (result.status) {
      case "succeeded":
        return { kind: "finished" };
      case "interrupted":
        return { kind: "interrupted" };
      case "cancelled":
        return { kind: "cancelled" };
      case "failed":
        if (this.#isDeclined) return { kind: "cancelled" };
        // Where the step was stopped, what it threw tells so.
        if (this.#asked && this.#error?.name === "AbortError") return { kind: "interrupted" };
        return { kind: "failed", error: this.#error ?? { name: "Error", message: "", stack: "" } };
      case "died":
        return this.#asked && result.end.how === "disposed"
          ? { kind: "interrupted" }
          : { kind: "died", end: result.end };
    }
  }

  async #end(end: EditorRunEnd): Promise<void> {
    // Its process goes first: what comes next must find the run's folder free.
    await this.#session?.dispose();
    if (this.#state.kind === "ended") return;
    this.#enter({ kind: "ended", end });
    this.#resolveEnded(end);
  }

  #enter(state: EditorRunState): void {
    this.#state = state;
    this.#changed();
  }

  #changed(): void {
    this.#options.onChange(this);
  }
}
