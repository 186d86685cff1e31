import * as vscode from "vscode";
import type { EditorRun } from "./editorRun.ts";
import type { EditorRuns } from "./editorRuns.ts";

/** True while a run from the editor is live or queued, for menus. */
const LIVE_CONTEXT = "optimas.runsLive";

/** How many runs are live, in the status bar; a click picks one. */
export function registerEditorRunStatus(runs: EditorRuns): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("optimas.runs", vscode.StatusBarAlignment.Left, 10);
  item.name = vscode.l10n.t("Optimas Runs");
  item.command = "optimas.showEditorRuns";
  let live = 0;
  const show = async () => {
    if (runs.live.length !== live) {
      live = runs.live.length;
      void vscode.commands.executeCommand("setContext", LIVE_CONTEXT, live > 0);
    }
    if (runs.live.length === 0) {
      item.hide();
      return;
    }
    const [{ liveWords, progressWords, runTitle }, { spentMarkdown }] = await Promise.all([
      import("./editorRunWords.ts"),
      import("../spending/spentWords.ts"),
    ]);
    // It may be over by now.
    if (runs.live.length === 0) return;
    const words = liveWords(runs.live, vscode.l10n);
    const shown = runs.live.map(({ plan, state, output }, index) => ({
      words: `${runTitle(plan, vscode.l10n)}: ${progressWords(state, output, index, vscode.l10n)}`,
      output,
    }));
    item.text = words.text;
    item.tooltip = new vscode.MarkdownString(spentMarkdown(shown, vscode.l10n));
    item.accessibilityInformation = { label: words.spoken, role: "button" };
    item.show();
  };
  return vscode.Disposable.from(
    item,
    runs.onDidStart(() => void show()),
    runs.onDidChange(() => void show()),
  );
}

/** `optimas.showEditorRuns`: picks a live run, then what to do with it. */
export async function showEditorRuns(runs: EditorRuns): Promise<void> {
  const run = await pickLiveRun(runs, vscode.l10n.t("Runs of this window"));
  if (run === undefined) return;
  const { runTitle } = await import("./editorRunWords.ts");
  const entries = [
    { label: `$(bell) ${vscode.l10n.t("Show Progress")}`, action: "progress" },
    { label: `$(debug-stop) ${vscode.l10n.t("Stop")}`, action: "stop" },
    ...(run.output === undefined ? [] : [{ label: `$(graph-line) ${vscode.l10n.t("Open Run")}`, action: "run" }]),
  ];
  const chosen = await vscode.window.showQuickPick(entries, { title: runTitle(run.plan, vscode.l10n) });
  if (chosen?.action === "progress") await vscode.commands.executeCommand("notifications.showList");
  if (chosen?.action === "stop") run.stop();
  if (chosen?.action === "run") await vscode.commands.executeCommand("optimas.openRun", { run: run.folder });
}

/** The only live run, or the one that is picked; the user is told where there is none. */
export async function pickLiveRun(runs: EditorRuns, title: string): Promise<EditorRun | undefined> {
  if (runs.live.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("No run of this window is live."));
    return undefined;
  }
  const { progressWords, runTitle } = await import("./editorRunWords.ts");
  const entries = runs.live.map((run, index) => ({
    label: runTitle(run.plan, vscode.l10n),
    detail: progressWords(run.state, run.output, index, vscode.l10n),
    run,
  }));
  const [only, second] = entries;
  if (only !== undefined && second === undefined) return only.run;
  return (await vscode.window.showQuickPick(entries, { title }))?.run;
}
