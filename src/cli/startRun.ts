import { randomUUID } from "node:crypto";
import { type LoadedExperiment, loadExperiment } from "../loader/loadExperiment.ts";
import { parseSettings } from "../optimize/settings.ts";
import { configurationFile, readConfiguration } from "../run/configurationFile.ts";
import { createRun, type RunFolder } from "../run/runFolder.ts";
import { newRunId } from "../run/runInfo.ts";
import { completeConfiguration } from "../system/configuration.ts";
import { seededRandom } from "../system/random.ts";
import { attendRun, type Goal, type PreparedRun } from "./attendedRun.ts";
import type { Attention } from "./attention.ts";
import { CommandFailure } from "./failure.ts";
import { absoluteDirectory, prepareRun } from "./preparedRun.ts";
import { productVersion } from "./productVersion.ts";
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
    folder = newFolder(file, loaded, run, options.out, { ...asked, configuration: configuration ?? null });
  } catch (error) {
    throw new CommandFailure(attention.causeOf(error), { files: new Set(files) });
  }
  const saveTo = options.save === true ? configurationFile(run.loaded.path) : undefined;
  await attendRun(run, folder, false, { out: options.out, json: options.json === true, saveTo }, terminal, attention);
}

function newFolder(
  given: string,
  { experiment, path }: LoadedExperiment,
  { splits, settings, model }: PreparedRun,
  out: string,
  asked: NonNullable<RunFolder["info"]["asked"]>,
): RunFolder {
  const { name } = experiment.system;
  const { train, validation, test } = splits;
  return createRun({
    out,
    // Not from the run's seed: runs of the same seed need names of their own.
    runId: newRunId(name, Date.now(), seededRandom(randomUUID())),
    clock: Date.now,
    info: {
      product: productVersion,
      experiment: { path, given },
      system: name,
      settings,
      seed: settings.seed,
      model: model.name,
      simulated: model.simulated,
      data: { train: described(train), validation: described(validation), ...(test && { test: described(test) }) },
      asked,
    },
  });
}

function described({ examples, hash, source }: PreparedRun["splits"]["train"]) {
  return { n: examples.length, hash, source };
}
