import * as vscode from "vscode";
import { runPanelStateSchema } from "../../run/panel/panelMessage.ts";
import { pageOptions } from "../extensionPage.ts";
import { RUN_VIEW } from "../identity.ts";
import { RunPanel, type RunPanelParts } from "./runPanel.ts";

/** The panels that show runs, one for each. */
export class RunPanels implements vscode.Disposable {
  readonly #parts: RunPanelParts;
  readonly #panels = new Map<string, RunPanel>();

  constructor(parts: RunPanelParts) {
    this.#parts = parts;
  }

  /** Opens the panel of a run, or puts it in front. @param folder absolute path */
  open(folder: string): void {
    this.#opened(folder).reveal();
  }

  /** The same, with one of its pages in front. @param kept goes to the page's `restore` */
  openPage(folder: string, page: string, kept: unknown): void {
    const panel = this.#opened(folder);
    panel.reveal();
    panel.front(page, kept);
  }

  #opened(folder: string): RunPanel {
    const open = this.#panels.get(folder);
    if (open !== undefined) return open;
    const panel = vscode.window.createWebviewPanel(RUN_VIEW, "", vscode.ViewColumn.Active, {
      ...pageOptions(this.#parts.context),
      retainContextWhenHidden: false,
    });
    return this.#add(panel, folder);
  }

  /** Fills a panel that was open when the window was closed. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const kept = runPanelStateSchema.safeParse(state);
    if (!kept.success || this.#panels.has(kept.data.folder)) panel.dispose();
    else this.#add(panel, kept.data.folder);
  }

  /** The open panel of a run. */
  of(folder: string): RunPanel | undefined {
    return this.#panels.get(folder);
  }

  dispose(): void {
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #add(panel: vscode.WebviewPanel, folder: string): RunPanel {
    const made = new RunPanel(panel, folder, this.#parts);
    this.#panels.set(folder, made);
    panel.onDidDispose(() => this.#panels.delete(folder));
    return made;
  }
}
