import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import type { EditorFacts } from "../../src/extension/components/editorFacts.ts";
import type { Trees } from "../../src/extension/components/editorViews.ts";
import type { RunStore } from "../../src/extension/components/runStore.ts";
import type { ExampleTests } from "../../src/extension/examples/exampleTests.ts";
import type { ComponentIndex } from "../../src/extension/index/componentIndex.ts";
import type { RunPanelCommands } from "../../src/extension/panel/runPanelCommands.ts";
import type { EditorRuns } from "../../src/extension/runs/editorRuns.ts";
import type { TweakCommands } from "../../src/extension/trials/tweakCommands.ts";
import type { Updates } from "../../src/extension/updates/updateCommands.ts";

const EXTENSION = "optimas.optimas";

/** What the extension offers to those who activate it. */
interface Activated {
  readonly activationMs: number;
  readonly index: ComponentIndex;
  readonly runs: EditorRuns;
  readonly views: { readonly trees: Trees; readonly store: RunStore; readonly facts: EditorFacts };
  readonly updates: Updates;
  readonly tweaks: Pick<TweakCommands, "panelOf">;
  readonly panels: Pick<RunPanelCommands, "panelOf" | "restore">;
  readonly examples: Pick<ExampleTests, "controller" | "profile" | "explorer">;
  isLive(cell: vscode.NotebookCell): boolean;
  statusOf(cell: vscode.NotebookCell): Promise<readonly string[]>;
}

/** The extension, activated. */
export async function activated(): Promise<Activated> {
  const extension = vscode.extensions.getExtension<Activated>(EXTENSION);
  assert.ok(extension, `${EXTENSION} is not installed`);
  return extension.activate();
}

/** The folder that is open. */
export function workspaceFolder(): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, "no folder is open");
  return folder.uri.fsPath;
}

/** Writes a file into the workspace. */
export function workspaceFile(name: string, content: string): vscode.Uri {
  const path = join(workspaceFolder(), name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return vscode.Uri.file(path);
}

/** The text of a notebook file with these code cells. */
export function notebookText(cells: readonly string[]): string {
  const written = cells.map((source) => ({
    cell_type: "code",
    execution_count: null,
    metadata: {},
    outputs: [],
    source,
  }));
  return JSON.stringify({ cells: written, metadata: {}, nbformat: 4, nbformat_minor: 4 });
}

/** Opens and shows a new notebook file with these code cells, with our kernel. */
export async function openNotebook(name: string, cells: readonly string[]): Promise<vscode.NotebookDocument> {
  return showNotebook(workspaceFile(name, notebookText(cells)));
}

/** Opens a notebook file as a click on it does, with our kernel: it is closed with its tab. */
export async function showNotebook(uri: vscode.Uri): Promise<vscode.NotebookDocument> {
  await activated();
  await vscode.commands.executeCommand("vscode.openWith", uri, "optimas-notebook", { preview: false });
  const { notebook } = await eventually("the notebook is shown", () => {
    const editor = vscode.window.activeNotebookEditor;
    return editor?.notebook.uri.toString() === uri.toString() ? editor : undefined;
  });
  await vscode.commands.executeCommand("notebook.selectKernel", { id: "optimas", extension: EXTENSION });
  return notebook;
}

/** Saves a notebook and closes its tab. */
export async function closeNotebook(notebook: vscode.NotebookDocument): Promise<void> {
  await notebook.save();
  await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  await eventually("the notebook is closed", () => notebook.isClosed);
}

/** Milliseconds until something is taken for lost. A busy machine may need many times as long as a quiet one. */
const PATIENCE_MS = 120_000;

/** Waits until something holds. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Runs cells as the button beside them does. */
export async function start(notebook: vscode.NotebookDocument, from = 0, to = notebook.cellCount): Promise<void> {
  await vscode.commands.executeCommand("notebook.cell.execute", {
    ranges: [{ start: from, end: to }],
    document: notebook.uri,
  });
}

/** Waits until cells neither run nor wait, and until the editor shows so. */
export async function ended(cells: readonly vscode.NotebookCell[]): Promise<void> {
  const { isLive } = await activated();
  await eventually("the cells have ended", () => !cells.some(isLive));
  await shown();
}

/** Waits until what was sent to the window is visible here as well. */
export async function shown(): Promise<void> {
  for (let i = 0; i < 3; i++) await vscode.commands.executeCommand("setContext", "optimas.test.shown", i);
}

/** Runs cells and waits for their end. */
export async function run(notebook: vscode.NotebookDocument, from = 0, to = notebook.cellCount): Promise<void> {
  await start(notebook, from, to);
  await ended(notebook.getCells().slice(from, to));
}

/** All text below a cell: streams, plain values, messages of errors. */
export function outputText(cell: vscode.NotebookCell): string {
  const decoder = new TextDecoder();
  return cell.outputs
    .map(({ items }) => {
      const item = items.find(({ mime }) => mime === "text/plain") ?? items[0];
      return item === undefined ? "" : decoder.decode(item.data);
    })
    .join("");
}

/**
 * How many times slower than alone this process runs now: time that passes over time that it computes. Limits of time
 * hold for a machine that has nothing else to do.
 */
export function crowding(): number {
  const [began, before] = [performance.now(), process.cpuUsage()];
  while (performance.now() - began < 200);
  const { user, system } = process.cpuUsage(before);
  return Math.max(1, (performance.now() - began) / ((user + system) / 1000));
}
