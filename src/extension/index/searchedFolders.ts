import * as vscode from "vscode";
import type { ExclusionSetting } from "../../detection/exclusion.ts";
import type { SearchedFolder } from "../../detection/workspaceFiles.ts";

const settings = ["files.exclude", "search.exclude", "search.useIgnoreFiles"];

/** The folders of the workspace with what the user's settings leave out of searches. */
export function searchedFolders(): SearchedFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => ({
    uri: uri.toString(),
    exclusions: [exclusionsIn("files", uri), exclusionsIn("search", uri)],
    ignoreFiles: vscode.workspace.getConfiguration("search", uri).get("useIgnoreFiles") !== false,
  }));
}

/** True for a change of the settings by which other files would be searched. */
export function changesSearch(event: vscode.ConfigurationChangeEvent): boolean {
  return settings.some((setting) => event.affectsConfiguration(setting));
}

/** People write settings by hand: what means nothing is left out. */
function exclusionsIn(section: "files" | "search", uri: vscode.Uri): ExclusionSetting {
  const value: unknown = vscode.workspace.getConfiguration(section, uri).get("exclude");
  if (typeof value !== "object" || value === null) return {};
  const entries = Object.entries(value).flatMap(([pattern, meaning]): [string, boolean | { when: string }][] => {
    if (typeof meaning === "boolean") return [[pattern, meaning]];
    return typeof meaning?.when === "string" ? [[pattern, { when: meaning.when }]] : [];
  });
  return Object.fromEntries(entries);
}
