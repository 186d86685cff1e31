import type { ExperimentDefinition } from "../../detection/definition.ts";
import {
  configurationFile,
  type ExperimentMark,
  experimentMark,
  notebookConfigurationFile,
} from "../../run/configurationFile.ts";
import type { RunInfo } from "../../run/runInfo.ts";

/** A file of accepted values that runs of an experiment start from. */
export interface StateFile {
  /** Absolute path. */
  readonly file: string;
  /** As the file names it; undefined for the experiment of a file. */
  readonly experiment: ExperimentMark | undefined;
}

/**
 * @param path of the file or notebook that declares the experiment, on a disk
 * @returns undefined for an experiment in a notebook that has no name there
 */
export function stateFileOf({ at, exportedAs }: ExperimentDefinition, path: string): StateFile | undefined {
  if (at.cell === undefined) return { file: configurationFile(path), experiment: undefined };
  const name = exportedAs.find((one) => one !== "default");
  if (name === undefined) return undefined;
  const named = { notebook: path, name };
  return { file: notebookConfigurationFile(named), experiment: experimentMark(named) };
}

/** Where a run keeps what it accepts; undefined where it kept it to itself. */
export function stateFileOfRun({ experiment }: Pick<RunInfo, "experiment">): StateFile | undefined {
  const { path, values } = experiment;
  if (path !== "") return { file: configurationFile(path), experiment: undefined };
  return values === undefined ? undefined : { file: values.file, experiment: values.experiment };
}
