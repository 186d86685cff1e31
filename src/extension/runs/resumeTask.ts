import { basename, dirname } from "node:path";
import * as vscode from "vscode";

/**
 * Goes on with a run of the command line in a terminal, with the command line of this extension: it needs no Node.js of
 * the user's, and shows the run as it did when it was started.
 * @param folder absolute path of the run's folder
 */
export async function resumeInTerminal(folder: string, context: vscode.ExtensionContext): Promise<void> {
  const uri = vscode.Uri.file(folder);
  const home = vscode.workspace.getWorkspaceFolder(uri);
  const cli = vscode.Uri.joinPath(context.extensionUri, "dist", "cli.js").fsPath;
  const execution = new vscode.ProcessExecution(
    process.execPath,
    [cli, "resume", basename(folder), "--out", dirname(folder)],
    { cwd: home?.uri.fsPath ?? dirname(folder), env: { ELECTRON_RUN_AS_NODE: "1" } },
  );
  const name = vscode.l10n.t("Resume {0}", basename(folder));
  const task = new vscode.Task({ type: "process" }, home ?? vscode.TaskScope.Workspace, name, "Optimas", execution, []);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.New };
  await vscode.tasks.executeTask(task);
}
