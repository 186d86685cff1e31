import { KernelDied } from "../../notebook/kernel.ts";
import { isUnderWay, type Rerun, type RerunOf } from "../../run/panel/rerun.ts";
import type { TrialOutputOf } from "../../run/trialOutput.ts";
import { toldSentence } from "../../run/views/runSentences.ts";
import { errorMessage } from "../../system/userError.ts";
import type { L10n } from "../l10n.ts";
import { toldEnd } from "../processSentences.ts";
import { TrialFailed, type TrialKernel, type TrialPlan, TrialStopped } from "../trials/trialKernel.ts";

/** What a kernel calls the errors of `src/system/userError.ts`. */
const USER_ERROR = "UserError";

export type RerunKernel = Pick<TrialKernel, "offer" | "runExamples" | "interrupt" | "dispose">;

export interface RowRerunOptions {
  readonly kernel: (plan: TrialPlan) => RerunKernel;
  readonly l10n: L10n;
  /** Gets what is another than before. */
  readonly onChange: (rerun: Rerun) => void;
  readonly onLog: (line: string) => void;
}

/**
 * Runs single rows again, one at a time, each in a process of its own: what it loads is what lies on the disk now. Nothing
 * of it is written.
 */
export class RowRerun {
  readonly #options: RowRerunOptions;
  #state: Rerun = { kind: "none" };
  #kernel: RerunKernel | undefined;

  constructor(options: RowRerunOptions) {
    this.#options = options;
  }

  get state(): Rerun {
    return this.#state;
  }

  get isUnderWay(): boolean {
    return isUnderWay(this.#state);
  }

  /** Says why nothing is started. @param remedy `trust`: the editor's page about trust helps */
  refuse(of: RerunOf, message: string, remedy: "trust" | null = null): void {
    if (!this.isUnderWay) this.#set({ kind: "refused", of, message, remedy });
  }

  /**
   * Runs a row again; nothing while another is under way. Never rejects.
   * @param components of the system
   */
  async run(of: RerunOf, plan: TrialPlan, components: number): Promise<void> {
    if (this.isUnderWay) return;
    this.#set({ kind: "opening", of });
    try {
      await this.#run(of, plan, components);
    } catch (thrown) {
      this.#failed(of, thrown);
    } finally {
      await this.#drop();
    }
  }

  /** Stops what is under way; called again, by force. */
  stop(): void {
    if (!this.isUnderWay || this.#state.kind === "none") return;
    this.#kernel?.interrupt();
    this.#set({ kind: "stopping", of: this.#state.of });
  }

  async dispose(): Promise<void> {
    await this.#drop();
  }

  async #run(of: RerunOf, plan: TrialPlan, components: number): Promise<void> {
    const { offer, rewardsProblem } = await this.#opened(plan);
    // A value that no longer fits would be left out in silence, and another configuration run.
    const [unfit] = offer.leftOut;
    if (unfit !== undefined) {
      const { l10n } = this.#options;
      const message = l10n.t(
        "The experiment is another than in the run: {0} Undo the change, or start a new run.",
        unfit,
      );
      this.#set({ kind: "refused", of, message, remedy: null });
      return;
    }
    let result: TrialOutputOf<"example"> | undefined;
    let done = 0;
    if (this.#state.kind === "opening") this.#set({ kind: "running", of, done, total: components });
    await this.#kernel?.runExamples([of.exampleId], {
      step: () => {
        done += 1;
        if (this.#state.kind === "running") this.#set({ kind: "running", of, done, total: components });
      },
      run: (run) => {
        result = run;
      },
    });
    if (result === undefined) throw new Error("a row was run again and told nothing");
    const { model, simulated } = offer;
    this.#set({ kind: "done", of, model, simulated, result, rewardsProblem });
  }

  /** Opens the experiment; without local rewards where these cannot be used. */
  async #opened(
    plan: TrialPlan,
  ): Promise<{ readonly offer: TrialOutputOf<"offer">; readonly rewardsProblem: string | null }> {
    const { kernel } = this.#options;
    this.#kernel = kernel(plan);
    try {
      return { offer: await this.#kernel.offer(), rewardsProblem: null };
    } catch (thrown) {
      if (plan.rewardsFrom === undefined || !(thrown instanceof TrialFailed)) throw thrown;
      await this.#drop();
      if (this.#state.kind !== "opening") throw new TrialStopped("The row was stopped.");
      const { rewardsFrom: _, ...bare } = plan;
      this.#kernel = kernel(bare);
      return { offer: await this.#kernel.offer(), rewardsProblem: thrown.message };
    }
  }

  #failed(of: RerunOf, thrown: unknown): void {
    const { l10n, onLog } = this.#options;
    if (thrown instanceof TrialStopped) {
      this.#set({ kind: "stopped", of });
      return;
    }
    if (thrown instanceof KernelDied) {
      onLog([thrown.end.reason, ...thrown.end.lastLines].join("\n"));
      this.#set({ kind: "failed", of, message: toldEnd(thrown.end.reason, l10n) });
      return;
    }
    onLog(thrown instanceof TrialFailed ? thrown.error.stack || thrown.message : errorMessage(thrown));
    const message = toldSentence(errorMessage(thrown), l10n);
    // What the user can mend was found before anything ran; all else is the code's own.
    if (thrown instanceof TrialFailed && thrown.error.name === USER_ERROR) {
      this.#set({ kind: "refused", of, message, remedy: null });
    } else {
      this.#set({ kind: "failed", of, message });
    }
  }

  async #drop(): Promise<void> {
    const kernel = this.#kernel;
    this.#kernel = undefined;
    await kernel?.dispose();
  }

  #set(state: Rerun): void {
    this.#state = state;
    this.#options.onChange(state);
  }
}
