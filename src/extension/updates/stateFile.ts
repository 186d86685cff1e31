import { existsSync } from "node:fs";
import * as vscode from "vscode";
import type { ComponentDefinition } from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import {
  configurationFile,
  readSaved,
  type SavedConfiguration,
  saveConfiguration,
} from "../../run/configurationFile.ts";
import { canonicalJson } from "../../system/configuration.ts";
import { errorMessage } from "../../system/userError.ts";
import type { OptionValue, VariableValue } from "../../system/variable.ts";

/** Files of accepted values that runs of the component start from: one beside each experiment that contains it. */
export function stateFilesOf(component: ComponentDefinition, model: WorkspaceModel): string[] {
  const files = model.experimentsOf(component).flatMap(({ at }) => {
    const uri = vscode.Uri.parse(at.uri, true);
    return uri.scheme === "file" && at.cell === undefined ? [configurationFile(uri.fsPath)] : [];
  });
  return [...new Set(files)];
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
  file: string,
  changes: readonly { readonly component: ComponentDefinition; readonly value: VariableValue }[],
  run: string | undefined,
): boolean {
  try {
    const before = existsSync(file) ? readSaved(file) : undefined;
    const configuration = { ...before?.configuration };
    const replaces = { ...before?.replaces };
    for (const { component, value } of changes) {
      const { name } = component;
      if (name === undefined) continue;
      configuration[name] = value;
      const source = sourceValue(component);
      if (source !== undefined) replaces[name] = source;
    }
    // Scores that were measured with other values say nothing about these.
    const isItsOwn = before?.origin !== undefined && run?.endsWith(before.origin.run) === true;
    saveConfiguration(file, {
      configuration,
      ...(Object.keys(replaces).length > 0 ? { replaces } : {}),
      ...(isItsOwn ? { origin: before.origin } : {}),
    });
    return true;
  } catch (error) {
    void vscode.window.showErrorMessage(errorMessage(error));
    return false;
  }
}

/** Takes a value out of the file where the file puts it in the place of the source's. */
export function dropFromStateFile(file: string, name: string): boolean {
  try {
    const { configuration, replaces = {} } = readSaved(file);
    const without = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
    const others = without(replaces);
    saveConfiguration(file, {
      configuration: without(configuration),
      ...(Object.keys(others).length > 0 ? { replaces: others } : {}),
    });
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
