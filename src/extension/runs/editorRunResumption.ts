import { dirname } from "node:path";
import type { RunEvent } from "../../run/events.ts";
import type { RunInfo } from "../../run/runInfo.ts";
import type { Configuration } from "../../system/configuration.ts";
import type { EditorRunGoal, EditorRunPlan } from "./editorRunRequest.ts";
import type { RememberedGoal } from "./rememberedGoals.ts";

const NOTEBOOK = /\.(?:optnb|ipynb)$/i;

/** Who can go on with an interrupted run. */
export type Resumption =
  | { readonly by: "editor"; readonly plan: EditorRunPlan }
  /** It knows what else was asked for: other data, another model, a configuration to start from. */
  | { readonly by: "command line" }
  /** Code that lies in no file of its own: a notebook's cell, which goes on when it runs again. */
  | { readonly by: "notebook" };

/**
 * How a run goes on.
 * @param events of the run's log; looked at only where nothing is remembered
 */
export function resumption(
  folder: string,
  info: Pick<RunInfo, "experiment" | "asked" | "system" | "settings">,
  remembered: RememberedGoal | undefined,
  events: () => Iterable<RunEvent>,
): Resumption {
  if (info.asked !== undefined) return { by: "command line" };
  if (info.experiment.path === "" || NOTEBOOK.test(info.experiment.path)) return { by: "notebook" };
  const plan: EditorRunPlan = {
    file: info.experiment.path,
    exported: remembered?.exported ?? { by: "system", system: info.system },
    name: remembered?.name ?? info.system,
    out: dirname(folder),
    goal: remembered?.goal ?? loggedGoal(info.settings, events()),
    resume: { folder, settings: kept(info.settings) },
    ...(remembered?.start && { start: remembered.start }),
  };
  return { by: "editor", plan };
}

/** What a machine can spare is no choice of the run: it is as the experiment says by now. */
function kept({ rewards, ...settings }: RunInfo["settings"]): RunInfo["settings"] {
  if (typeof rewards !== "object" || rewards === null) return settings;
  const { memoryMb: _, ...own }: { readonly memoryMb?: unknown } = rewards;
  return { ...settings, rewards: own };
}

/** How a new run begins with other values in the place of an older one. */
export type Branching =
  | { readonly by: "editor"; readonly plan: EditorRunPlan }
  /** The older run was given other data than its experiment's own. */
  | { readonly by: "command line"; readonly dataDirectory: string }
  | { readonly by: "notebook" };

/** Iterations of a run whose log does not tell how many it was to do. */
const ITERATIONS = 10;

/**
 * The run that branches off from another: it is asked for the same, and starts from these values.
 * @param events of the older run's log; looked at only where nothing is remembered
 */
export function branching(
  folder: string,
  info: Pick<RunInfo, "experiment" | "asked" | "system" | "settings">,
  remembered: RememberedGoal | undefined,
  events: () => Iterable<RunEvent>,
  start: Configuration,
): Branching {
  const { path } = info.experiment;
  if (path === "" || NOTEBOOK.test(path)) return { by: "notebook" };
  const dataDirectory = info.asked?.dataDirectory ?? null;
  if (dataDirectory !== null) return { by: "command line", dataDirectory };
  const goal = remembered?.goal ?? loggedGoal(info.settings, events());
  const plan: EditorRunPlan = {
    file: path,
    exported: remembered?.exported ?? { by: "system", system: info.system },
    name: remembered?.name ?? info.system,
    out: dirname(folder),
    goal: goal.kind === "optimize" ? goal : { kind: "optimize", components: undefined, iterations: ITERATIONS },
    settings: info.settings,
    start,
  };
  return { by: "editor", plan };
}

/** What a run was on its way to, as far as its log tells. */
function loggedGoal(settings: RunInfo["settings"], events: Iterable<RunEvent>): EditorRunGoal {
  const iterations = typeof settings.iterations === "number" ? settings.iterations : 0;
  const components = Array.isArray(settings.components) ? settings.components.map(String) : undefined;
  let goal: EditorRunGoal = iterations === 0 ? { kind: "evaluate" } : { kind: "optimize", components, iterations };
  for (const event of events) {
    if (event.type === "phase" && event.plan !== undefined) {
      goal = { kind: "optimize", components, iterations: event.plan.of - event.plan.from };
    } else if (event.type === "landscape") {
      goal = { kind: "landscape", component: event.component, key: event.key };
    }
  }
  return goal;
}
