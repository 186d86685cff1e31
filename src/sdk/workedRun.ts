import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { systemClock } from "../notebook/clock.ts";
import type { Experiment } from "../optimize/experiment.ts";
import type { Optimization } from "../optimize/optimization.ts";
import { parseSettings } from "../optimize/settings.ts";
import { startTrainer } from "../reward/trainerClient.ts";
import { TrainerDied } from "../reward/trainerEnd.ts";
import type { RunEvent } from "../run/events.ts";
import { impersonal } from "../run/impersonal.ts";
import { writeReport } from "../run/report/reportFile.ts";
import { openRun, type RunFolder } from "../run/runFolder.ts";
import { runOutputBundle } from "../run/runOutputBundle.ts";
import { runOutput, runPointer } from "../run/runOutputView.ts";
import { type Configuration, initialConfiguration } from "../system/configuration.ts";
import { seededRandom } from "../system/random.ts";
import { componentNamed } from "../system/system.ts";
import { errorMessage } from "../system/userError.ts";
import type { CellHost } from "./cellHost.ts";
import type { Declared } from "./declaredExperiments.ts";
import { KeptValues } from "./keptValues.ts";
import { OpenedRun } from "./openedRun.ts";
import { systemTime } from "./pace.ts";
import { newRunFolder, type PreparedExperiment, prepareExperiment } from "./preparation.ts";
import { takenRun } from "./resumption.ts";
import { RunDisplay } from "./runDisplay.ts";
import { RunHistory } from "./runHistory.ts";
import { RunStopped, savedText, stoppedRun } from "./runStopped.ts";
import type { Step } from "./step.ts";
import { TrainerStarts } from "./trainerStarts.ts";
import type { WorkbenchOptions } from "./workbench.ts";

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
  readonly #trainers = new TrainerStarts(systemClock);
  #spent: () => Record<string, number> = () => ({});
  #reported = false;
  #configuration: Configuration;
  readonly #ending = new Set<Promise<void>>();

  /** @param declared where the experiment was declared, as far as that is known by now */
  constructor(experiment: Experiment, options: WorkbenchOptions, declared: () => Declared | undefined) {
    this.#experiment = experiment;
    this.#options = options;
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
   * @throws RunStopped when the step's signals abort it; what `action` throws
   */
  async during<T>(step: Step, action: (run: OpenedRun) => Promise<T>): Promise<T> {
    this.#working = step.cell ?? "outside";
    const { signal } = step;
    const abort = () => this.#opened?.abort(signal.reason);
    signal.addEventListener("abort", abort);
    try {
      const run = await this.#usable(step);
      // Code that was cut off in the middle of a loop never settles; the checkpoint it leaves is as good as any.
      const done = await step.unlessStopped(action(run), STOP_GRACE_MS);
      this.#trainers.forget();
      return done;
    } catch (thrown) {
      const opened = this.#opened;
      if (signal.aborted) {
        opened?.recordStop({ type: "run.interrupted", reason: this.#stopReason(step) });
        throw this.#stopped(step);
      }
      opened?.recordStop({ type: "run.failed", message: errorMessage(thrown) });
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
    this.#trainers.forget();
    this.#folder = undefined;
    this.#prepared = undefined;
    await Promise.all(this.#ending);
  }

  async #usable(step: Step): Promise<OpenedRun> {
    if (this.#opened?.usable === false) this.#letGo();
    this.#opened ??= await this.#open(step);
    this.#values.follow(step.cell, this.#history.events);
    // The step may have been stopped while the run was opened, when there was nothing yet to abort.
    if (step.signal.aborted) this.#opened.abort(step.signal.reason);
    step.signal.throwIfAborted();
    return this.#opened;
  }

  async #open(step: Step): Promise<OpenedRun> {
    const experiment = this.#experiment;
    const {
      file = "",
      startRewards = () => startTrainer({ onLog: (line) => step.cell?.onTrainer?.({ kind: "said", line }) }),
    } = this.#options;
    const base = step.cell?.folder ?? process.cwd();
    const place = file === "" ? base : dirname(resolve(base, file));
    const settings = parseSettings({ ...experiment.settings, ...this.#options.settings });
    for (const name of settings.components ?? []) componentNamed(experiment.system, name);
    this.#prepared ??= await step.unlessStopped(
      prepareExperiment(experiment, settings, { baseDirectory: place }, step.signal),
    );
    const prepared = this.#prepared;
    const rewards = await this.#trainers.start(step, startRewards);
    let folder: RunFolder;
    try {
      const interrupted = this.#folder ?? this.#options.resume ?? takenRun(step.cell, experiment);
      const kept = file === "" ? this.#values.fileIn(step.cell) : undefined;
      const values = kept && { file: kept.file, ...(kept.experiment && { experiment: kept.experiment }) };
      const given = { path: file === "" ? "" : resolve(base, file), given: file, ...(values && { values }) };
      const out = resolve(base, this.#options.out ?? join(".optimas", "runs"));
      folder =
        interrupted === undefined
          ? newRunFolder(prepared, { out, experiment: given }, Date.now, seededRandom(randomUUID()))
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
      { folder, rewards, file, past },
      start?.configuration ?? this.#configuration,
      (event) => this.#hear(event, folder),
    );
    for (const message of start?.leftOut ?? []) opened.optimization.session.record({ type: "warning", message });
    const { ledger } = opened.optimization.session;
    this.#spent = () => ledger.byPurpose();
    this.#folder = folder.folder;
    this.accept(opened.optimization);
    return opened;
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
    return new TrainerDied(end, this.#trainers.advice(cell, saved));
  }

  #letGo(): void {
    const opened = this.#opened;
    this.#opened = undefined;
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
