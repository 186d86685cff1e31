import { spawn } from "node:child_process";
import { join } from "node:path";
import * as vscode from "vscode";
import * as z from "zod";
import { errorMessage } from "../../system/userError.ts";

const exportedSchema = z.object({ folder: z.string(), notes: z.array(z.string()) });
type Exported = Readonly<z.infer<typeof exportedSchema>>;

/**
 * Writes what a run learned on a transformer into a folder for other programs, and offers to look at it.
 * @param to the folder; asked for without it
 */
export async function exportRewards(
  id: string,
  run: string,
  context: vscode.ExtensionContext,
  to?: vscode.Uri,
): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(vscode.l10n.t("Nothing is exported in Restricted Mode."));
    return;
  }
  const target = to ?? (await askWhere(id));
  if (target === undefined) return;
  const title = vscode.l10n.t("Exporting the local rewards of {0}", id);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  let exported: Exported | undefined;
  try {
    exported = await vscode.window.withProgress(options, (_progress, token) => written(run, target, context, token));
  } catch (error) {
    const words = vscode.l10n.t("The local rewards of {0} could not be exported: {1}", id, errorMessage(error));
    void vscode.window.showErrorMessage(words);
  }
  // Not waited for: what was asked for is done.
  if (exported !== undefined) void offerToLook(id, exported);
}

/** A folder is made of the name that is typed. */
async function askWhere(id: string): Promise<vscode.Uri | undefined> {
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  const name = `${id}-rewards`;
  const defaultUri = workspace === undefined ? vscode.Uri.file(name) : vscode.Uri.joinPath(workspace.uri, name);
  const title = vscode.l10n.t("Export the local rewards of {0} into a new folder", id);
  return vscode.window.showSaveDialog({ defaultUri, title, saveLabel: vscode.l10n.t("Export") });
}

/**
 * The command line does it in a process of its own, which has a trainer.
 * @returns undefined where the user pressed Cancel
 * @throws Error with what the process said where it fails
 */
async function written(
  run: string,
  target: vscode.Uri,
  context: vscode.ExtensionContext,
  token: vscode.CancellationToken,
): Promise<Exported | undefined> {
  const cli = vscode.Uri.joinPath(context.extensionUri, "dist", "cli.js").fsPath;
  const { kernelEnvironment } = await import("../../notebook/kernelEnvironment.ts");
  const env = kernelEnvironment(process.env, { electron: "electron" in process.versions });
  const command = [cli, "rewards", "export", run, target.fsPath, "--json"];
  const child = spawn(process.execPath, command, { env, stdio: ["ignore", "pipe", "pipe"] });
  const cancelled = token.onCancellationRequested(() => child.kill("SIGINT"));
  let [result, said] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    result += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    if (code === 0) return exportedSchema.parse(JSON.parse(result));
    if (token.isCancellationRequested) return undefined;
    throw new Error(said.trim() || vscode.l10n.t("The export ended with exit code {0}.", String(code)));
  } finally {
    cancelled.dispose();
  }
}

async function offerToLook(id: string, { folder, notes }: Exported): Promise<void> {
  const read = vscode.l10n.t("How to Use It");
  const saved = vscode.l10n.t(
    "The local rewards of {0} are in {1}.",
    id,
    vscode.workspace.asRelativePath(vscode.Uri.file(folder)),
  );
  // Sentences of the command line are English, as everything in a terminal.
  const wanted = await vscode.window.showInformationMessage([saved, ...notes].join(" "), read);
  if (wanted !== read) return;
  await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.file(join(folder, "README.md")));
}
