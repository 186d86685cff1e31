import { basename } from "node:path";
import * as vscode from "vscode";
import { errorMessage } from "../../system/userError.ts";
import type { DefinitionSource } from "../index/definitionSource.ts";
import { componentOf } from "../index/workspaceComponent.ts";
import { type AppliedUpdate, AppliedUpdates, earlierText, type TextAt } from "./appliedUpdates.ts";
import { editedQuestion, refusedQuestion, sharedQuestion, stateFilesFor } from "./applyQuestions.ts";
import type { ComponentChange, Refused } from "./componentChange.ts";
import { revertPlan } from "./revertUpdate.ts";
import { editsOf, makeEdits, showPlace } from "./sourceEdit.ts";
import {
  type DocumentPlan,
  documentName,
  documentsOf,
  opened,
  planOnDocuments,
  shownName,
  textsOf,
} from "./sourceTexts.ts";
import { dropFromStateFile, sameValue, savedIn, saveToStateFile, stateFilesOf } from "./stateFile.ts";
import { writtenFor } from "./updatePlan.ts";
import { type Ask, askUser } from "./updateQuestion.ts";

export interface ApplyOptions {
  /** Shows the edits in the editor's own preview first, where each can be left out. */
  readonly preview?: boolean;
  /** Asks what is not clear; the user, unless told otherwise. */
  readonly ask?: Ask;
}

export type ApplyOutcome =
  /** Ids of the components whose source has another value now. */
  | { readonly kind: "applied"; readonly definitions: readonly string[] }
  /** The source had the values already. */
  | { readonly kind: "unchanged" }
  /** The values went to the configuration file instead. */
  | { readonly kind: "saved"; readonly file: string }
  | { readonly kind: "refused"; readonly refused: readonly Refused[] }
  /** The user decided against it, or the text was edited meanwhile. */
  | { readonly kind: "cancelled" };

/** How long the status bar says what was done. */
const SAID_MS = 8_000;

/** Writes values of components into the sources that they are defined in, and takes them back. */
export class SourceUpdates implements vscode.Disposable {
  readonly definitions: DefinitionSource;
  readonly applied: AppliedUpdates;
  readonly #onDidChange = new vscode.EventEmitter<void>();
  /** Something was applied or taken back. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(context: Pick<vscode.ExtensionContext, "workspaceState">, definitions: DefinitionSource) {
    this.definitions = definitions;
    this.applied = new AppliedUpdates(context.workspaceState);
    void this.#tell();
  }

  dispose(): void {
    this.#onDidChange.dispose();
  }

  /**
   * Writes the values into the source, or asks what to do where that cannot be done. As with the editor's refactorings it
   * is done at once, and after a preview where one is asked for; undo takes it back.
   */
  async applyValues(
    changes: readonly ComponentChange[],
    { ask = askUser, preview = false }: ApplyOptions = {},
  ): Promise<ApplyOutcome> {
    const plan = await planOnDocuments(this.definitions, changes);
    const { model } = this.definitions;
    if (plan.refused.length > 0) {
      const answer = await ask(refusedQuestion(model, plan.refused, plan.texts.length > 0));
      if (answer === "state file") return this.#save(plan, changes);
      if (answer === "open") await this.#open(plan.refused[0]);
      if (answer !== "apply") return { kind: "refused", refused: plan.refused };
    }
    if (plan.texts.length === 0) {
      say(vscode.l10n.t("The source has this value already."));
      return { kind: "unchanged" };
    }
    for (const question of [editedQuestion(model, plan), sharedQuestion(model, plan)]) {
      const answer = question === undefined ? "apply" : await ask(question);
      if (answer === "state file") return this.#save(plan, changes);
      if (answer !== "apply") return { kind: "cancelled" };
    }
    return this.#write(plan, preview);
  }

  /**
   * Brings back what stood in the source before the update that was applied last: letter by letter where what was written
   * still is there, else by its value.
   */
  async revert(definition: string, ask: Ask = askUser): Promise<ApplyOutcome> {
    const update = this.applied.last(definition);
    if (update === undefined) return { kind: "unchanged" };
    const plan = await revertPlan(this.definitions, update);
    if (plan.kind === "stands") {
      await this.#forget(update);
      say(vscode.l10n.t("The source of {0} has its earlier value already.", update.name));
      return { kind: "unchanged" };
    }
    if (plan.kind === "refused") {
      if ((await ask(plan.question)) === "open") await this.#open(plan.refused[0]);
      return { kind: "refused", refused: plan.refused };
    }
    if (plan.question !== undefined && (await ask(plan.question)) !== "apply") return { kind: "cancelled" };
    if (!(await makeEdits(plan.places, plan.documents, false))) return { kind: "cancelled" };
    await this.#forget(update);
    void this.#sayReverted(update);
    return { kind: "applied", definitions: [definition] };
  }

  async #write(plan: DocumentPlan, preview: boolean): Promise<ApplyOutcome> {
    const wanted = [...plan.places].filter(([, places]) => places.length > 0).map(([change]) => change);
    const edits = editsOf(plan, this.definitions.model);
    if (!(await makeEdits(edits, plan.documents, preview))) return { kind: "cancelled" };
    const at = Date.now();
    const updates = wanted.map((change): AppliedUpdate => {
      const { definition, value, origin } = change;
      const name = this.#nameOf(definition);
      return { definition, name, value, at, ...(origin && { origin }), ...writtenFor(plan, change) };
    });
    const written = preview ? await this.#standing(updates, plan) : updates;
    if (written.length === 0) return { kind: "cancelled" };
    await this.applied.add(written);
    await this.#tell();
    void this.#sayApplied(written, plan);
    return { kind: "applied", definitions: written.map(({ definition }) => definition) };
  }

  /** From a preview, edits can be left out: what was written is what is there now. */
  async #standing(updates: readonly AppliedUpdate[], plan: DocumentPlan): Promise<AppliedUpdate[]> {
    const documents = await opened(
      this.definitions,
      plan.texts.map(({ at }) => at),
    );
    const textAt: TextAt = textsOf(documents);
    return updates.filter((update) => {
      const component = componentOf(this.definitions.model, update.definition);
      return component !== undefined && earlierText(update, component, textAt) !== undefined;
    });
  }

  async #save(plan: DocumentPlan, changes: readonly ComponentChange[]): Promise<ApplyOutcome> {
    const { model } = this.definitions;
    const [state] = stateFilesFor(model, changes);
    const values = changes.flatMap(({ definition, value }) => {
      const component = componentOf(model, definition);
      return component === undefined ? [] : [{ component, value }];
    });
    const [run, ...otherRuns] = new Set(changes.map(({ origin }) => origin?.run));
    const isSaved = state !== undefined && saveToStateFile(state, values, otherRuns.length === 0 ? run : undefined);
    if (!isSaved) return { kind: "refused", refused: plan.refused };
    say(vscode.l10n.t("Saved to {0}: runs start from there.", basename(state.file)));
    return { kind: "saved", file: state.file };
  }

  async #sayApplied(written: readonly AppliedUpdate[], plan: DocumentPlan): Promise<void> {
    const documents = documentsOf(plan);
    const names = written.map(({ name }) => name).join(", ");
    const message = vscode.l10n.t("Applied to {0}: {1}", documents.map(documentName).join("; "), names);
    const revert = vscode.l10n.t("Revert");
    // Where all of it is in view, the text itself shows it.
    const shown = new Set(vscode.window.visibleTextEditors.map(({ document }) => document));
    if (documents.every((document) => shown.has(document))) return say(message);
    if ((await vscode.window.showInformationMessage(message, revert)) !== revert) return;
    // The message may have been left standing while others were applied or taken back.
    for (const { definition, at } of written) {
      if (this.applied.last(definition)?.at === at) await this.revert(definition);
    }
  }

  /** A value that was accepted still stands in the configuration file, which puts it in the place of the source's. */
  async #sayReverted({ definition, name, value }: AppliedUpdate): Promise<void> {
    const message = vscode.l10n.t("{0} has its earlier value again.", name);
    const { model } = this.definitions;
    const component = componentOf(model, definition);
    const key = component?.name;
    const files = component === undefined || key === undefined ? [] : stateFilesOf(component, model);
    const holding = files.find(({ file }) => key !== undefined && sameValue(savedIn(file)?.configuration[key], value));
    if (holding === undefined || key === undefined) return say(message);
    const { file } = holding;
    const more = vscode.l10n.t(
      "{0} still holds the value that was applied, and runs start from there.",
      basename(file),
    );
    const drop = vscode.l10n.t("Remove It There");
    const chosen = await vscode.window.showInformationMessage(`${message} ${more}`, drop);
    if (chosen === drop) dropFromStateFile(file, key);
  }

  async #open(refused: Refused | undefined): Promise<void> {
    if (refused?.at === undefined) return;
    try {
      await showPlace(await this.definitions.documentAt(refused.at), refused.span);
    } catch (error) {
      void vscode.window.showErrorMessage(errorMessage(error));
    }
  }

  async #forget(update: AppliedUpdate): Promise<void> {
    await this.applied.forget(update);
    await this.#tell();
  }

  async #tell(): Promise<void> {
    this.#onDidChange.fire();
    await vscode.commands.executeCommand("setContext", "optimas.hasAppliedUpdates", this.applied.all.length > 0);
  }

  #nameOf(id: string): string {
    return shownName(this.definitions.model.definition(id), id);
  }
}

function say(message: string): void {
  vscode.window.setStatusBarMessage(message, SAID_MS);
}
