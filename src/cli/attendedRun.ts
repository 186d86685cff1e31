import type { LoadedExperiment } from "../loader/loadExperiment.ts";
import { shownPath } from "../loader/shownPath.ts";
import { type Goal, pursue, type RunRequest } from "../optimize/pursue.ts";
import { startTrainer } from "../reward/trainerClient.ts";
import { saveConfiguration } from "../run/configurationFile.ts";
import type { BodyOf, EventBody } from "../run/events.ts";
import type { RunFolder } from "../run/runFolder.ts";
import { modelText } from "../run/views/findings.ts";
import type { RunView } from "../run/views/runView.ts";
import { errorMessage } from "../system/userError.ts";
import { type Attention, Interruption } from "./attention.ts";
import { summaryText } from "./display/summaryText.ts";
import { CommandFailure } from "./failure.ts";
import { commandFor } from "./invocation.ts";
import { runDisplay } from "./runDisplay.ts";
import { writeReport } from "./runReport.ts";
import type { Terminal } from "./terminal.ts";

export type { Goal };

/** Everything about a run that is decided before it begins. */
export type PreparedRun = Pick<RunRequest, "splits" | "settings" | "configuration" | "model" | "proposer"> & {
  readonly goal: Goal;
  readonly loaded: LoadedExperiment;
};

export interface RunManner {
  /** Folder of runs. */
  readonly out: string;
  /** Every event to stdout. */
  readonly json: boolean;
  /** Where the accepted configuration goes; undefined to leave it in the run's log. */
  readonly saveTo: string | undefined;
}

/** What the abort leaves for the engine and for the trainer to end in, in milliseconds. */
const ENGINE_GRACE_MS = 500;
const TRAINER_GRACE_MS = 200;

/**
 * Carries out a run in its folder, shows it, and closes the folder.
 * @throws CommandFailure when it fails or is interrupted; the log then says so, and the run can be resumed
 */
export async function attendRun(
  run: PreparedRun,
  folder: RunFolder,
  resumed: boolean,
  manner: RunManner,
  terminal: Terminal,
  attention: Attention,
): Promise<void> {
  const display = runDisplay(terminal, manner.json, resumed ? [...folder.events()] : []);
  folder.onEvent((event) => display.show(event));
  try {
    const summary = await carriedOut(run, folder, resumed, attention);
    display.end();
    if (manner.saveTo !== undefined) save(run, summary, manner.saveTo);
    const report = await writeReport(display.view, folder.folder);
    if (!manner.json) for (const line of summaryText(display.view, terminal.resultDisplay())) terminal.result(line);
    const paths = [`report: ${shownPath(report)}`, ...(manner.saveTo ? [`saved: ${shownPath(manner.saveTo)}`] : [])];
    for (const line of paths) (manner.json ? terminal.note : terminal.result)(line);
  } catch (error) {
    const cause = attention.causeOf(error);
    recordStop(folder, cause, display.view);
    display.end();
    throw new CommandFailure(cause, {
      files: new Set(run.loaded.files),
      run: folder.folder,
      next: `To go on: ${commandFor("resume", folder.runId, manner.out)}`,
    });
  } finally {
    display.end();
    folder.close();
  }
}

async function carriedOut(
  run: PreparedRun,
  folder: RunFolder,
  resumed: boolean,
  attention: Attention,
): Promise<BodyOf<"summary">> {
  const { goal, loaded, splits, settings, configuration, model, proposer } = run;
  const point = resumed ? folder.resume() : undefined;
  const rewards = await attention.within(startTrainer(), TRAINER_GRACE_MS);
  try {
    const pursuit = pursue({
      goal,
      experiment: loaded.experiment,
      experimentPath: folder.info.experiment.given,
      splits,
      settings,
      ...(configuration && { configuration }),
      model,
      proposer,
      rewards,
      recorder: folder,
      // Without a checkpoint there is nothing to go on from.
      ...(point?.state !== undefined && { resume: point }),
      signal: attention.signal,
    });
    return await attention.within(pursuit, ENGINE_GRACE_MS);
  } finally {
    // The trainer ends with this process at the latest.
    await attention.within(rewards.dispose(), TRAINER_GRACE_MS).catch(() => undefined);
  }
}

/**
 * Notes in the log why the run stopped, unless the engine has: it may not have begun, or not have stopped in time, and it
 * takes every abort for an interruption. Where even that cannot be written, the cause itself is told all the same.
 */
function recordStop(folder: RunFolder, cause: unknown, { status, spentRuns }: RunView): void {
  const message = errorMessage(cause);
  const stop: EventBody =
    cause instanceof Interruption ? { type: "run.interrupted", reason: message } : { type: "run.failed", message };
  if (stop.type === `run.${status.state}`) return;
  try {
    folder.record(stop, spentRuns);
  } catch (error) {
    process.emitWarning(`The end of the run could not be logged: ${errorMessage(error)}`);
  }
}

function save({ loaded }: PreparedRun, summary: BodyOf<"summary">, file: string): void {
  const { unoptimized, optimized, configuration, runId } = summary;
  saveConfiguration(file, {
    configuration,
    origin: {
      system: loaded.experiment.system.name,
      run: runId,
      model: modelText(summary),
      validation: {
        unoptimized: unoptimized.validation.mean,
        optimized: optimized.validation.mean,
        n: optimized.validation.n,
      },
    },
  });
}
