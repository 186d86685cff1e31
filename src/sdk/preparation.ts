import { readSplits, requireFields, type Splits } from "../data/splits.ts";
import type { LanguageModel } from "../models/languageModel.ts";
import { languageModel } from "../models/modelRegistry.ts";
import type { Experiment } from "../optimize/experiment.ts";
import type { Settings } from "../optimize/settings.ts";
import { productVersion } from "../run/productVersion.ts";
import { createRun, type RunFolder } from "../run/runFolder.ts";
import { fileDigest, newRunId, type RunInfo } from "../run/runInfo.ts";
import type { Random } from "../system/random.ts";
import { requiredInputs } from "../system/system.ts";

/** An experiment with its data read and its models at hand: nothing has been spent yet. */
export interface PreparedExperiment {
  readonly experiment: Experiment;
  readonly settings: Settings;
  readonly splits: Splits;
  readonly model: LanguageModel;
  readonly proposer: LanguageModel;
}

/**
 * Reads and checks the data, finds the models, and lets the experiment prepare itself: all that must be right before a
 * run may spend anything.
 * @param given `data` and `model` take the place of the experiment's own
 * @throws UserError for every mistake in data or models; what the experiment's own code throws
 */
export async function prepareExperiment(
  experiment: Experiment,
  settings: Settings,
  given: { readonly baseDirectory: string; readonly data?: Experiment["data"]; readonly model?: string | undefined },
  signal: AbortSignal,
): Promise<PreparedExperiment> {
  const model = modelOf(experiment.model, given.model);
  const proposer = experiment.proposer === undefined ? model : modelOf(experiment.proposer);
  const context = { baseDirectory: given.baseDirectory, signal, seed: settings.seed };
  const splits = await readSplits(given.data ?? experiment.data, context);
  const { train, validation, test } = splits;
  for (const split of [train, validation, test]) if (split) requireFields(split, requiredInputs(experiment.system));
  const rows = { train: train.examples, validation: validation.examples, test: test?.examples ?? [] };
  await experiment.prepare?.(rows, signal);
  signal.throwIfAborted();
  return { experiment, settings, splits, model, proposer };
}

/**
 * A folder for a new run of a prepared experiment.
 * @param now milliseconds since 1970
 * @param chance names the run; not from the run's seed, for runs of the same seed need names of their own
 */
export function newRunFolder(
  prepared: PreparedExperiment,
  given: { readonly out: string; readonly experiment: RunInfo["experiment"]; readonly asked?: RunInfo["asked"] },
  now: () => number,
  chance: Random,
): RunFolder {
  const { experiment, settings, splits, model } = prepared;
  const { train, validation, test } = splits;
  return createRun({
    out: given.out,
    runId: newRunId(experiment.system.name, now(), chance),
    clock: now,
    info: {
      product: productVersion,
      experiment: { ...given.experiment, ...fileMark(given.experiment.path) },
      system: experiment.system.name,
      settings,
      seed: settings.seed,
      model: model.name,
      simulated: model.simulated,
      data: { train: described(train), validation: described(validation), ...(test && { test: described(test) }) },
      ...(given.asked && { asked: given.asked }),
    },
  });
}

/** Nothing where no file can be read: what it would be good for is a warning only. */
function fileMark(path: string): { readonly digest?: string } {
  const digest = path === "" ? undefined : fileDigest(path);
  return digest === undefined ? {} : { digest };
}

function described({ examples, hash, source }: Splits["train"]) {
  return { n: examples.length, hash, source };
}

/** @param name takes the place of the experiment's own model, unless it is its name */
function modelOf(own: Experiment["model"], name?: string): LanguageModel {
  if (typeof own === "string") return languageModel(name ?? own);
  return name === undefined || name === own.name ? own : languageModel(name);
}
