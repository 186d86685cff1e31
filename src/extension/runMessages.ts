import { join } from "node:path";
import * as vscode from "vscode";
import type { RendererMessage } from "../run/runOutput.ts";
import { cellOfRun } from "./cellRuns.ts";
import { RENDERER_ID } from "./identity.ts";
import { notebookFolder } from "./notebookFolder.ts";
import type { NotebookKernels } from "./notebookKernels.ts";
import { resume } from "./resume.ts";
import { mayRun } from "./workspaceTrust.ts";

/** Does what people ask for in a run's output. The answer is the run's next output. */
export function registerRunMessages(context: vscode.ExtensionContext, kernels: NotebookKernels): vscode.Disposable {
  const messaging = vscode.notebooks.createRendererMessaging(RENDERER_ID);
  return messaging.onDidReceiveMessage(async ({ editor, message }) => {
    const { rendererMessageSchema } = await import("../run/runOutput.ts");
    const asked = rendererMessageSchema.safeParse(message);
    if (asked.success) await answer(asked.data, editor.notebook, context, kernels);
  });
}

async function answer(
  asked: RendererMessage,
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
    case "openReport": {
      const { openReport } = await import("./runReport.ts");
      await openReport(asked.runId, join(notebookFolder(notebook, context.globalStorageUri), asked.folder));
      return;
    }
  }
}
