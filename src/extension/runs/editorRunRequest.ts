import type { ExperimentDefinition } from "../../detection/definition.ts";
import type { Configuration } from "../../system/configuration.ts";

/** What a run started from the editor is to do. */
export type EditorRunGoal =
  /** `components` are the names of those that may change; undefined for all that have a variable. */
  | { readonly kind: "optimize"; readonly components: readonly string[] | undefined; readonly iterations: number }
  | { readonly kind: "evaluate" }
  /** Local rewards are learned, and nothing is changed; `components` as above. */
  | { readonly kind: "rewards"; readonly components: readonly string[] | undefined }
  | { readonly kind: "landscape"; readonly component: string; readonly key: string };

/** What a person asked for with a lens, the tree or the palette. */
export interface EditorRunRequest {
  readonly experiment: ExperimentDefinition;
  /** What people call it: the name of its system, where that is known. */
  readonly name?: string | undefined;
  /** `folder` is that of an interrupted run of the experiment. */
  readonly goal: EditorRunGoal | { readonly kind: "resume"; readonly folder: string };
  /** Settings that were chosen for it, which take the place of the experiment's. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** How an experiment is found in the module that declares it. */
export type ExperimentExport =
  | { readonly by: "name"; readonly name: string }
  /** The exported experiment whose system has this name: for runs whose log tells no more. */
  | { readonly by: "system"; readonly system: string };

/** Everything that a run started from the editor needs to know. */
export interface EditorRunPlan {
  /** Absolute path of the file that declares the experiment. */
  readonly file: string;
  readonly exported: ExperimentExport;
  /** What people call it: the name of its system, else of its file. */
  readonly name: string;
  /** Absolute path of the folder of runs. */
  readonly out: string;
  readonly goal: EditorRunGoal;
  /** Absolute path of the folder of an interrupted run to go on with, and the settings that it was started with. */
  readonly resume?: { readonly folder: string; readonly settings: Readonly<Record<string, unknown>> };
  /** Values that it starts from instead of those accepted before; `source` for what the source says. */
  readonly start?: Configuration | "source";
  /** Settings of the run that it branches off from, so that the two can be compared, or those that were chosen for it. */
  readonly settings?: Readonly<Record<string, unknown>>;
}
