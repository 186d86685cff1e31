import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Experiment } from "../optimize/experiment.ts";
import type { Optimization } from "../optimize/optimization.ts";
import type { Goal } from "../optimize/pursue.ts";
import { layeredSettings, parseSettings } from "../optimize/settings.ts";
import { TrainerDied } from "../reward/trainerEnd.ts";
import type { Budgets } from "../run/budgets.ts";
import type { RunEstimate, RunEvent } from "../run/events.ts";
import { impersonal } from "../run/impersonal.ts";
import { writeReport } from "../run/report/reportFile.ts";
import type { RunFolder } from "../run/runFolder.ts";
import { newRunId, readRunInfo } from "../run/runInfo.ts";
import { openRun } from "../run/runOpening.ts";
import { runOutputBundle } from "../run/runOutputBundle.ts";
import { runOutput, runPointer } from "../run/runOutputView.ts";
import { type Configuration, initialConfiguration } from "../system/configuration.ts";
import { seededRandom } from "../system/random.ts";
import { componentNamed } from "../system/system.ts";
import { errorMessage } from "../system/userError.ts";
import { unsaidRewards } from "./backboneAccess.ts";
import { type CellHost, recordUse } from "./cellHost.ts";
import type { Declared } from "./declaredExperiments.ts";
import { KeptValues, savedIn } from "./keptValues.ts";
import { OpenedRun } from "./openedRun.ts";
import { systemTime } from "./pace.ts";
import { newRunFolder, type PreparedExperiment, prepareExperiment } from "./preparation.ts";
import { offeredRun, takenRun } from "./resumption.ts";
import { SpendingConsent } from "./runConsent.ts";
import { RunDisplay } from "./runDisplay.ts";
import { asksPaidModels, estimateOf, loggedEstimate } from "./runEstimate.ts";
import { RunHistory } from "./runHistory.ts";
import { RunRewards } from "./runRewards.ts";
import { RunStopped, savedText, stoppedRun } from "./runStopped.ts";
import type { Step } from "./step.ts";
import type { WorkbenchOptions } from "./workbench.ts";

/** What a step is for, of all that it does first where that was not done. */
export type StepWork = Goal & {
  /** Of an optimization; else the settings' number holds. */
  readonly iterations?: number;
};

/** How long the engine may take to reach a safe point once it is stopped. */
const STOP_GRACE_MS = 2000;

/**
 * The run behind a workbench, opened by the first step. A step that was stopped or failed leaves the run's folder closed
 * at its last checkpoint; the next step opens the same folder again and goes on there.
 */
export class WorkedRun {
  readonly #experiment: Experiment;
  readonly #options: WorkbenchOptions;
  #prepared: PreparedExperiment | undefined;
  #folder: string | undefined;
  #opened: OpenedRun | undefined;
  #history = new RunHistory();
  #display: RunDisplay | undefined;
  readonly #values: KeptValues;
  #working: CellHost | "outside" | undefined;
  readonly #rewards: RunRewards;
  #spent: () => Record<string, number> = () => ({});
  readonly #consent = new SpendingConsent();
  /** The step that was begun, and has not come to its end: it was agreed to. */
  #unfinished: string | undefined;
  /** US dollars that calls of models whose price is known have come to. */
  #spentMoney: () => number = () => 0;
  #reported = false;
  #configuration: Configuration;
  readonly #ending = new Set<Promise<void>>();

  /** @param declared where the experiment was declared, as far as that is known by now */
  constructor(experiment: Experiment, options: WorkbenchOptions, declared: () => Declared | undefined) {
    this.#experiment = experiment;
    this.#options = options;
    this.#rewards = new RunRewards(options.startRewards);
    this.#values = new KeptValues(experiment.system.components, options, declared);
    this.#configuration = initialConfiguration(experiment.system.components);
  }

  get configuration(): Configuration {
    return this.#configuration;
  }

  get history(): RunHistory {
    return this.#history;
  }

  /** Takes over what the last checkpoint has made safe. */
  accept({ state }: Optimization): void {
    this.#configuration = state.configuration;
  }

  /**
   * Does one step on the opened run.
   * @param work what it may spend money on; undefined for nothing
   * @throws RunStopped when the step's signals abort it; UserError where nobody agrees to what it may cost; what `action`
   *   throws
   */
  async during<T>(step: Step, work: StepWork | undefined, action: (run: OpenedRun) => Promise<T>): Promise<T> {
    this.#working = step.cell ?? "outside";
    const { signal } = step;
    const abort = () => this.#opened?.abort(signal.reason);
    signal.addEventListener("abort", abort);
    try {
      const run = await this.#usable(step, work);
      this.#unfinished = keyOf(work) ?? this.#unfinished;
      // Code that was cut off in the middle of a loop never settles; the checkpoint it leaves is as good as any.
      const done = await step.unlessStopped(action(run), STOP_GRACE_MS);
      this.#rewards.forgetDeaths();
      if (work !== undefined) this.#unfinished = undefined;
      return done;
    } catch (thrown) {
      const opened = this.#opened;
      if (signal.aborted) {
        opened?.recordStop({ type: "run.interrupted", reason: this.#stopReason(step) });
        await opened?.writtenOrGivenUp(step.cell);
        throw this.#stopped(step);
      }
      opened?.recordStop({ type: "run.failed", message: errorMessage(thrown) });
      await opened?.writtenOrGivenUp(step.cell);
      opened?.spoil();
      throw thrown instanceof TrainerDied ? this.#withoutTrainer(thrown, step) : thrown;
    } finally {
      signal.removeEventListener("abort", abort);
      this.#working = undefined;
      this.#display?.rest();
      if (this.#opened?.usable === false) this.#letGo();
    }
  }

  /** Writes the run's report. Where that fails it is a warning: the run itself is safe. */
  async report(): Promise<void> {
    const folder = this.#opened?.folder.folder;
    if (folder === undefined) return;
    try {
      await writeReport(folder);
      this.#reported = true;
    } catch (error) {
      process.emitWarning(`The run's report could not be written: ${errorMessage(error)}`);
    }
    this.#display?.change();
  }

  /** Closes the run's folder and ends the trainer; what comes after it is another run. */
  async close(): Promise<void> {
    this.#letGo();
    this.#rewards.forgetDeaths();
    this.#folder = undefined;
    this.#prepared = undefined;
    this.#unfinished = undefined;
    this.#spentMoney = () => 0;
    await Promise.all(this.#ending);
  }

  async #usable(step: Step, work: StepWork | undefined): Promise<OpenedRun> {
    if (this.#opened?.usable === false) this.#letGo();
    if (this.#opened !== undefined && learns(work)) await this.#rewards.begin(step);
    if (this.#opened === undefined) this.#opened = await this.#open(step, work);
    else if (this.#prepared !== undefined) await this.#agree(this.#prepared, step, work);
    this.#values.follow(step.cell, this.#history.events);
    // The step may have been stopped while the run was opened, when there was nothing yet to abort.
    if (step.signal.aborted) this.#opened.abort(step.signal.reason);
    step.signal.throwIfAborted();
    return this.#opened;
  }

  async #open(step: Step, work: StepWork | undefined): Promise<OpenedRun> {
    const experiment = this.#experiment;
    const { file = "" } = this.#options;
    const base = step.cell?.folder ?? process.cwd();
    const place = file === "" ? base : dirname(resolve(base, file));
    const out = this.#runsFolder(base);
    const known = this.#folder ?? this.#options.resume ?? offeredRun(step.cell, experiment);
    this.#prepared ??= await this.#prepare(step, known && resolve(base, known), place, out);
    let prepared = this.#prepared;
    const runId = newRunId(experiment.system.name, Date.now(), seededRandom(randomUUID()));
    // What no rewards can be learned on is told before anybody is asked what the run may cost.
    const at = { settings: prepared.settings.rewards, place, folder: known ? resolve(base, known) : join(out, runId) };
    const rewards = await this.#rewards.open(at, step, learns(work));
    let folder: RunFolder;
    try {
      if (known === undefined) {
        const { estimate, budgets } = await this.#agreedStart(prepared, step, work);
        // What the run may cost holds for all of its steps.
        if (budgets !== undefined) this.#prepared = { ...prepared, settings: { ...prepared.settings, ...budgets } };
        prepared = { ...this.#prepared, estimate };
      } else if (this.#folder !== undefined) {
        await this.#agree(prepared, step, work);
      }
      // A run of an earlier process was agreed to when it began.
      const interrupted = this.#folder ?? this.#options.resume ?? takenRun(step.cell, experiment);
      const kept = file === "" ? this.#values.fileIn(step.cell) : undefined;
      const values = kept && { file: kept.file, ...(kept.experiment && { experiment: kept.experiment }) };
      const given = { path: file === "" ? "" : resolve(base, file), given: file, ...(values && { values }) };
      folder =
        interrupted === undefined
          ? newRunFolder(prepared, { out, runId, experiment: given }, Date.now)
          : openRun(resolve(base, interrupted), Date.now);
    } catch (thrown) {
      this.#end(rewards.dispose());
      throw thrown;
    }
    const past = [...folder.events()];
    this.#history = new RunHistory(past);
    this.#values.forget();
    this.#values.follow(step.cell, this.#history.events);
    this.#reported = existsSync(folder.reportFile);
    const start = past.length === 0 ? this.#values.start(step.cell) : undefined;
    const opened = await OpenedRun.open(
      prepared,
      { folder, rewards, file, past, saved: start && savedIn(start) },
      start?.configuration ?? this.#configuration,
      (event) => this.#hear(event, folder),
    );
    for (const message of start?.leftOut ?? []) opened.optimization.session.record({ type: "warning", message });
    const { ledger, meter } = opened.optimization.session;
    this.#spent = () => ledger.byPurpose();
    this.#spentMoney = () => meter.budget.spent.usd ?? 0;
    this.#folder = folder.folder;
    this.accept(opened.optimization);
    return opened;
  }

  /** @param known absolute path of the folder of the run that goes on; undefined for a new one */
  async #prepare(step: Step, known: string | undefined, place: string, out: string): Promise<PreparedExperiment> {
    const { cell, signal } = step;
    const experiment = this.#experiment;
    const unsaid = await step.unlessStopped(
      unsaidRewards(known === undefined ? undefined : readRunInfo(known), cell, place),
    );
    const own = [experiment.settings, this.#options.settings, recordUse(cell)];
    const settings = parseSettings(layeredSettings(unsaid, ...own));
    for (const name of settings.components ?? []) componentNamed(experiment.system, name);
    return step.unlessStopped(
      prepareExperiment(experiment, settings, { baseDirectory: place, models: cell?.models, out }, signal),
    );
  }

  /**
   * @returns what the run's log keeps as its estimate, and the budgets that were chosen when somebody was asked, which
   * nobody is about a run that asks no model of a provider
   */
  async #agreedStart(prepared: PreparedExperiment, step: Step, work: StepWork | undefined) {
    // Where cells go on step by step, the first one is not what the run will have been.
    const whole: StepWork = this.#options.file === undefined ? { kind: "optimize" } : (work ?? { kind: "optimize" });
    if (!asksPaidModels(prepared)) return { estimate: this.#estimate(prepared, step, whole), budgets: undefined };
    const asked = this.#estimate(prepared, step, work ?? { kind: "evaluate" });
    const budgets = work && (await this.#asked(prepared, asked, step, work, true));
    const begun = budgets === undefined ? prepared : { ...prepared, settings: { ...prepared.settings, ...budgets } };
    return { estimate: this.#estimate(begun, step, whole), budgets };
  }

  /** @throws UserError where nobody agrees to what a further step of the run may cost */
  async #agree(prepared: PreparedExperiment, step: Step, work: StepWork | undefined): Promise<void> {
    if (work === undefined || !asksPaidModels(prepared) || this.#unfinished === keyOf(work)) return;
    await this.#asked(prepared, this.#estimate(prepared, step, work), step, work, false);
  }

  #estimate(prepared: PreparedExperiment, step: Step, { iterations, ...goal }: StepWork): RunEstimate {
    const { settings } = prepared;
    const learnt = this.#history.of("rewards").length > 0;
    const given = {
      goal,
      configuration: this.#configuration,
      out: this.#runsFolder(step.cell?.folder ?? process.cwd()),
      without: learnt ? (["offline pairs"] as const) : [],
    };
    const planned = iterations === undefined ? prepared : { ...prepared, settings: { ...settings, iterations } };
    return loggedEstimate(estimateOf(planned, given));
  }

  #asked(
    { experiment, settings }: PreparedExperiment,
    estimate: RunEstimate,
    step: Step,
    { kind }: StepWork,
    takesBudgets: boolean,
  ): Promise<Budgets | undefined> {
    const what = ({ optimize: "run", evaluate: "evaluation", rewards: "rewards", landscape: "landscape" } as const)[
      kind
    ];
    const costly = {
      system: experiment.system.name,
      what,
      estimate,
      settings,
      spentUsd: this.#spentMoney(),
      takesBudgets,
    };
    return step.unlessStopped(this.#consent.agree(costly, step.cell?.models, step.signal));
  }

  /** Where a new run lands; for a run that goes on, where it lies: what it was answered is recorded there. */
  #runsFolder(base: string): string {
    const { out, resume } = this.#options;
    if (out !== undefined) return resolve(base, out);
    return resume === undefined ? resolve(base, ".optimas", "runs") : dirname(resolve(base, resume));
  }

  #hear(event: RunEvent, folder: RunFolder): void {
    this.#history.add(event);
    const problem = this.#values.hear(event);
    this.#options.onEvent?.(event);
    if (problem !== undefined) folder.record({ type: "warning", message: problem }, event.systemRuns);
    const cell = this.#working;
    if (cell === undefined || cell === "outside") return;
    if (this.#display?.cell !== cell || this.#display.runId !== folder.runId) {
      const place = { folder: runPointer(folder.folder, cell.folder), impersonal: impersonal(cell.folder, homedir()) };
      this.#display = new RunDisplay(cell, folder.runId, () => this.#shown(place), systemTime);
    }
    this.#display.change();
  }

  #shown(place: { readonly folder: string | null; readonly impersonal: (message: string) => string }) {
    const { test: _uncharged, ...spentByPurpose } = this.#spent();
    const output = runOutput(this.#history.view, {
      ...place,
      report: this.#reported,
      working: this.#working !== undefined,
      spentByPurpose,
    });
    return runOutputBundle(output);
  }

  #stopped({ cell, signal }: Step): RunStopped {
    const folder = this.#folder;
    if (folder === undefined)
      return new RunStopped("Stopped before the run began; nothing was spent.", undefined, signal.reason);
    const own = this.#options.signal?.aborted === true;
    return stoppedRun(folder, this.#history.events, {
      base: cell?.folder ?? process.cwd(),
      next: own
        ? "open the experiment with `resume` and this folder to go on"
        : cell
          ? "run the cell again to go on"
          : "call the step again to go on",
      cause: signal.reason,
    });
  }

  /** Of a run of a file nobody knows that a cell does it: it was started somewhere else. */
  #stopReason({ cell, signal: { reason } }: Step): string {
    const unexplained = reason === undefined || (reason instanceof DOMException && reason.name === "AbortError");
    if (!unexplained) return errorMessage(reason);
    const { file = "" } = this.#options;
    return cell?.signal.aborted === true && file === "" ? "the cell was interrupted" : "it was stopped";
  }

  /** The same death, with what is saved and what to do now. */
  #withoutTrainer({ end }: TrainerDied, { cell }: Step): TrainerDied {
    const base = cell?.folder ?? process.cwd();
    const saved = this.#folder && savedText(this.#folder, this.#history.events, base);
    return new TrainerDied(end, this.#rewards.advice(cell, saved));
  }

  #letGo(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    this.#rewards.letGo();
    if (opened !== undefined) this.#end(opened.release());
  }

  /** Nobody waits for a trainer to end but `close`. */
  #end(end: Promise<void>): void {
    const ended = end.catch((error: unknown) => {
      process.emitWarning(`The trainer process did not end: ${errorMessage(error)}`);
    });
    this.#ending.add(ended);
    void ended.then(() => this.#ending.delete(ended));
  }
}

/** Whether local rewards are fitted or asked in a step. */
function learns(work: StepWork | undefined): boolean {
  return work !== undefined && work.kind !== "evaluate";
}

function keyOf(work: StepWork | undefined): string | undefined {
  return work && JSON.stringify(work);
}
