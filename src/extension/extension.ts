import { loadedAt } from "./loadTime.ts";

// Everything below is loaded after the clock was read.

import * as vscode from "vscode";
import { registerCellIds } from "./cellIds.ts";
import { registerKernelCommands } from "./kernelCommands.ts";
import { registerKernelNotices } from "./kernelNotices.ts";
import { registerKernelStatus } from "./kernelStatus.ts";
import { NotebookKernels } from "./notebookKernels.ts";
import { registerSerializer } from "./notebookSerializer.ts";

/** What the extension tells whoever activates it. */
export interface Activated {
  /** Milliseconds that loading and activating took. */
  readonly activationMs: number;
}

let running: NotebookKernels | undefined;

export function activate(context: vscode.ExtensionContext): Activated {
  const log = vscode.window.createOutputChannel("Optimas", { log: true });
  const kernels = new NotebookKernels(context, log);
  running = kernels;
  context.subscriptions.push(
    log,
    kernels,
    registerSerializer(),
    registerCellIds(),
    registerKernelCommands(kernels, log),
    registerKernelStatus(kernels),
    registerKernelNotices(kernels, log),
  );
  const activationMs = performance.now() - loadedAt;
  log.info(`Activated in ${activationMs.toFixed(1)} ms.`);
  return { activationMs };
}

/** Waits for the kernels to end. */
export async function deactivate(): Promise<void> {
  await running?.stop();
}
