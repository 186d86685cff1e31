import { existsSync } from "node:fs";
import { basename } from "node:path";
import * as vscode from "vscode";
import type { ComponentDefinition } from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import { readSaved, type SavedConfiguration } from "../../run/configurationFile.ts";
import { dropByHand, saveByHand } from "../../run/savedByHand.ts";
import { canonicalJson } from "../../system/configuration.ts";
import { errorMessage } from "../../system/userError.ts";
import type { OptionValue, VariableValue } from "../../system/variable.ts";
import { type StateFile, stateFileOf } from "./experimentValues.ts";

/** Files of accepted values that runs of the component start from: one for each experiment that contains it. */
export function stateFilesOf(component: ComponentDefinition, model: WorkspaceModel): StateFile[] {
  const files = model.experimentsOf(component).flatMap((experiment) => {
    const uri = vscode.Uri.parse(experiment.at.uri, true);
    return uri.scheme === "file" ? (stateFileOf(experiment, uri.fsPath) ?? []) : [];
  });
  return [...new Map(files.map((one) => [one.file, one])).values()];
}

/** What the file says; undefined where there is none, or none that can be read. */
export function savedIn(file: string): SavedConfiguration | undefined {
  try {
    return existsSync(file) ? readSaved(file) : undefined;
  } catch {
    // Whoever writes to it is told what is wrong with it.
    return undefined;
  }
}

/**
 * Adds values to what the file says, so that runs start from them until their author changes the source's.
 * @param run folder of the run that all of them come from
 * @returns false where the user was told why the file was left as it is
 */
export function saveToStateFile(
  { file, experiment }: StateFile,
  changes: readonly { readonly component: ComponentDefinition; readonly value: VariableValue }[],
  run: string | undefined,
): boolean {
  const values = changes.flatMap(({ component, value }) =>
    component.name === undefined ? [] : [{ component: component.name, value, source: sourceValue(component) }],
  );
  return isDone(() => saveByHand(file, values, { run: run && basename(run), experiment }));
}

/** Takes a value out of the file where the file puts it in the place of the source's. */
export function dropFromStateFile(file: string, name: string): boolean {
  return isDone(() => dropByHand(file, name));
}

function isDone(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    void vscode.window.showErrorMessage(errorMessage(error));
    return false;
  }
}

export function sameValue(a: VariableValue | undefined, b: VariableValue | undefined): boolean {
  return a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b);
}

/** The value that the source gives the component, where all of it is written down. */
export function sourceValue({ variable }: ComponentDefinition): VariableValue | undefined {
  if (variable.kind === "prompt" || variable.kind === "model") {
    const { value } = variable;
    return value.kind === "computed" || typeof value.value !== "string" ? undefined : value.value;
  }
  if (variable.kind !== "options" || variable.space === undefined) return undefined;
  const options: Record<string, OptionValue> = {};
  for (const [key, source] of Object.entries(variable.values)) {
    if (source.kind === "computed" || source.value === undefined) return undefined;
    options[key] = source.value;
  }
  return options;
}
