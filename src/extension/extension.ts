import { loadedAt, now, ownMsSince } from "./ownTime.ts";

// Everything below is loaded after the clock was read.

import * as vscode from "vscode";
import { registerRecordCommands } from "./answers/recordCommands.ts";
import { registerDownloadBackbone } from "./backbones/downloadCommand.ts";
import { EditorViews } from "./components/editorViews.ts";
import { ExampleTests } from "./examples/exampleTests.ts";
import { ComponentIndex } from "./index/componentIndex.ts";
import { registerKeyCommands } from "./keys/keyCommands.ts";
import { registerChooseModel } from "./models/chooseModelCommand.ts";
import { registerLocalModelCommand } from "./models/localModelCommand.ts";
import { registerCellIds } from "./notebook/cellIds.ts";
import { registerCellStatusBar, statusOf } from "./notebook/cellStatusBar.ts";
import { registerIntelliSense } from "./notebook/intelliSense.ts";
import { InterruptedRuns } from "./notebook/interruptedRuns.ts";
import { registerKernelCommands } from "./notebook/kernelCommands.ts";
import { registerKernelNotices } from "./notebook/kernelNotices.ts";
import { KernelRestart } from "./notebook/kernelRestart.ts";
import { registerKernelStatus } from "./notebook/kernelStatus.ts";
import { registerNotebookCommands } from "./notebook/notebookCommands.ts";
import { NotebookKernels } from "./notebook/notebookKernels.ts";
import { registerSerializer } from "./notebook/notebookSerializer.ts";
import { registerResume } from "./notebook/resume.ts";
import { registerRunMessages } from "./notebook/runMessages.ts";
import { RunPanelCommands } from "./panel/runPanelCommands.ts";
import { registerEditorRuns } from "./runs/editorRunCommands.ts";
import { EditorRuns } from "./runs/editorRuns.ts";
import { registerModelsCommand } from "./spending/modelsCommand.ts";
import { TweakCommands } from "./trials/tweakCommands.ts";
import { Updates } from "./updates/updateCommands.ts";
import { registerWalkthroughContext } from "./walkthroughContext.ts";

/** What the extension tells whoever activates it. */
export interface Activated {
  /** Milliseconds that loading and activating took of its own. */
  readonly activationMs: number;
  /** True for a cell that runs or waits in our kernel. */
  isLive(cell: vscode.NotebookCell): boolean;
  /** What the workspace declares. */
  readonly index: ComponentIndex;
  /** Runs that were started from the editor. */
  readonly runs: EditorRuns;
  /** What views show of definitions and runs. */
  readonly views: Pick<EditorViews, "trees" | "store" | "facts">;
  /** Accepted values between runs and sources. */
  readonly updates: Updates;
  /** Panels in which values are tried. */
  readonly tweaks: Pick<TweakCommands, "panelOf">;
  /** Panels that show runs. */
  readonly panels: Pick<RunPanelCommands, "panelOf">;
  /** Examples as tests of the editor. */
  readonly examples: Pick<ExampleTests, "controller" | "profile" | "explorer">;
  /** What stands below a cell, in words. */
  statusOf(cell: vscode.NotebookCell): Promise<readonly string[]>;
}

/** Between loading and activating, the editor may do other things. */
const loadingMs = ownMsSince(loadedAt);
let running: { stop(): Promise<void> } | undefined;

export function activate(context: vscode.ExtensionContext): Activated {
  const began = now();
  const log = vscode.window.createOutputChannel("Optimas", { log: true });
  const kernels = new NotebookKernels(context, log);
  const interrupted = new InterruptedRuns(context, kernels);
  const index = new ComponentIndex(context, log);
  const runs = new EditorRuns(context, log);
  const views = new EditorViews({ context, log, index, runs });
  const updates = new Updates({ context, definitions: index, runs: views.store, editorRuns: runs });
  const tweaks = new TweakCommands({ context, log, index, runs, store: views.store, updates });
  const panels = new RunPanelCommands({ context, log, store: views.store });
  const restart = new KernelRestart(views.store);
  const examples = new ExampleTests({ context, log, index, store: views.store });
  running = {
    stop: async () => void (await Promise.all([kernels.stop(), runs.stop(), tweaks.stop(), examples.stop()])),
  };
  context.subscriptions.push(
    log,
    kernels,
    interrupted,
    index,
    runs,
    views,
    updates,
    tweaks,
    panels,
    examples,
    registerSerializer(),
    registerCellIds(),
    registerNotebookCommands(context),
    registerKernelCommands(kernels, restart, log),
    registerKernelStatus(kernels),
    registerKernelNotices(kernels, restart, log),
    registerCellStatusBar(kernels, interrupted),
    registerResume(kernels, interrupted),
    registerRunMessages(context, kernels),
    registerWalkthroughContext(kernels),
    registerIntelliSense(context, kernels),
    registerKeyCommands(context),
    registerLocalModelCommand(),
    registerChooseModel(context, index),
    registerRecordCommands(context),
    registerDownloadBackbone(context),
    registerModelsCommand(),
    registerEditorRuns({ context, runs, kernels, definitions: index }),
  );
  const activationMs = loadingMs + ownMsSince(began);
  log.info(`Activated in ${activationMs.toFixed(1)} ms.`);
  return {
    activationMs,
    index,
    runs,
    views,
    updates,
    tweaks,
    panels,
    examples,
    isLive: (cell) => kernels.of(cell.notebook)?.isLive(cell) ?? false,
    statusOf: async (cell) => (await statusOf(cell, kernels, interrupted)).map(({ text }) => text),
  };
}

/** Waits for the kernels to end; runs stop at their last checkpoint. */
export async function deactivate(): Promise<void> {
  await running?.stop();
}
