import * as vscode from "vscode";
import type { ExperimentDefinition, ValueSource } from "../../detection/definition.ts";
import { valueEdits } from "../../detection/valueEdit.ts";
import type { DefinitionSource } from "../index/definitionSource.ts";
import { makeEdits } from "../updates/sourceEdit.ts";
import { documentName, editedTextOf } from "../updates/sourceTexts.ts";
import { placeKey } from "../updates/updatePlan.ts";

export type WrittenModel =
  | { readonly kind: "written"; readonly document: vscode.TextDocument }
  /** It says so already. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "cancelled" }
  /** `why` in words for the user. */
  | { readonly kind: "refused"; readonly why: string };

/**
 * Writes which model an experiment asks into its source, as one edit that undo takes back; where it says nothing of a
 * model, as a further entry.
 * @param id of the experiment's definition
 */
export async function writeModel(definitions: DefinitionSource, id: string, name: string): Promise<WrittenModel> {
  const { l10n } = vscode;
  const place = experimentOf(definitions, id)?.model;
  if (place === undefined) return refused(l10n.t("the experiment is not in the source any more"));
  const document = await definitions.documentAt(place.at);
  await definitions.refresh(document.uri);
  // As the text is by now.
  const source = experimentOf(definitions, id)?.model;
  if (source === undefined || placeKey(source.at) !== placeKey(place.at)) {
    return refused(l10n.t("the source was edited meanwhile"));
  }
  if (source.kind === "computed") return refused(source.why);
  if (source.kind === "literal" && source.value !== name && !(await mayChange(source, document))) {
    return { kind: "cancelled" };
  }
  const text = editedTextOf(document);
  if (typeof text === "string") return refused(text);
  const made = valueEdits(text, [{ source, key: "model", value: name, known: [] }]);
  if (made.kind === "refused") {
    return refused(
      made.refusal.kind === "substitution"
        ? l10n.t("it is put together by a template")
        : l10n.t("the source was edited meanwhile"),
    );
  }
  if (made.edits.length === 0) return { kind: "unchanged" };
  const documents = new Map([[placeKey(source.at), document]]);
  const label = l10n.t("Model of the experiment");
  const edits = made.edits.map((edit) => ({ ...edit, label }));
  return (await makeEdits([{ at: source.at, edits }], documents, false))
    ? { kind: "written", document }
    : { kind: "cancelled" };
}

/** A constant may be used elsewhere, too: whoever changes it should know. */
async function mayChange(
  { constant }: Extract<ValueSource, { kind: "literal" }>,
  document: vscode.TextDocument,
): Promise<boolean> {
  if (constant === undefined) return true;
  const { l10n } = vscode;
  const change = l10n.t("Change It");
  const message = l10n.t(
    "The model stands in {0} of {1}. Whatever else uses that changes as well.",
    constant,
    documentName(document),
  );
  return (await vscode.window.showWarningMessage(message, { modal: true }, change)) === change;
}

function experimentOf({ model }: DefinitionSource, id: string): ExperimentDefinition | undefined {
  const definition = model.definition(id);
  return definition?.kind === "experiment" ? definition : undefined;
}

function refused(why: string): WrittenModel {
  return { kind: "refused", why };
}
