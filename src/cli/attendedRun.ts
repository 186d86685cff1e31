import { dirname } from "node:path";
import type { LoadedExperiment } from "../loader/loadExperiment.ts";
import { shownPath } from "../loader/shownPath.ts";
import { type Goal, pursue, type RunRequest } from "../optimize/pursue.ts";
import type { LocalRewards } from "../reward/localRewards.ts";
import { startTrainer } from "../reward/trainerClient.ts";
import { AcceptedConfiguration } from "../run/acceptedConfiguration.ts";
import { configurationFile } from "../run/configurationFile.ts";
import type { BodyOf, EventBody } from "../run/events.ts";
import { writeReport } from "../run/report/reportFile.ts";
import { type RunFolder, unfinishedFits } from "../run/runFolder.ts";
import { savedRewards } from "../run/runState.ts";
import type { RunView } from "../run/views/runView.ts";
import type { PreparedExperiment } from "../sdk/preparation.ts";
import { errorMessage } from "../system/userError.ts";
import { type Attention, Interruption } from "./attention.ts";
import { backboneOf, type DownloadManner } from "./backbone.ts";
import { summaryText } from "./display/summaryText.ts";
import { CommandFailure } from "./failure.ts";
import { commandFor } from "./invocation.ts";
import { runDisplay } from "./runDisplay.ts";
import type { Terminal } from "./terminal.ts";

export type { Goal };

/** Everything about a run that is decided before it begins. */
export type PreparedRun = PreparedExperiment &
  Pick<RunRequest, "configuration" | "estimate"> & {
    readonly goal: Goal;
    readonly loaded: LoadedExperiment;
  };

/** With the trainer of its local rewards, which ends with it. */
export type BegunRun = PreparedRun & { readonly rewards: LocalRewards };

export interface RunManner {
  /** Folder of runs. */
  readonly out: string;
  /** Every event to stdout. */
  readonly json: boolean;
  /** Write what is accepted into the experiment's configuration file, or leave it in the run's log alone. */
  readonly save: false | { readonly startedFromFile: boolean };
}

/** What the abort leaves for the engine and for the trainer to end in, in milliseconds. */
const ENGINE_GRACE_MS = 500;
export const TRAINER_GRACE_MS = 200;

/**
 * Starts the trainer of a run, on the backbone that its settings name; what only measures learns on none.
 * @param folder absolute path of the run's folder, which need not be there yet
 * @throws UserError where the backbone cannot be had, or does not run on this machine
 */
export async function startRewards(
  { goal, settings, loaded }: PreparedRun,
  folder: string,
  manner: DownloadManner,
  terminal: Terminal,
  attention: Attention,
): Promise<LocalRewards> {
  if (goal.kind === "evaluate") return attention.within(startTrainer(), TRAINER_GRACE_MS);
  const saved = savedRewards(folder);
  const rewards = await backboneOf(settings.rewards, dirname(loaded.path), manner, terminal, attention, saved);
  return attention.within(startTrainer({ rewards, checkpoints: unfinishedFits(folder) }), TRAINER_GRACE_MS);
}

/**
 * Carries out a run in its folder, shows it, and closes the folder.
 * @throws CommandFailure when it fails or is interrupted; the log then says so, and the run can be resumed
 */
export async function attendRun(
  run: BegunRun,
  folder: RunFolder,
  resumed: boolean,
  manner: RunManner,
  terminal: Terminal,
  attention: Attention,
): Promise<void> {
  const display = runDisplay(terminal, manner.json, resumed ? [...folder.events()] : []);
  folder.onEvent((event) => display.show(event));
  const accepted = acceptedConfiguration(run, manner);
  if (resumed) accepted?.recall([...folder.events()]);
  if (accepted !== undefined) folder.onEvent((event) => accepted.hear(event));
  const files = new Set(run.loaded.files);
  const command = (action: "resume" | "report") => commandFor(action, folder.runId, manner.out);
  const givingUp = new AbortController();
  // What was paid for and waits for a disk that is full is not left behind, unless somebody wants that.
  const over = attention.waitFor({ isHeld: () => folder.held !== undefined, giveUp: () => givingUp.abort() });
  try {
    await carriedOut(run, folder, resumed, attention).catch(async (error: unknown) => {
      const cause = attention.causeOf(error);
      recordStop(folder, cause, display.view);
      await folder.settled("Ctrl-C", givingUp.signal);
      throw new CommandFailure(cause, { files, run: folder.folder, next: `To go on: ${command("resume")}` });
    });
    display.end();
    try {
      await present(display.view, folder.folder, manner, accepted, terminal);
    } catch (error) {
      // The run itself is finished and safe.
      throw new CommandFailure(error, { files, run: folder.folder, next: `To see the result: ${command("report")}` });
    }
  } finally {
    over();
    display.end();
    folder.close();
  }
}

function acceptedConfiguration({ loaded }: PreparedRun, { save }: RunManner): AcceptedConfiguration | undefined {
  if (save === false) return undefined;
  const { components } = loaded.experiment.system;
  return new AcceptedConfiguration(configurationFile(loaded.path), components, save.startedFromFile);
}

/** Result and report, in the order of how hard they are to get again. */
async function present(
  view: RunView,
  folder: string,
  { json }: RunManner,
  accepted: AcceptedConfiguration | undefined,
  terminal: Terminal,
): Promise<void> {
  const say = json ? terminal.note : terminal.result;
  if (!json) for (const line of summaryText(view, terminal.resultDisplay())) say(line);
  accepted?.finish();
  if (accepted?.saved) say(`saved: ${shownPath(accepted.file)}`);
  say(`report: ${shownPath(await writeReport(folder))}`);
}

async function carriedOut(
  run: BegunRun,
  folder: RunFolder,
  resumed: boolean,
  attention: Attention,
): Promise<BodyOf<"summary">> {
  const { goal, experiment, splits, settings, configuration, estimate, rewards } = run;
  const { model, proposer, around, waits, answerTo, repeatable } = run;
  try {
    const point = resumed ? folder.resume() : undefined;
    const pursuit = pursue({
      goal,
      experiment,
      experimentPath: folder.info.experiment.given,
      splits,
      settings,
      ...(configuration && { configuration }),
      ...(estimate && { estimate }),
      saved: folder.info.asked?.saved,
      model,
      proposer,
      around,
      waits,
      answerTo,
      repeatable,
      rewards,
      recorder: folder,
      // Without a checkpoint there is nothing to go on from, but what was paid for counts.
      ...(point && { resume: point }),
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
