import { resolve } from "node:path";
import {
  configurationFile,
  type ExperimentMark,
  experimentMark,
  notebookConfigurationFile,
} from "../run/configurationFile.ts";
import type { CellHost } from "./cellHost.ts";
import type { Declared } from "./declaredExperiments.ts";

/** Where accepted values of an experiment are kept besides its runs. */
export type ValuesPlace =
  | { readonly kind: "file"; readonly file: string; readonly experiment?: ExperimentMark }
  /** Nowhere; `why` in words for the user, where that may surprise. */
  | { readonly kind: "none"; readonly why: string | undefined };

/**
 * @param file that the caller says the experiment belongs to, relative to the cell's folder or the working directory; ""
 *   for none
 */
export function valuesPlace(file: string, declared: Declared | undefined, cell: CellHost | undefined): ValuesPlace {
  if (file !== "") return { kind: "file", file: resolve(cell?.folder ?? process.cwd(), configurationFile(file)) };
  if (cell === undefined) return { kind: "none", why: undefined };
  if (declared?.kind === "file") return { kind: "file", file: configurationFile(declared.path) };
  if (declared === undefined) {
    return {
      kind: "none",
      why: "the experiment has no name of its own in the notebook, such as in const tuning = experiment({ ... })",
    };
  }
  const { notebook } = cell;
  if (notebook === undefined) return { kind: "none", why: "the notebook was never saved" };
  const experiment = { notebook, name: declared.name };
  return { kind: "file", file: notebookConfigurationFile(experiment), experiment: experimentMark(experiment) };
}
