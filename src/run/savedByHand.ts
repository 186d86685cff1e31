import { existsSync } from "node:fs";
import { canonicalJson } from "../system/configuration.ts";
import type { VariableValue } from "../system/variable.ts";
import { type ExperimentMark, readSaved, type SavedConfiguration, saveConfiguration } from "./configurationFile.ts";

/** The value that a person wants a component to have. */
export interface ValueByHand {
  readonly component: string;
  readonly value: VariableValue;
  /** What the source says now, where all of it is written down there. */
  readonly source?: VariableValue | undefined;
}

/**
 * Puts values into an experiment's configuration file, so that runs start from them until their author changes the source.
 * The values of other components stay; a value that the source has anyway needs no place in the file.
 * @param given.run id of the run that all of the values come from: the file's scores stay where they are of the same run
 * @param given.experiment as a new file is to name it; undefined for one that a file declares
 * @throws UserError when there is a file that is no configuration or of a newer version, which is left as it is
 */
export function saveByHand(
  file: string,
  values: readonly ValueByHand[],
  given: { readonly run?: string | undefined; readonly experiment?: ExperimentMark | undefined } = {},
): void {
  const before: SavedConfiguration = existsSync(file) ? readSaved(file) : { configuration: {} };
  const configuration = new Map(Object.entries(before.configuration));
  const replaces = new Map(Object.entries(before.replaces ?? {}));
  for (const { component, value, source } of values) {
    if (source !== undefined && canonicalJson(value) === canonicalJson(source)) {
      configuration.delete(component);
      replaces.delete(component);
    } else {
      configuration.set(component, value);
      if (source !== undefined) replaces.set(component, source);
    }
  }
  // Where the file's values come from, and what they scored, is not told of a value that nobody measured with them.
  const origin = given.run !== undefined && before.origin?.run === given.run ? before.origin : undefined;
  write(file, [...configuration], [...replaces], { experiment: before.experiment ?? given.experiment, origin });
}

/**
 * Takes a component's value out of the file, so that runs start from the source's.
 * @throws UserError when the file is no configuration or of a newer version, which is left as it is
 */
export function dropByHand(file: string, component: string): void {
  const { configuration, replaces = {}, experiment } = readSaved(file);
  const others = ([name]: readonly [string, VariableValue]) => name !== component;
  write(file, Object.entries(configuration).filter(others), Object.entries(replaces).filter(others), { experiment });
}

type Values = readonly (readonly [string, VariableValue])[];

function write(
  file: string,
  configuration: Values,
  replaces: Values,
  {
    experiment,
    origin,
  }: { readonly experiment: ExperimentMark | undefined; readonly origin?: SavedConfiguration["origin"] | undefined },
): void {
  saveConfiguration(file, {
    configuration: Object.fromEntries(configuration),
    ...(replaces.length > 0 && { replaces: Object.fromEntries(replaces) }),
    ...(experiment && { experiment }),
    ...(origin && { origin }),
  });
}
