import { dirname } from "node:path";
import { loadExperiment } from "../loader/loadExperiment.ts";
import { layeredSettings, parseSettings, type SettingsInput } from "../optimize/settings.ts";
import type { LocalRewards } from "../reward/localRewards.ts";
import type { RunFolder } from "../run/runFolder.ts";
import type { RunInfo } from "../run/runInfo.ts";
import { findRun } from "../run/runList.ts";
import { openRun } from "../run/runOpening.ts";
import { UserError } from "../system/userError.ts";
import { attendRun, type PreparedRun, startRewards } from "./attendedRun.ts";
import type { Attention } from "./attention.ts";
import { CommandFailure } from "./failure.ts";
import { prepareRun } from "./preparedRun.ts";
import { type BudgetOptions, givenBudgets } from "./startOptions.ts";
import type { Terminal } from "./terminal.ts";

interface ResumeOptions extends BudgetOptions {
  readonly out: string;
  readonly json?: boolean;
  readonly save?: boolean;
  /** Download the backbone without asking where it is gone. */
  readonly yes?: boolean;
}

/**
 * Goes on with a run: same experiment file, data, settings and model as when it was started.
 * @throws CommandFailure, also when the data or the system's name is another than then
 */
export async function resumeRun(
  text: string,
  options: ResumeOptions,
  terminal: Terminal,
  attention: Attention,
): Promise<void> {
  const folder = openRun(findRun(options.out, text), Date.now);
  let files: readonly string[] = [];
  let run: PreparedRun;
  let rewards: LocalRewards;
  try {
    const { info } = folder;
    if (info.asked === undefined) {
      throw new UserError(`Run ${info.runId} was started from code; resume it from the same code.`);
    }
    const loaded = await loadExperiment(info.experiment.path, { onBundled: (bundled) => (files = bundled) });
    const choices = {
      goal: info.asked.goal,
      settings: parseSettings(
        layeredSettings(info.settings as SettingsInput, memoryOf(loaded.experiment.settings), givenBudgets(options)),
      ),
      dataDirectory: info.asked.dataDirectory,
      configuration: info.asked.configuration ?? undefined,
      model: info.model,
      out: dirname(folder.folder),
    };
    run = await prepareRun(loaded, choices, attention.signal);
    refuseChanges(info, run);
    rewards = await startRewards(run, folder.folder, options, terminal, attention);
  } catch (error) {
    folder.close();
    throw new CommandFailure(attention.causeOf(error), { files: new Set(files) });
  }
  const save = options.save !== false && { startedFromFile: folder.info.asked?.startedFromFile === true };
  await attendRun(
    { ...run, rewards },
    folder,
    true,
    { out: options.out, json: options.json === true, save },
    terminal,
    attention,
  );
}

/** What a machine can spare is no choice of the run: it is as the experiment says by now. */
function memoryOf({ rewards: { memoryMb } = {} }: SettingsInput): SettingsInput {
  return memoryMb === undefined ? {} : { rewards: { memoryMb } };
}

/** Scores from other data or another system cannot be compared with those the run has already. */
function refuseChanges(info: RunFolder["info"], { loaded, splits }: PreparedRun): void {
  const { name } = loaded.experiment.system;
  const start = "Undo the change, or start a new run.";
  if (name !== info.system) {
    throw new UserError(`${info.experiment.given} now exports the system "${name}", not "${info.system}". ${start}`);
  }
  for (const split of ["train", "validation", "test"] as const) {
    const [then, now]: [RunInfo["data"]["test"], PreparedRun["splits"]["test"]] = [info.data[split], splits[split]];
    if (then?.hash === now?.hash) continue;
    throw new UserError(
      `The ${split} data (${then?.source ?? now?.source}) has changed since run ${info.runId} was started. ${start}`,
    );
  }
}
