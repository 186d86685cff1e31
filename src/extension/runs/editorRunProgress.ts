import * as vscode from "vscode";
import type { EditorRun } from "./editorRun.ts";
import { runsBefore } from "./editorRunQueue.ts";
import type { EditorRuns } from "./editorRuns.ts";

/**
 * Shows a run while it is live. Its button takes it from the queue or stops it at its next safe point; pressed again, it is
 * ended by force.
 */
export async function showRunProgress(run: EditorRun, runs: EditorRuns): Promise<void> {
  const words = await import("./editorRunWords.ts");
  const title = words.runTitle(run.plan, vscode.l10n);
  // The editor closes a notification whose button was pressed: the next one says what is going on since.
  for (let presses = 0; run.state.kind !== "ended"; presses++) {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: presses < 2 };
    const pressed = await vscode.window.withProgress(options, (progress, token) =>
      follow(run, runs, token, (increment) => {
        const message = words.progressWords(run.state, run.output, runsBefore(runs.live, run), vscode.l10n);
        const share = run.output && words.shareDone(run.output);
        progress.report({ message, ...increment(share) });
      }),
    );
    if (pressed) run.stop();
  }
}

/** The editor wants to be told what was added to the bar since it heard last; without a number the bar runs on. */
type Increment = (share: number | undefined) => { readonly increment?: number };

/** Resolves when the run has ended, or the button was pressed: then to true. */
function follow(
  run: EditorRun,
  runs: EditorRuns,
  token: vscode.CancellationToken,
  report: (increment: Increment) => void,
): Promise<boolean> {
  let shown = 0;
  const increment: Increment = (share) => {
    const percent = share === undefined ? shown : share * 100;
    if (percent <= shown) return {};
    const added = percent - shown;
    shown = percent;
    return { increment: added };
  };
  report(increment);
  const subscriptions: vscode.Disposable[] = [];
  const over = new Promise<boolean>((resolve) => {
    // The place in the queue changes with other runs.
    subscriptions.push(
      runs.onDidChange((changed) => (changed === run || run.state.kind === "queued") && report(increment)),
    );
    subscriptions.push(token.onCancellationRequested(() => resolve(true)));
    void run.ended.then(() => resolve(false));
  });
  return over.finally(() => vscode.Disposable.from(...subscriptions).dispose());
}
