import { posix } from "node:path";
import * as vscode from "vscode";
import * as z from "zod";
import type { SourceLocation } from "../../detection/definition.ts";
import { editedText } from "../../detection/textEdit.ts";
import { valueText } from "../../run/views/valueText.ts";
import type { VariableValue } from "../../system/variable.ts";
import { APPLIED_SCHEME } from "../identity.ts";
import { notebookOf } from "../index/cellLocations.ts";
import type { Memory } from "../notebook/rememberedRuns.ts";
import type { SourceUpdates } from "./applyUpdate.ts";
import type { ComponentChange } from "./componentChange.ts";
import { Proposals } from "./proposals.ts";
import { refusalWords } from "./refusalWords.ts";
import { revertPlan } from "./revertUpdate.ts";
import { type DocumentPlan, planOnDocuments, shownName } from "./sourceTexts.ts";
import { placeKey } from "./updatePlan.ts";

/** What a document of the scheme shows. */
const shownSchema = z.object({
  proposal: z.string(),
  show: z.discriminatedUnion("kind", [
    /** A source with the proposed values in place, or with those from before they were applied. */
    z.object({ kind: z.enum(["applied", "earlier"]), uri: z.string(), cell: z.string().optional() }),
    /** A value by itself, where it cannot be shown in its source. */
    z.object({ kind: z.enum(["value", "earlier value"]), definition: z.string() }),
  ]),
});
type Shown = z.infer<typeof shownSchema>["show"];

/** Two versions of one text. */
interface Pair {
  readonly original: vscode.Uri;
  readonly modified: vscode.Uri;
}

const endings: Readonly<Record<string, string>> = {
  typescript: "ts",
  typescriptreact: "tsx",
  javascript: "js",
  javascriptreact: "jsx",
  python: "py",
};

/** Shows sources beside what values would make of them, in the editor's own difference view. */
export class UpdateDiffs implements vscode.Disposable {
  readonly #updates: SourceUpdates;
  readonly #proposals: Proposals;
  readonly #subscriptions: vscode.Disposable;

  /** @param changed told of documents of the scheme that read otherwise now */
  constructor(memory: Memory, updates: SourceUpdates, changed: (uri: vscode.Uri) => void) {
    this.#updates = updates;
    this.#proposals = new Proposals(memory);
    const refresh = (): void => {
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === APPLIED_SCHEME) changed(uri);
    };
    // Definitions change a moment after the text they stand in.
    this.#subscriptions = vscode.Disposable.from(
      updates.definitions.onDidChange(refresh),
      updates.onDidChange(refresh),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /**
   * Opens the difference between today's sources and the same with the values in place; of several texts, all in one view.
   * Where they are in place already, what was there before is shown on the left; where they cannot be written, the values
   * themselves.
   */
  async show(changes: readonly ComponentChange[], title?: string): Promise<void> {
    const plan = await planOnDocuments(this.#updates.definitions, changes);
    const proposal = await this.#proposals.keep(changes);
    const pairs = [
      ...(await this.#proposed(plan, proposal)),
      ...(await this.#applied(plan, proposal)),
      ...plan.refused.map(({ change }) => this.#values(change, proposal)),
    ];
    const [first, ...others] = pairs;
    if (first === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t("The source has this value already."));
      return;
    }
    const shown = title ?? this.#title(changes);
    if (others.length === 0) {
      await vscode.commands.executeCommand("vscode.diff", first.original, first.modified, shown, { preview: true });
    } else {
      const resources = pairs.map(({ original, modified }) => [modified, original, modified]);
      await vscode.commands.executeCommand("vscode.changes", shown, resources);
    }
    const reasons = plan.refused.map(({ change: { definition }, refusal }) =>
      refusalWords(this.#nameOf(definition), refusal, vscode.l10n),
    );
    if (reasons.length > 0) void vscode.window.showWarningMessage(reasons.join(" "));
  }

  /** The changes that a document of the scheme shows. */
  changesIn(uri: vscode.Uri): readonly ComponentChange[] | undefined {
    const shown = shownIn(uri);
    return shown === undefined ? undefined : this.#proposals.of(shown.proposal);
  }

  /** What a document of the scheme reads now. */
  async textOf(uri: vscode.Uri): Promise<string> {
    const shown = shownIn(uri);
    const changes = shown && this.#proposals.of(shown.proposal);
    if (shown === undefined || changes === undefined) {
      return vscode.l10n.t("What was compared here is no longer known. Open the difference anew.");
    }
    const { show } = shown;
    if ("definition" in show) {
      const change = changes.find(({ definition }) => definition === show.definition);
      const value = show.kind === "value" ? change?.value : change?.known?.[0];
      return value === undefined ? "" : linesOf(value);
    }
    const at: SourceLocation = { uri: show.uri, ...(show.cell === undefined ? {} : { cell: show.cell }) };
    return show.kind === "applied" ? this.#appliedText(changes, at) : this.#earlierText(changes, at);
  }

  async #appliedText(changes: readonly ComponentChange[], at: SourceLocation): Promise<string> {
    const plan = await planOnDocuments(this.#updates.definitions, changes);
    const text = plan.texts.find((one) => placeKey(one.at) === placeKey(at));
    return text?.after ?? (await this.#updates.definitions.documentAt(at)).getText();
  }

  async #earlierText(changes: readonly ComponentChange[], at: SourceLocation): Promise<string> {
    const { definitions, applied } = this.#updates;
    let text = (await definitions.documentAt(at)).getText();
    const edits = await Promise.all(
      changes.map(async ({ definition }) => {
        const update = applied.last(definition);
        const plan = update && (await revertPlan(definitions, update));
        return plan?.kind === "edits" ? plan.places.filter((place) => placeKey(place.at) === placeKey(at)) : [];
      }),
    );
    text = editedText(text, unique(edits.flat().flatMap((place) => place.edits)));
    return text;
  }

  async #proposed(plan: DocumentPlan, proposal: string): Promise<Pair[]> {
    const pairs = plan.texts.map(async ({ at }): Promise<Pair[]> => {
      const document = plan.documents.get(placeKey(at));
      if (document === undefined || typeof document === "string") return [];
      const modified = shownUri(document, { kind: "applied", ...at }, proposal);
      await setLanguage(modified, document.languageId);
      return [{ original: document.uri, modified }];
    });
    return (await Promise.all(pairs)).flat();
  }

  /** Sources that have a value already which was applied to them, beside what was there before. */
  async #applied(plan: DocumentPlan, proposal: string): Promise<Pair[]> {
    const { definitions, applied } = this.#updates;
    const pairs = new Map<string, Pair>();
    for (const [{ definition }, places] of plan.places) {
      const update = applied.last(definition);
      if (places.length > 0 || update === undefined) continue;
      const back = await revertPlan(definitions, update);
      if (back.kind !== "edits" || back.question !== undefined) continue;
      for (const { at } of back.places) {
        const document = back.documents.get(placeKey(at));
        if (document === undefined || typeof document === "string") continue;
        const original = shownUri(document, { kind: "earlier", ...at }, proposal);
        await setLanguage(original, document.languageId);
        pairs.set(placeKey(at), { original, modified: document.uri });
      }
    }
    return [...pairs.values()];
  }

  #values({ definition }: ComponentChange, proposal: string): Pair {
    const path = `/${encodeURIComponent(this.#nameOf(definition))}.txt`;
    const uri = (kind: "value" | "earlier value"): vscode.Uri => uriOf(path, { kind, definition }, proposal);
    return { original: uri("earlier value"), modified: uri("value") };
  }

  #title(changes: readonly ComponentChange[]): string {
    const names = [...new Set(changes.map(({ definition }) => this.#nameOf(definition)))].join(", ");
    const simulated = changes.some(({ origin }) => origin?.simulated === true);
    const [{ origin } = {}, ...others] = changes;
    const title =
      origin === undefined || others.length > 0
        ? vscode.l10n.t("{0}: source ↔ with new value", names)
        : vscode.l10n.t("{0}: source ↔ with the update of iteration {1}", names, origin.iteration);
    return simulated ? vscode.l10n.t("{0} (simulated model)", title) : title;
  }

  #nameOf(id: string): string {
    return shownName(this.#updates.definitions.model.definition(id), id);
  }
}

function linesOf(value: VariableValue): string {
  return `${valueText(value)}\n`;
}

function unique<T>(edits: readonly T[]): T[] {
  return [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
}

function shownIn(uri: vscode.Uri): z.infer<typeof shownSchema> | undefined {
  if (uri.scheme !== APPLIED_SCHEME) return undefined;
  try {
    return shownSchema.safeParse(JSON.parse(uri.query)).data;
  } catch {
    // Not one of ours: nothing is known of it.
    return undefined;
  }
}

/** Named as the document, so that the editor knows its language and shows its name. */
function shownUri(document: vscode.TextDocument, show: Shown, proposal: string): vscode.Uri {
  const notebook = notebookOf(document.uri);
  const cell = notebook?.getCells().find((one) => one.document.uri.toString() === document.uri.toString());
  const ending = endings[document.languageId] ?? "txt";
  const own = document.isUntitled ? `${document.uri.path}.${ending}` : document.uri.path;
  const path = cell === undefined ? own : `${notebook?.uri.path}.cell-${cell.index + 1}.${ending}`;
  return uriOf(posix.join("/", path), show, proposal);
}

function uriOf(path: string, show: Shown, proposal: string): vscode.Uri {
  return vscode.Uri.from({ scheme: APPLIED_SCHEME, path, query: JSON.stringify({ proposal, show }) });
}

async function setLanguage(uri: vscode.Uri, language: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.languageId !== language) await vscode.languages.setTextDocumentLanguage(document, language);
}
