import { dirname, resolve } from "node:path";
import { dataDirectory } from "../data/dataDirectory.ts";
import type { LoadedExperiment } from "../loader/loadExperiment.ts";
import { landscapeValues } from "../optimize/landscape.ts";
import type { Settings } from "../optimize/settings.ts";
import { prepareExperiment } from "../sdk/preparation.ts";
import { componentNamed } from "../system/system.ts";
import { initialValue } from "../system/variable.ts";
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
  /** Folder of runs. */
  readonly out: string;
  /** No model is going to be asked. */
  readonly estimateOnly?: boolean;
}

/**
 * Checks the goal, then prepares the experiment.
 * @throws UserError for every mistake in choices, models or data; what the experiment's own code throws
 */
export async function prepareRun(
  loaded: LoadedExperiment,
  choices: Choices,
  signal: AbortSignal,
): Promise<PreparedRun> {
  const { experiment, path } = loaded;
  const { goal, settings, configuration, model } = choices;
  if (goal.kind === "landscape") {
    const component = componentNamed(experiment.system, goal.component);
    landscapeValues(component, goal.key, initialValue(component.variable));
  }
  const prepared = await prepareExperiment(
    experiment,
    settings,
    {
      baseDirectory: dirname(path),
      ...(choices.dataDirectory !== null && { data: dataDirectory(choices.dataDirectory) }),
      model,
      out: resolve(choices.out),
      estimateOnly: choices.estimateOnly,
    },
    signal,
  );
  return { ...prepared, goal, loaded, ...(configuration && { configuration }) };
}

/** Absolute, so that a resumed run finds the data from any working directory. */
export function absoluteDirectory(directory: string | undefined): string | null {
  return directory === undefined ? null : resolve(directory);
}
