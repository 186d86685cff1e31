import { homedir } from "node:os";
import * as vscode from "vscode";
import type { Notebook } from "../../notebook/nbformat.ts";
import type { NotebookCell } from "../../notebook/nbformatCell.ts";
import type { JsonObject } from "../../notebook/nbformatJson.ts";
import { impersonal } from "../../run/impersonal.ts";
import { UserError } from "../../system/userError.ts";
import { NOTEBOOK_TYPE } from "../identity.ts";
import { savedOutput, shownOutput } from "./savedOutput.ts";

/** Reads and writes experiment notebooks for the editor. What it cannot read whole it refuses, so that no save destroys it. */
class NotebookSerializer implements vscode.NotebookSerializer {
  deserializeNotebook(content: Uint8Array): Promise<vscode.NotebookData> {
    return notebookData(content);
  }

  async serializeNotebook({ cells, metadata }: vscode.NotebookData): Promise<Uint8Array> {
    const { writeNotebook } = await import("../../notebook/nbformat.ts");
    const notebook = { cells: cells.map(savedCell), metadata: (metadata ?? {}) as JsonObject };
    return new TextEncoder().encode(writeNotebook(notebook, withoutFolders));
  }
}

export function registerSerializer(): vscode.Disposable {
  return vscode.workspace.registerNotebookSerializer(NOTEBOOK_TYPE, new NotebookSerializer(), {
    transientOutputs: false,
    // What is folded is the reader's business, and no reason to save.
    transientCellMetadata: { inputCollapsed: true, outputCollapsed: true },
  });
}

/** Stacks name files by absolute path, for links; a file that goes to others says no more than where in the workspace. */
function withoutFolders(text: string): string {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  return [...folders, ""].reduce((shorter, folder) => impersonal(folder, homedir())(shorter), text);
}

/** @throws UserError for a file that cannot be read whole, in words for its user */
export async function notebookData(content: Uint8Array): Promise<vscode.NotebookData> {
  const { cells, metadata } = await notebookIn(content);
  const data = new vscode.NotebookData(cells.map(cellData));
  data.metadata = metadata;
  return data;
}

async function notebookIn(content: Uint8Array): Promise<Notebook> {
  const { readNotebook } = await import("../../notebook/nbformat.ts");
  try {
    return readNotebook(content, vscode.l10n.t("This notebook"));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { toldRefusal } = await import("./fileSentences.ts");
    throw new UserError(toldRefusal(error.message, vscode.l10n), { cause: error });
  }
}

function cellData({ kind, languageId, source, outputs, metadata }: NotebookCell): vscode.NotebookCellData {
  const shown = kind === "markdown" ? vscode.NotebookCellKind.Markup : vscode.NotebookCellKind.Code;
  const data = new vscode.NotebookCellData(shown, source, languageId);
  data.metadata = metadata;
  data.outputs = outputs.map(shownOutput);
  return data;
}

/** A cell for the file. What it holds besides is as it was read, or empty for a new cell. */
export function savedCell({ kind, value, languageId, outputs, metadata }: vscode.NotebookCellData): NotebookCell {
  const savedKind = kind === vscode.NotebookCellKind.Markup ? "markdown" : languageId === "raw" ? "raw" : "code";
  return {
    kind: savedKind,
    languageId,
    source: value,
    outputs: savedKind === "code" ? (outputs ?? []).map(savedOutput) : [],
    metadata: (metadata ?? {}) as JsonObject,
  };
}
