import { dirname } from "node:path";
import { KernelDied } from "../../notebook/kernel.ts";
import type { TrialOutputOf } from "../../run/trialOutput.ts";
import type { TrialAsked, TweakCheck, TweakMessage, TweakPhase, TweakTrial } from "../../run/tweakMessage.ts";
import { errorMessage } from "../../system/userError.ts";
import type { VariableValue } from "../../system/variable.ts";
import type { L10n } from "../l10n.ts";
import { toldEnd } from "../processSentences.ts";
import { type FailurePlace, failurePlace } from "../runs/failurePlace.ts";
import { TrialFailed, type TrialKernel, type TrialKernelState, TrialStopped } from "./trialKernel.ts";

/** A trial that the next one makes needless may go on so long: one that is nearly done is sooner waited for than stopped. */
const LAST_CHANCE_MS = 250;

export type WorkKernel = Pick<
  TrialKernel,
  "offer" | "tryValue" | "check" | "keep" | "interrupt" | "dispose" | "plan" | "state"
>;

export interface TweakWorkOptions {
  /** Name of the component. */
  readonly component: string;
  /** A kernel that scores outputs by the local rewards of the run in a folder. */
  readonly kernel: (rewardsFrom: string | undefined, onChange: (state: TrialKernelState) => void) => WorkKernel;
  /** Folder of the run whose local rewards are the latest; undefined where none has been learnt. */
  readonly rewards: () => Promise<string | undefined>;
  readonly l10n: L10n;
  /** Gets what is another than before. */
  readonly onChange: (parts: WorkParts) => void;
  readonly onLog: (line: string) => void;
}

/** What a page is told of the work. */
export type WorkParts = Pick<TweakMessage, "offer" | "trial" | "check"> & {
  readonly phase?: TweakPhase;
  readonly rewardsProblem?: string | null;
};

/** What is done in the kernel of a panel: opening the experiment, one trial at a time, the gate. */
export class TweakWork {
  readonly #options: TweakWorkOptions;
  #kernel: WorkKernel | undefined;
  #phase: TweakPhase = { kind: "paused" };
  #offer: TrialOutputOf<"offer"> | undefined;
  #trial: TweakTrial = { kind: "none" };
  #check: TweakCheck = { kind: "none" };
  #rewardsProblem: string | null = null;
  #place: FailurePlace | undefined;
  #starts = 0;
  /** The trial that runs, and the one that comes next instead of it. */
  #running: TrialAsked | undefined;
  #next: TrialAsked | undefined;
  #lastChance: NodeJS.Timeout | undefined;
  /** Whether the trial that runs was asked to stop: asking twice would be by force. */
  #interrupted = false;

  constructor(options: TweakWorkOptions) {
    this.#options = options;
  }

  /** Everything that a page has to know. */
  get parts(): Required<WorkParts> {
    return {
      phase: this.#phase,
      offer: this.#offer ?? null,
      trial: this.#trial,
      check: this.#check,
      rewardsProblem: this.#rewardsProblem,
    };
  }

  /** Where the user has to look after the experiment could not be opened. */
  get failurePlace(): FailurePlace | undefined {
    return this.#place;
  }

  get isChecking(): boolean {
    return this.#check.kind === "busy";
  }

  /** Opens the experiment in a new kernel. What is shown stays until it is open; what was tried is forgotten. */
  async start(): Promise<void> {
    this.#starts += 1;
    const start = this.#starts;
    await this.#drop();
    if (start !== this.#starts) return;
    this.#place = undefined;
    this.#set({ phase: { kind: "starting" }, trial: { kind: "none" }, check: { kind: "none" }, rewardsProblem: null });
    try {
      const rewardsFrom = await this.#options.rewards();
      if (start === this.#starts && this.#phase.kind === "starting") await this.#open(rewardsFrom);
    } catch (thrown) {
      // Whoever starts anew does not want to hear how the last start ended.
      if (start === this.#starts) this.#failed(thrown);
    }
  }

  /** Tries a value on a row; the trial under way is stopped, for nobody waits for it any more. */
  try(asked: TrialAsked): void {
    if (this.#phase.kind !== "ready" || this.isChecking || this.#offer === undefined) return;
    this.#set({ trial: { kind: "busy", asked } });
    if (this.#running === undefined) {
      void this.#run(asked);
      return;
    }
    this.#next = asked;
    this.#lastChance ??= setTimeout(() => this.#interruptTrial(), LAST_CHANCE_MS);
  }

  /** Puts a value to the gate. */
  async check(value: VariableValue): Promise<void> {
    const kernel = this.#kernel;
    if (this.#phase.kind !== "ready" || this.isChecking || kernel === undefined) return;
    this.#next = undefined;
    if (this.#running !== undefined) this.#set({ trial: this.#stoppedTrial(this.#running) });
    this.#set({ check: { kind: "busy", value, progress: null, stopping: false } });
    try {
      const output = await kernel.check(this.#options.component, value, ({ label, done, total }) => {
        if (this.#kernel !== kernel || this.#check.kind !== "busy") return;
        this.#set({ check: { ...this.#check, progress: { label, done, total } } });
      });
      if (this.#kernel === kernel) this.#set({ check: { kind: "done", value, output } });
    } catch (thrown) {
      if (this.#kernel !== kernel) return;
      if (thrown instanceof TrialStopped) this.#set({ check: { kind: "stopped", value } });
      else if (thrown instanceof TrialFailed) this.#set({ check: { kind: "failed", value, message: thrown.message } });
      else this.#failed(thrown);
    }
  }

  /** Stops what runs; what does not stop is stopped by force when it is asked again. */
  stop(): void {
    const kernel = this.#kernel;
    this.#next = undefined;
    if (this.#phase.kind === "starting" && kernel === undefined) this.#set({ phase: { kind: "paused" } });
    if (this.#check.kind === "busy") this.#set({ check: { ...this.#check, stopping: true } });
    kernel?.interrupt();
  }

  /** From now on the value is in force, and in the source where it was written there. */
  async keep(value: VariableValue, isInSource: boolean): Promise<void> {
    const kernel = this.#kernel;
    if (kernel === undefined || this.#phase.kind !== "ready") return;
    try {
      const source = isInSource ? value : this.#offer?.components[0]?.source;
      const offer = this.#own(await kernel.keep(this.#options.component, value));
      if (this.#kernel !== kernel || offer === undefined) return;
      const components = offer.components.map((one) => (source === undefined ? one : { ...one, source }));
      this.#set({ offer: { ...offer, components }, trial: { kind: "none" } });
    } catch (thrown) {
      if (this.#kernel === kernel) this.#failed(thrown);
    }
  }

  async dispose(): Promise<void> {
    this.#starts += 1;
    await this.#drop();
  }

  async #open(rewardsFrom: string | undefined): Promise<void> {
    const kernel = this.#options.kernel(rewardsFrom, ({ kind }) => {
      if (kind === "closed" && this.#kernel === kernel) this.#closed();
    });
    this.#kernel = kernel;
    let offer: TrialOutputOf<"offer">;
    try {
      offer = await kernel.offer();
    } catch (thrown) {
      if (this.#kernel !== kernel || rewardsFrom === undefined || !(thrown instanceof TrialFailed)) throw thrown;
      // Perhaps it is the local rewards: another version or another backbone has learnt them.
      await this.#drop();
      await this.#open(undefined);
      const { l10n } = this.#options;
      this.#set({
        rewardsProblem: l10n.t("The local rewards that a run has learned cannot be used: {0}", thrown.message),
      });
      return;
    }
    if (this.#kernel !== kernel) return;
    const own = this.#own(offer);
    if (own === undefined) {
      const { component, l10n } = this.#options;
      const message = l10n.t("The system {0} has no component called {1}.", offer.system, component);
      this.#set({ phase: { kind: "failed", message, placed: false } });
      return;
    }
    this.#set({ phase: { kind: "ready" }, offer: own });
  }

  async #run(asked: TrialAsked): Promise<void> {
    const kernel = this.#kernel;
    if (kernel === undefined) return;
    this.#running = asked;
    this.#interrupted = false;
    try {
      const output = await kernel.tryValue(this.#options.component, asked.value, { example: asked.example });
      if (this.#isWanted(kernel)) this.#set({ trial: { kind: "done", asked, output } });
    } catch (thrown) {
      if (this.#kernel !== kernel) return;
      if (thrown instanceof TrialStopped) {
        if (this.#isWanted(kernel)) this.#set({ trial: this.#stoppedTrial(asked) });
      } else if (thrown instanceof TrialFailed) {
        if (this.#isWanted(kernel)) this.#set({ trial: { kind: "failed", asked, message: thrown.message } });
      } else {
        this.#failed(thrown);
      }
    }
    if (this.#kernel !== kernel) return;
    this.#running = undefined;
    this.#settle();
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined && this.#phase.kind === "ready") void this.#run(next);
  }

  /** Whether somebody still waits for the trial that has ended. */
  #isWanted(kernel: WorkKernel): boolean {
    return this.#kernel === kernel && this.#next === undefined && this.#trial.kind === "busy";
  }

  #stoppedTrial(asked: TrialAsked): TweakTrial {
    return { kind: "failed", asked, message: this.#options.l10n.t("The trial was stopped.") };
  }

  #interruptTrial(): void {
    this.#lastChance = undefined;
    if (this.#running === undefined || this.#next === undefined || this.#interrupted) return;
    this.#interrupted = true;
    this.#kernel?.interrupt();
  }

  #settle(): void {
    clearTimeout(this.#lastChance);
    this.#lastChance = undefined;
  }

  /** What was open is gone; a step that runs tells by itself why. */
  #closed(): void {
    if (this.#phase.kind !== "ready" || this.#running !== undefined || this.isChecking) return;
    const reason = this.#options.l10n.t("The kernel of this panel ended by itself.");
    this.#set({ phase: { kind: "died", reason } });
  }

  /** The offer of the panel's component alone. */
  #own(offer: TrialOutputOf<"offer">): TrialOutputOf<"offer"> | undefined {
    const components = offer.components.filter(({ name }) => name === this.#options.component);
    return components.length === 0 ? undefined : { ...offer, components };
  }

  #failed(thrown: unknown): void {
    const { l10n, onLog } = this.#options;
    this.#next = undefined;
    if (thrown instanceof TrialStopped) {
      this.#set({ phase: { kind: "paused" }, trial: { kind: "none" } });
      return;
    }
    const over = { trial: { kind: "none" }, check: { kind: "none" } } as const;
    if (thrown instanceof KernelDied) {
      onLog([thrown.end.reason, ...thrown.end.lastLines].join("\n"));
      this.#set({ phase: { kind: "died", reason: toldEnd(thrown.end.reason, l10n) }, ...over });
      return;
    }
    if (thrown instanceof TrialFailed) {
      const { error } = thrown;
      onLog(error.stack || error.message);
      this.#place = failurePlace(error, dirname(this.#kernel?.plan.file ?? ""));
    } else {
      onLog(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    }
    const placed = this.#place !== undefined;
    this.#set({ phase: { kind: "failed", message: errorMessage(thrown), placed }, ...over });
  }

  async #drop(): Promise<void> {
    const kernel = this.#kernel;
    this.#kernel = undefined;
    this.#running = undefined;
    this.#next = undefined;
    this.#settle();
    await kernel?.dispose();
  }

  #set(parts: WorkParts): void {
    if (parts.phase !== undefined) this.#phase = parts.phase;
    if (parts.offer !== undefined) this.#offer = parts.offer ?? undefined;
    if (parts.trial !== undefined) this.#trial = parts.trial;
    if (parts.check !== undefined) this.#check = parts.check;
    if (parts.rewardsProblem !== undefined) this.#rewardsProblem = parts.rewardsProblem;
    this.#options.onChange(parts);
  }
}
