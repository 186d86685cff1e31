import { dirname, resolve } from "node:path";
import { dataDirectory } from "../data/dataDirectory.ts";
import { readSplits, requireFields, type Splits } from "../data/splits.ts";
import type { LoadedExperiment } from "../loader/loadExperiment.ts";
import type { LanguageModel } from "../models/languageModel.ts";
import { languageModel } from "../models/modelRegistry.ts";
import type { Experiment } from "../optimize/experiment.ts";
import type { Settings } from "../optimize/settings.ts";
import { componentNamed, requiredInputs, type System } from "../system/system.ts";
import { UserError } from "../system/userError.ts";
import type { Goal, PreparedRun } from "./attendedRun.ts";

/** What a person chose, on the command line or when the run was started. */
export interface Choices {
  readonly goal: Goal;
  readonly settings: Settings;
  /** Absolute path of the folder whose data takes the place of the experiment's own. */
  readonly dataDirectory: string | null;
  readonly configuration: PreparedRun["configuration"] | undefined;
  /** Name of the model that takes the place of the experiment's own. */
  readonly model: string | undefined;
}

/**
 * Reads the data and lets the experiment prepare itself: all that must be right before a run may spend anything.
 * @throws UserError for every mistake in choices, models or data; what the experiment's own code throws
 */
export async function prepareRun(
  loaded: LoadedExperiment,
  choices: Choices,
  signal: AbortSignal,
): Promise<PreparedRun> {
  const { experiment } = loaded;
  const { goal, settings, configuration } = choices;
  refuseUnknownGoal(experiment.system, goal);
  const model = modelOf(experiment.model, choices.model);
  const proposer = experiment.proposer === undefined ? model : modelOf(experiment.proposer);
  const splits = await splitsOf(loaded, choices, signal);
  await experiment.prepare?.(
    {
      train: splits.train.examples,
      validation: splits.validation.examples,
      test: splits.test?.examples ?? [],
    },
    signal,
  );
  signal.throwIfAborted();
  return { goal, loaded, splits, settings, ...(configuration && { configuration }), model, proposer };
}

async function splitsOf(
  { experiment, path }: LoadedExperiment,
  choices: Choices,
  signal: AbortSignal,
): Promise<Splits> {
  const sources = choices.dataDirectory === null ? experiment.data : dataDirectory(choices.dataDirectory);
  const context = { baseDirectory: dirname(path), signal, seed: choices.settings.seed };
  const splits = await readSplits(sources, context);
  const required = requiredInputs(experiment.system);
  for (const split of [splits.train, splits.validation, splits.test]) if (split) requireFields(split, required);
  return splits;
}

/** @param name takes the place of the experiment's own model, unless it is its name */
function modelOf(own: Experiment["model"], name?: string): LanguageModel {
  if (typeof own === "string") return languageModel(name ?? own);
  return name === undefined || name === own.name ? own : languageModel(name);
}

function refuseUnknownGoal(system: System, goal: Goal): void {
  if (goal.kind !== "landscape") return;
  const { variable } = componentNamed(system, goal.component);
  if (variable.kind !== "options") {
    throw new UserError(
      `A landscape goes over the values of an option, but the variable of "${goal.component}" is ` +
        `${variable.kind === "none" ? "none" : `a ${variable.kind}`}. Name a component with options.`,
    );
  }
  const keys = Object.keys(variable.space);
  if (!keys.includes(goal.key)) {
    throw new UserError(`"${goal.component}" has no option "${goal.key}"; there are ${keys.join(", ")}.`);
  }
}

/** Absolute, so that a resumed run finds the data from any working directory. */
export function absoluteDirectory(directory: string | undefined): string | null {
  return directory === undefined ? null : resolve(directory);
}
