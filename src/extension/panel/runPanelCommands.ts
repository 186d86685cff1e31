import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { errorMessage } from "../../system/userError.ts";
import { folderIn, meantRun } from "../components/runCommands.ts";
import type { RunStore } from "../components/runStore.ts";
import { RUN_VIEW } from "../identity.ts";
import type { RunPanel, RunPanelParts } from "./runPanel.ts";
import type { RunPanels } from "./runPanels.ts";

export interface RunPanelCommandParts extends RunPanelParts {
  readonly store: RunStore;
}

/** The commands that open panels of runs, and what brings them back with the window. */
export class RunPanelCommands implements vscode.Disposable {
  readonly #parts: RunPanelCommandParts;
  readonly #registered: vscode.Disposable;
  #panels: RunPanels | undefined;
  #loaded: Promise<RunPanels> | undefined;

  constructor(parts: RunPanelCommandParts) {
    this.#parts = parts;
    this.#registered = vscode.Disposable.from(
      vscode.commands.registerCommand("optimas.openRun", (given?: unknown) =>
        this.#open(given).catch((error: unknown) => void vscode.window.showErrorMessage(errorMessage(error))),
      ),
      vscode.commands.registerCommand("optimas.compareRuns", (given?: unknown, selected?: unknown) =>
        this.#compare(given, selected).catch(
          (error: unknown) => void vscode.window.showErrorMessage(errorMessage(error)),
        ),
      ),
      vscode.window.registerWebviewPanelSerializer(RUN_VIEW, {
        deserializeWebviewPanel: (panel, state: unknown) => this.restore(panel, state),
      }),
    );
  }

  /** The open panel of a run. @param folder absolute path */
  panelOf(folder: string): RunPanel | undefined {
    return this.#panels?.of(folder);
  }

  /** Fills a panel that was open when the window was closed. @param state what its page kept */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    (await this.#load()).restore(panel, state);
  }

  dispose(): void {
    this.#registered.dispose();
    this.#panels?.dispose();
  }

  async #open(given: unknown): Promise<void> {
    const named = folderIn(given);
    // A run of a notebook without a folder lies outside of the workspace, where no list of runs knows it.
    const folder =
      named !== undefined && existsSync(join(named, "run.json"))
        ? named
        : (await meantRun(given, this.#parts.store, vscode.l10n.t("Which run should be opened?")))?.folder;
    if (folder !== undefined) (await this.#load()).open(folder);
  }

  async #compare(given: unknown, selected: unknown): Promise<void> {
    const { comparedRuns } = await import("./comparedRuns.ts");
    const [own, ...others] = (await comparedRuns(given, selected, this.#parts.store)) ?? [];
    if (own !== undefined) (await this.#load()).openPage(own, "compare", { query: { runs: others } });
  }

  async #load(): Promise<RunPanels> {
    this.#loaded ??= import("./runPanels.ts").then(({ RunPanels }) => new RunPanels(this.#parts));
    this.#panels = await this.#loaded;
    return this.#panels;
  }
}
