import { randomUUID } from "node:crypto";
import { loadExperiment } from "../loader/loadExperiment.ts";
import { parseSettings } from "../optimize/settings.ts";
import { configurationFile, readConfiguration } from "../run/configurationFile.ts";
import type { RunFolder } from "../run/runFolder.ts";
import { newRunFolder } from "../sdk/preparation.ts";
import { completeConfiguration } from "../system/configuration.ts";
import { seededRandom } from "../system/random.ts";
import { attendRun, type Goal, type PreparedRun } from "./attendedRun.ts";
import type { Attention } from "./attention.ts";
import { CommandFailure } from "./failure.ts";
import { refuseNotebook } from "./notebookFile.ts";
import { absoluteDirectory, prepareRun } from "./preparedRun.ts";
import { overlaidSettings, type StartOptions } from "./startOptions.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Starts a run of an experiment file in a folder of its own.
 * @throws CommandFailure; nothing is left on disk when it fails before the run began
 */
export async function startRun(
  file: string,
  goal: Goal,
  options: StartOptions,
  terminal: Terminal,
  attention: Attention,
): Promise<void> {
  refuseNotebook(file);
  let files: readonly string[] = [];
  let run: PreparedRun;
  let folder: RunFolder;
  try {
    const loaded = await loadExperiment(file, { onBundled: (bundled) => (files = bundled) });
    const { experiment } = loaded;
    const settings = parseSettings(overlaidSettings(experiment.settings, options));
    const configuration =
      options.configuration === undefined
        ? undefined
        : completeConfiguration(experiment.system.components, readConfiguration(options.configuration));
    const asked = { goal, dataDirectory: absoluteDirectory(options.data) };
    run = await prepareRun(loaded, { ...asked, settings, configuration, model: options.model }, attention.signal);
    const place = { path: loaded.path, given: file };
    const recorded = { ...asked, configuration: configuration ?? null };
    folder = newRunFolder(
      run,
      { out: options.out, experiment: place, asked: recorded },
      Date.now,
      seededRandom(randomUUID()),
    );
  } catch (error) {
    throw new CommandFailure(attention.causeOf(error), { files: new Set(files) });
  }
  const saveTo = options.save === true ? configurationFile(run.loaded.path) : undefined;
  await attendRun(run, folder, false, { out: options.out, json: options.json === true, saveTo }, terminal, attention);
}
