import * as vscode from "vscode";
import { errorMessage } from "../../system/userError.ts";
import { APPLIED_SCHEME } from "../identity.ts";
import type { DefinitionSource } from "../index/definitionSource.ts";
import type { EditorRuns } from "../runs/editorRuns.ts";
import type { RunSource } from "./acceptedUpdates.ts";
import { AppliedUpdates } from "./appliedUpdates.ts";
import type { ApplyOptions, ApplyOutcome, SourceUpdates } from "./applyUpdate.ts";
import type { ComponentChange } from "./componentChange.ts";
import { registerRenamedExperiments } from "./renamedExperiments.ts";
import type { UpdateChoice } from "./updateChoice.ts";
import type { UpdateDiffs } from "./updateDiff.ts";
import type { Ask } from "./updateQuestion.ts";

interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly definitions: DefinitionSource;
  readonly runs: RunSource;
  /** Where runs are started that go on from an update. */
  readonly editorRuns: Pick<EditorRuns, "branch">;
}

interface Loaded {
  readonly updates: SourceUpdates;
  readonly diffs: UpdateDiffs;
  readonly choice: UpdateChoice;
}

/** Accepted values between runs and sources: comparing, applying, taking back. Loads what does it when it is needed. */
export class Updates implements vscode.Disposable {
  readonly #parts: Parts;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: vscode.Disposable;
  #loaded: Promise<Loaded> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { registerCommand } = vscode.commands;
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      registerRenamedExperiments(),
      registerCommand("optimas.showDiff", (given?: unknown) => this.#told(this.#showDiff(given))),
      registerCommand("optimas.applyUpdate", (given?: unknown) => this.#told(this.#apply(given, false))),
      registerCommand("optimas.previewUpdate", (given?: unknown) => this.#told(this.#apply(given, true))),
      registerCommand("optimas.revertUpdate", (given?: unknown) => this.#told(this.#revert(given))),
      registerCommand("optimas.revertToUpdate", (given?: unknown) => this.#told(this.#returnTo(given))),
      registerCommand("optimas.branchRun", (given?: unknown) => this.#told(this.#branch(given))),
      vscode.workspace.registerTextDocumentContentProvider(APPLIED_SCHEME, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: async (uri) => (await this.#load()).diffs.textOf(uri),
      }),
    );
    const applied = new AppliedUpdates(parts.context.workspaceState).all.length > 0;
    void vscode.commands.executeCommand("setContext", "optimas.hasAppliedUpdates", applied);
  }

  dispose(): void {
    this.#subscriptions.dispose();
    void this.#loaded?.then(({ updates, diffs }) => vscode.Disposable.from(diffs, updates).dispose());
  }

  /** Writes values of components into their sources. Asks the user what is not clear; says what was done. */
  async applyValues(changes: readonly ComponentChange[], options?: ApplyOptions): Promise<ApplyOutcome> {
    return (await this.#load()).updates.applyValues(changes, options);
  }

  /** Opens the difference between today's sources and the same with the values in place. */
  async showDiffOf(changes: readonly ComponentChange[], title?: string): Promise<void> {
    await (await this.#load()).diffs.show(changes, title);
  }

  /** Brings back what stood in the source before the update that was applied to a component last. */
  async revert(definition: string, ask?: Ask): Promise<ApplyOutcome> {
    return (await this.#load()).updates.revert(definition, ask);
  }

  async #showDiff(given: unknown): Promise<void> {
    const { choice, diffs } = await this.#load();
    const changes = await choice.meant(given, vscode.l10n.t("Which component's accepted update should be shown?"));
    if (changes.length > 0) await diffs.show(changes);
  }

  async #apply(given: unknown, preview: boolean): Promise<void> {
    const { choice, diffs, updates } = await this.#load();
    const compared = given instanceof vscode.Uri ? diffs.changesIn(given) : undefined;
    const asked = vscode.l10n.t("Which component's accepted update should be applied?");
    const changes = compared ?? (await choice.meant(given, asked));
    if (changes.length > 0 && (await choice.isWanted(changes))) await updates.applyValues(changes, { preview });
  }

  async #revert(given: unknown): Promise<void> {
    const { choice, updates } = await this.#load();
    const definition = await choice.applied(given, updates.applied.all);
    if (definition !== undefined) await updates.revert(definition);
  }

  async #returnTo(given: unknown): Promise<void> {
    await (await import("./returnCommands.ts")).revertToUpdate(given, this.#parts);
  }

  async #branch(given: unknown): Promise<void> {
    await (await import("./returnCommands.ts")).branchRun(given, this.#parts);
  }

  async #told(done: Promise<void>): Promise<void> {
    try {
      await done;
    } catch (error) {
      void vscode.window.showErrorMessage(errorMessage(error));
    }
  }

  #load(): Promise<Loaded> {
    this.#loaded ??= this.#begin();
    return this.#loaded;
  }

  async #begin(): Promise<Loaded> {
    const [{ SourceUpdates }, { UpdateDiffs }, { UpdateChoice }] = await Promise.all([
      import("./applyUpdate.ts"),
      import("./updateDiff.ts"),
      import("./updateChoice.ts"),
    ]);
    const { context, definitions, runs } = this.#parts;
    const updates = new SourceUpdates(context, definitions);
    const diffs = new UpdateDiffs(context.workspaceState, updates, (uri) => this.#changed.fire(uri));
    return { updates, diffs, choice: new UpdateChoice(definitions, runs, updates.applied) };
  }
}
