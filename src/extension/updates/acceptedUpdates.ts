import * as vscode from "vscode";
import type { ComponentDefinition } from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import { type RunInfo, readRunInfo } from "../../run/runInfo.ts";
import type { FoundRun } from "../../run/views/knownRun.ts";
import type { RunView, UpdateView } from "../../run/views/runView.ts";
import type { Standing, StandingQuery } from "../../run/views/standing.ts";
import type { VariableValue } from "../../system/variable.ts";
import type { ComponentChange } from "./componentChange.ts";
import { savedIn, stateFilesOf } from "./stateFile.ts";

/** What knows the runs of the workspace, as far as their updates are asked for. */
export interface RunSource {
  /** Settled once all runs were found and read. */
  readonly ready: Promise<void>;
  /** Newest first. */
  runs(): readonly FoundRun[];
  /** @throws UserError when the log cannot be read */
  view(folder: string): Promise<RunView>;
  standingOf(query: StandingQuery): Standing | undefined;
}

/** An update of a run, with what is needed to write it to the source. */
export interface RunUpdate {
  readonly info: RunInfo;
  /** Absolute path. */
  readonly folder: string;
  readonly update: UpdateView;
  /** The component's value when the run began. */
  readonly initial: VariableValue;
}

/**
 * The update of one iteration, or the last accepted ones of all components: together, the configuration in force.
 * @throws UserError when the run cannot be read
 */
export async function updatesOfRun(runs: RunSource, folder: string, iteration?: number): Promise<RunUpdate[]> {
  const info = readRunInfo(folder);
  const { updates, components } = await runs.view(folder);
  const wanted =
    iteration === undefined
      ? components.flatMap(({ name }) => {
          const own = updates.filter(({ component }) => component === name);
          return own.findLast(({ decision }) => decision === "accepted") ?? [];
        })
      : updates.filter((update) => update.iteration === iteration);
  return wanted.flatMap((update) => {
    const component = components.find(({ name }) => name === update.component);
    return component === undefined ? [] : [{ info, folder, update, initial: component.initial }];
  });
}

/** The update of a component that was accepted last, in any run of its experiments. */
export async function lastAcceptedUpdate(
  runs: RunSource,
  component: ComponentDefinition,
  model: WorkspaceModel,
): Promise<RunUpdate | undefined> {
  const found = lastAccepted(runs, component, model);
  if (found === undefined) return undefined;
  const updates = await updatesOfRun(runs, found.runFolder, found.iteration);
  return updates.find(({ update }) => update.component === component.name);
}

export function lastAccepted(
  runs: RunSource,
  component: ComponentDefinition,
  model: WorkspaceModel,
): Standing["lastAccepted"] {
  const { name } = component;
  if (name === undefined) return undefined;
  const experiments = model.experimentsOf(component).flatMap(({ at }) => {
    const uri = vscode.Uri.parse(at.uri, true);
    return uri.scheme === "file" && at.cell === undefined ? [uri.fsPath] : [];
  });
  const systems = model.systemsOf(component).flatMap((system) => system.name ?? []);
  return runs.standingOf({ experiments, systems, component: name })?.lastAccepted;
}

/** Components that a run may have meant by a name: those of its experiment, else of its system, else any of that name. */
export function componentsMeant(
  { info, component }: { readonly info: Pick<RunInfo, "experiment" | "system">; readonly component: string },
  model: WorkspaceModel,
): readonly ComponentDefinition[] {
  const isMeant = ({ name }: ComponentDefinition): boolean => name === component;
  const { path } = info.experiment;
  const experiments = path === "" ? [] : model.experiments().filter(({ at }) => isFile(at.uri, path));
  const own = experiments.flatMap((experiment) => model.systemOf(experiment) ?? []);
  const named = model.systems().filter(({ name }) => name === info.system);
  for (const systems of [own, named]) {
    const found = systems.flatMap((system) => model.componentsOf(system)).filter(isMeant);
    if (found.length > 0) return [...new Set(found)];
  }
  return model.components().filter(isMeant);
}

function isFile(uri: string, path: string): boolean {
  const parsed = vscode.Uri.parse(uri, true);
  return parsed.scheme === "file" && parsed.fsPath === path;
}

/** What the source said of the component when its accepted values were written down. */
export function replacedValues(component: ComponentDefinition, model: WorkspaceModel): VariableValue[] {
  const { name = "" } = component;
  return stateFilesOf(component, model).flatMap(({ file }) => {
    const value = savedIn(file)?.replaces?.[name];
    return value === undefined ? [] : [value];
  });
}

/** @param applied the value that was written to the component's source last */
export function changeFor(
  { info, folder, update, initial }: RunUpdate,
  component: ComponentDefinition,
  model: WorkspaceModel,
  applied: VariableValue | undefined,
): ComponentChange {
  const replaced = replacedValues(component, model);
  // A run that went on with accepted values tells those; what the source said stands beside them in their file.
  const own = info.asked?.startedFromFile === true && replaced.length > 0 ? [] : [initial];
  return {
    definition: component.id,
    value: update.after,
    origin: { run: folder, iteration: update.iteration, simulated: info.simulated },
    known: [...own, ...replaced, ...(applied === undefined ? [] : [applied])],
  };
}
