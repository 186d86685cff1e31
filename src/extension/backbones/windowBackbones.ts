import { dirname, resolve } from "node:path";
import * as vscode from "vscode";
import type { Backbones } from "../../notebook/kernelBackbones.ts";
import { Downloads } from "./downloads.ts";

/** One for the window: kernels may wait for the same download. */
const downloads = new Downloads();

/** What kernels of this window have for backbones of local rewards. @param place what a kernel works on */
export function windowBackbones(place: {
  readonly folder: string;
  readonly notebook?: string | undefined;
}): Required<Backbones> {
  return {
    named: async () => namedBackbone(place.notebook ?? place.folder),
    mayDownload: async (download, signal) => {
      const { agreeToDownload } = await import("./downloadQuestion.ts");
      return agreeToDownload(download, signal);
    },
    onDownload: (news) => downloads.hear(news),
  };
}

/**
 * The setting `optimas.rewards.backbone`, where a path starts in the workspace's folder.
 * @param path absolute path of the notebook, or of the folder that the experiment lies in
 */
function namedBackbone(path: string): string | undefined {
  const uri = vscode.Uri.file(path);
  const named = vscode.workspace.getConfiguration("optimas.rewards", uri).get("backbone", "lexical").trim();
  if (named === "") return undefined;
  if (named === "lexical" || named.startsWith("hub:")) return named;
  return resolve(vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(path), named);
}
