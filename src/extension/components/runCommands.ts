import * as vscode from "vscode";
import { type FoundRun, isAtWork } from "../../run/views/knownRun.ts";
import { ageWords } from "./ageWords.ts";
import type { RunStore } from "./runStore.ts";
import type { UpdatesView } from "./updatesView.ts";

/** The commands on runs that are there: `{ run: folder }`, a row of the tree, or nothing, which asks for one. */
export function registerRunCommands(
  context: vscode.ExtensionContext,
  store: RunStore,
  updates: UpdatesView,
): vscode.Disposable {
  const on = (id: string, action: (run: FoundRun) => Promise<unknown>, asks: () => string) =>
    vscode.commands.registerCommand(id, async (given?: unknown) => {
      const run = await meantRun(given, store, asks());
      if (run !== undefined) await action(run);
    });
  return vscode.Disposable.from(
    on(
      "optimas.openReport",
      async ({ id, folder }) => {
        const [{ openReport }, { bringReportUpToDate }] = await Promise.all([
          import("../runs/runReport.ts"),
          import("../runs/reportProcess.ts"),
        ]);
        await bringReportUpToDate(folder, context);
        await openReport(id, folder);
      },
      () => vscode.l10n.t("Whose report?"),
    ),
    vscode.commands.registerCommand("optimas.exportRun", async (given?: unknown) => {
      const run = await meantRun(given, store, vscode.l10n.t("Which run should be exported?"));
      if (run === undefined) return;
      const { exportRun } = await import("../runs/exportRun.ts");
      await exportRun(run.id, run.folder, context, targetIn(given));
    }),
    vscode.commands.registerCommand("optimas.exportRewards", async (given?: unknown) => {
      const run = await meantRun(given, store, vscode.l10n.t("Which run's local rewards should be exported?"));
      if (run === undefined) return;
      const { exportRewards } = await import("../runs/exportRewards.ts");
      await exportRewards(run.id, run.folder, context, targetIn(given));
    }),
    on(
      "optimas.deleteRun",
      (run) => deleteRun(run, store),
      () => vscode.l10n.t("Which run should be deleted?"),
    ),
    on(
      "optimas.revealRun",
      ({ folder }) => revealFolder(folder),
      () => vscode.l10n.t("Whose folder?"),
    ),
    vscode.commands.registerCommand("optimas.showUpdates", (given?: unknown) => updates.show(folderIn(given))),
    vscode.commands.registerCommand("optimas.refreshRuns", () => store.refresh()),
  );
}

/** The desktop shows folders in its own window; a remote one has only the editor's. */
async function revealFolder(folder: string): Promise<void> {
  const far = vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
  await vscode.commands.executeCommand(far ? "revealInExplorer" : "revealFileInOS", vscode.Uri.file(folder));
}

async function deleteRun(run: FoundRun, store: RunStore): Promise<void> {
  const { id, folder } = run;
  const known = store.run(folder);
  if (known?.live === true) {
    const words = isAtWork(known)
      ? vscode.l10n.t("{0} is at work. Stop it before you delete it.", id)
      : vscode.l10n.t("{0} is held by the kernel that it ran in. Restart that before you delete the run.", id);
    void vscode.window.showWarningMessage(words);
    return;
  }
  const move = vscode.l10n.t("Move to Trash");
  const detail = vscode.l10n.t("Its log, its report and what it learned are in this folder: {0}", folder);
  const question = vscode.l10n.t("Delete the run {0}?", id);
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, move)) !== move) return;
  const uri = vscode.Uri.file(folder);
  try {
    await vscode.workspace.fs.delete(uri, { recursive: true, useTrash: true });
  } catch {
    // Not every place has a trash.
    const forGood = vscode.l10n.t("Delete Permanently");
    const untrashed = vscode.l10n.t("{0} cannot be moved to the trash. Delete it permanently?", id);
    if ((await vscode.window.showWarningMessage(untrashed, { modal: true, detail }, forGood)) !== forGood) return;
    try {
      await vscode.workspace.fs.delete(uri, { recursive: true });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(vscode.l10n.t("{0} could not be deleted: {1}", id, reason));
    }
  }
  await store.refresh();
}

/** The run that a command was given, or that is picked; the user is told where there is none. */
export async function meantRun(given: unknown, store: RunStore, title: string): Promise<FoundRun | undefined> {
  await store.ready;
  const folder = folderIn(given);
  const find = () => store.runs().find((run) => run.folder === folder);
  if (folder !== undefined) {
    const found = find();
    if (found !== undefined) return found;
    await store.refresh();
    const late = find();
    if (late === undefined) tell(vscode.l10n.t("There is no run in {0} any more.", folder));
    return late;
  }
  const entries = store.runs().map((run) => {
    const age = run.kind === "run" ? ageWords(run.info.startedAt, Date.now(), vscode.env.language) : undefined;
    const label = run.kind === "run" ? run.info.system : run.id;
    return { label, description: age ?? vscode.l10n.t("cannot be read"), detail: run.id, run };
  });
  if (entries.length === 0) {
    tell(vscode.l10n.t("There are no runs in this workspace yet."));
    return undefined;
  }
  return (await vscode.window.showQuickPick(entries, { title, matchOnDetail: true }))?.run;
}

/** The folder that a command was given: as such, or by a row of a tree. */
export function folderIn(given: unknown): string | undefined {
  if (typeof given !== "object" || given === null || !("run" in given)) return undefined;
  return typeof given.run === "string" ? given.run : undefined;
}

/** Where a command was told to write to. */
function targetIn(given: unknown): vscode.Uri | undefined {
  if (typeof given !== "object" || given === null || !("to" in given)) return undefined;
  return given.to instanceof vscode.Uri ? given.to : undefined;
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}
