import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import * as z from "zod";
import { plannedReturn, returnTo } from "../../run/returnedConfiguration.ts";
import { type RunInfo, readRunInfo } from "../../run/runInfo.ts";
import { liveOwner } from "../../run/runLock.ts";
import { configurationAfter } from "../../run/views/configurationAfter.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import type { Configuration } from "../../system/configuration.ts";
import { errorMessage } from "../../system/userError.ts";
import type { DefinitionSource } from "../index/definitionSource.ts";
import type { EditorRuns } from "../runs/editorRuns.ts";
import { mayRun } from "../workspaceTrust.ts";
import type { RunSource } from "./acceptedUpdates.ts";
import { type StateFile, stateFileOf, stateFileOfRun } from "./experimentValues.ts";
import { sourceValue } from "./stateFile.ts";

interface Parts {
  readonly definitions: DefinitionSource;
  readonly runs: RunSource;
  readonly editorRuns: Pick<EditorRuns, "branch">;
}

const givenSchema = z.object({ run: z.string(), iteration: z.number().int().nonnegative() });

/** What is done with the configuration in force after an update of a run, given as `{ run: folder, iteration }`. */
export async function revertToUpdate(given: unknown, parts: Parts): Promise<void> {
  if (!mayRun(vscode.l10n.t("Returning to an update changes what later runs start from."))) return;
  const asked = givenSchema.safeParse(given);
  if (!asked.success) return;
  const { run, iteration } = asked.data;
  const info = readRunInfo(run);
  const { runId } = info;
  const state = stateFileOfRun(info);
  if (state === undefined) {
    return warn(vscode.l10n.t("{0} was begun by code that keeps accepted values in no file.", runId));
  }
  const declaring = declaringFile(info, state);
  if (declaring !== undefined && !existsSync(declaring)) {
    return warn(vscode.l10n.t("{0} is no longer in {1}.", basename(declaring), dirname(declaring)));
  }
  if (liveOwner(run) !== undefined) {
    return warn(vscode.l10n.t("{0} is at work and writes what it accepts to the same file. Stop it first.", runId));
  }
  await Promise.all([parts.definitions.ready, parts.runs.ready]);
  const view = await parts.runs.view(run);
  const source = sourceValues(state, parts.definitions);
  const planned = plannedReturn(state.file, view, iteration, source, state.experiment);
  const file = basename(planned.file);
  if (planned.changed.length === 0) {
    tell(vscode.l10n.t("{0} has the values after iteration {1} already.", file, iteration));
    return;
  }
  const revert = vscode.l10n.t("Revert to Here");
  const names = planned.changed.map((component) => visibleLine(component)).join(", ");
  const detail = [
    vscode.l10n.t("Other values from now on: {0}.", names),
    vscode.l10n.t("Later runs start from them. The source stays as it is."),
    ...(view.header?.simulated === true ? [vscode.l10n.t("The values were found with the simulated model.")] : []),
  ].join("\n");
  const question = vscode.l10n.t("Set {0} to the values in force after iteration {1}?", file, iteration);
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, revert)) !== revert) return;
  void offerUndo(returnTo(planned), planned.file, iteration);
}

/** Starts a run that goes on from there. */
export async function branchRun(given: unknown, { runs, editorRuns }: Parts): Promise<void> {
  if (!mayRun(vscode.l10n.t("A run executes code of this workspace."))) return;
  const asked = givenSchema.safeParse(given);
  if (!asked.success) return;
  const { run, iteration } = asked.data;
  await runs.ready;
  await editorRuns.branch(run, configurationAfter(await runs.view(run), iteration));
}

async function offerUndo(undo: () => void, path: string, iteration: number): Promise<void> {
  const file = basename(path);
  const done = vscode.l10n.t("{0} has the values in force after iteration {1}.", file, iteration);
  const [back, open] = [vscode.l10n.t("Undo"), vscode.l10n.t("Open {0}", file)];
  const chosen = await vscode.window.showInformationMessage(done, back, open);
  if (chosen === open) await vscode.window.showTextDocument(vscode.Uri.file(path));
  if (chosen !== back) return;
  try {
    undo();
    tell(vscode.l10n.t("{0} is what it was before.", file));
  } catch (error) {
    void vscode.window.showErrorMessage(errorMessage(error));
  }
}

/** The file or notebook that must still be there; undefined where the run does not tell it. */
function declaringFile({ experiment: { path } }: RunInfo, { file, experiment }: StateFile): string | undefined {
  if (path !== "") return path;
  return experiment === undefined ? undefined : join(dirname(file), experiment.notebook);
}

/** What the components of the experiments that keep their values in a file have in their source, where it is written down. */
function sourceValues({ file }: StateFile, { model }: DefinitionSource): Configuration {
  const experiments = model.experiments().filter((experiment) => {
    const uri = vscode.Uri.parse(experiment.at.uri, true);
    return uri.scheme === "file" && stateFileOf(experiment, uri.fsPath)?.file === file;
  });
  const components = experiments.flatMap((experiment) => {
    const system = model.systemOf(experiment);
    return system === undefined ? [] : model.componentsOf(system);
  });
  return Object.fromEntries(
    components.flatMap((component) => {
      const value = component.name === undefined ? undefined : sourceValue(component);
      return component.name === undefined || value === undefined ? [] : [[component.name, value]];
    }),
  );
}

function warn(message: string): void {
  void vscode.window.showWarningMessage(message);
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}
