import * as vscode from "vscode";
import { errorMessage } from "../../system/userError.ts";
import { TWEAK_VIEW } from "../identity.ts";
import type { TweakPanel, TweakParts } from "./tweakPanel.ts";
import type { TweakPanels } from "./tweakPanels.ts";

/** The command that opens panels for trying values, and what brings them back with the window. */
export class TweakCommands implements vscode.Disposable {
  readonly #parts: TweakParts;
  readonly #registered: vscode.Disposable;
  #panels: TweakPanels | undefined;
  #loaded: Promise<TweakPanels> | undefined;

  constructor(parts: TweakParts) {
    this.#parts = parts;
    this.#registered = vscode.Disposable.from(
      vscode.commands.registerCommand("optimas.tweakComponent", (given?: unknown) =>
        this.#open(given).catch((error: unknown) => void vscode.window.showErrorMessage(errorMessage(error))),
      ),
      vscode.window.registerWebviewPanelSerializer(TWEAK_VIEW, {
        deserializeWebviewPanel: async (panel, state: unknown) => (await this.#load()).restore(panel, state),
      }),
    );
  }

  /** The open panel of a component, by the id of its definition. */
  panelOf(definition: string): TweakPanel | undefined {
    return this.#panels?.of(definition);
  }

  /** Ends the kernels of all panels. */
  async stop(): Promise<void> {
    await this.#panels?.stop();
  }

  dispose(): void {
    this.#registered.dispose();
    this.#panels?.dispose();
  }

  async #open(given: unknown): Promise<void> {
    await (await this.#load()).open(given);
  }

  async #load(): Promise<TweakPanels> {
    this.#loaded ??= import("./tweakPanels.ts").then(({ TweakPanels }) => new TweakPanels(this.#parts));
    this.#panels = await this.#loaded;
    return this.#panels;
  }
}
