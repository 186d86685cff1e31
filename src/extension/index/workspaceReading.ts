import * as vscode from "vscode";
import type { Answer } from "../../detection/detectorProtocol.ts";
import type { FolderEntry } from "../../detection/folderReader.ts";
import type { Ask } from "./detectorThread.ts";

/** Reads for the detector where only the editor can: in workspaces that are not on this machine's disk. */
export async function answerTo({ what, uri, limitBytes }: Ask): Promise<Answer> {
  const place = vscode.Uri.parse(uri, true);
  if (what === "list") return { what, entries: await tried([], () => entriesIn(place)) };
  if (what === "kind") {
    const kind = await tried(undefined, async () => kindOf((await vscode.workspace.fs.stat(place)).type));
    return { what, ...(kind === undefined ? {} : { kind }) };
  }
  const bytes = await tried(undefined, () => contentOf(place, limitBytes));
  return { what, ...(bytes === undefined ? {} : { bytes }) };
}

async function entriesIn(folder: vscode.Uri): Promise<FolderEntry[]> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return entries.flatMap(([name, type]) => {
    const kind = kindOf(type);
    return kind === undefined ? [] : [{ name, kind, isLink: (type & vscode.FileType.SymbolicLink) !== 0 }];
  });
}

async function contentOf(file: vscode.Uri, limitBytes: number): Promise<Uint8Array | "large"> {
  const { size } = await vscode.workspace.fs.stat(file);
  return size > limitBytes ? "large" : vscode.workspace.fs.readFile(file);
}

/** The kind that it has, or that a link to it leads to. */
function kindOf(type: vscode.FileType): FolderEntry["kind"] | undefined {
  if ((type & vscode.FileType.Directory) !== 0) return "folder";
  return (type & vscode.FileType.File) !== 0 ? "file" : undefined;
}

/** What is gone or closed to us is left out. */
async function tried<T>(otherwise: T, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return otherwise;
    throw error;
  }
}
