import { loadExperiment } from "../loader/loadExperiment.ts";
import { parseSettings, type SettingsInput } from "../optimize/settings.ts";
import { openRun, type RunFolder } from "../run/runFolder.ts";
import type { RunInfo } from "../run/runInfo.ts";
import { findRun } from "../run/runList.ts";
import { UserError } from "../system/userError.ts";
import { attendRun, type PreparedRun } from "./attendedRun.ts";
import type { Attention } from "./attention.ts";
import { CommandFailure } from "./failure.ts";
import { prepareRun } from "./preparedRun.ts";
import type { Terminal } from "./terminal.ts";

interface ResumeOptions {
  readonly out: string;
  readonly json?: boolean;
  readonly save?: boolean;
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
  try {
    const { info } = folder;
    if (info.asked === undefined) {
      throw new UserError(`Run ${info.runId} was started from code; resume it from the same code.`);
    }
    const loaded = await loadExperiment(info.experiment.path, { onBundled: (bundled) => (files = bundled) });
    const choices = {
      goal: info.asked.goal,
      settings: parseSettings(info.settings as SettingsInput),
      dataDirectory: info.asked.dataDirectory,
      configuration: info.asked.configuration ?? undefined,
      model: info.model,
    };
    run = await prepareRun(loaded, choices, attention.signal);
    refuseChanges(info, run);
  } catch (error) {
    folder.close();
    throw new CommandFailure(attention.causeOf(error), { files: new Set(files) });
  }
  const save = options.save !== false && { startedFromFile: folder.info.asked?.startedFromFile === true };
  await attendRun(run, folder, true, { out: options.out, json: options.json === true, save }, terminal, attention);
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
