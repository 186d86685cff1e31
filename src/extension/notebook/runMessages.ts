import { join } from "node:path";
import * as vscode from "vscode";
import type { EditorMessage, RendererMessage } from "../../run/runOutput.ts";
import { RENDERER_ID } from "../identity.ts";
import { pageWords } from "../pageWords.ts";
import { mayRun } from "../workspaceTrust.ts";
import { cellOfRun, runsOf } from "./cellRuns.ts";
import { notebookFolder } from "./notebookFolder.ts";
import type { NotebookKernels } from "./notebookKernels.ts";
import { resume } from "./resume.ts";

/** Does what people ask for in a run's output. The answer is the run's next output. */
export function registerRunMessages(context: vscode.ExtensionContext, kernels: NotebookKernels): vscode.Disposable {
  const messaging = vscode.notebooks.createRendererMessaging(RENDERER_ID);
  const answering = messaging.onDidReceiveMessage(async ({ editor, message }) => {
    const { rendererMessageSchema } = await import("../../run/runOutput.ts");
    const asked = rendererMessageSchema.safeParse(message);
    if (!asked.success) return;
    if (asked.data.type === "words") {
      const words = pageWords();
      if (words !== undefined) await messaging.postMessage(words, editor);
      return;
    }
    if (asked.data.type !== "working") return answer(asked.data, editor.notebook, context, kernels);
    if (await isWorkedOn(asked.data.runId, editor.notebook, kernels)) return;
    const gone: EditorMessage = { type: "notWorking", runId: asked.data.runId };
    await messaging.postMessage(gone, editor);
  });
  // A kernel that dies takes the last word of its runs with it.
  const ending = kernels.onDidEnd(({ cell }) => void tellOfUnfinished(cell, messaging));
  return vscode.Disposable.from(answering, ending);
}

async function tellOfUnfinished(cell: vscode.NotebookCell, messaging: vscode.NotebookRendererMessaging): Promise<void> {
  for (const { runId, status } of await runsOf(cell)) {
    const gone: EditorMessage = { type: "notWorking", runId };
    if (status.state === "running") await messaging.postMessage(gone);
  }
}

/** Whether a cell that shows the run is still executed. */
async function isWorkedOn(
  runId: string,
  notebook: vscode.NotebookDocument,
  kernels: NotebookKernels,
): Promise<boolean> {
  for (const cell of notebook.getCells()) {
    if (!kernels.of(notebook)?.isLive(cell)) continue;
    if ((await runsOf(cell)).some((run) => run.runId === runId)) return true;
  }
  return false;
}

async function answer(
  asked: Exclude<RendererMessage, { type: "working" | "words" }>,
  notebook: vscode.NotebookDocument,
  context: vscode.ExtensionContext,
  kernels: NotebookKernels,
): Promise<void> {
  switch (asked.type) {
    case "stop":
      kernels.of(notebook)?.interrupt();
      return;
    case "resume": {
      if (!mayRun(vscode.l10n.t("A resumed run executes code of this workspace."))) return;
      const cell = await cellOfRun(notebook, asked.runId);
      const folder = join(notebookFolder(notebook, context.globalStorageUri), asked.folder);
      if (cell !== undefined) await resume(kernels, cell, folder);
      return;
    }
    case "openRun": {
      const run = join(notebookFolder(notebook, context.globalStorageUri), asked.folder);
      await vscode.commands.executeCommand("optimas.openRun", { run });
      return;
    }
    case "openReport": {
      const { openReport } = await import("../runs/runReport.ts");
      await openReport(asked.runId, join(notebookFolder(notebook, context.globalStorageUri), asked.folder));
      return;
    }
  }
}
