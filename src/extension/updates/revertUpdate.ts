import * as vscode from "vscode";
import type { DefinitionSource } from "../index/definitionSource.ts";
import { componentOf } from "../index/workspaceComponent.ts";
import { type AppliedUpdate, earlierText, earlierValue, presentValue } from "./appliedUpdates.ts";
import { refusedQuestion } from "./applyQuestions.ts";
import type { ComponentChange, Refused } from "./componentChange.ts";
import { editsOf, type PlaceEdits } from "./sourceEdit.ts";
import { type Documents, opened, planOnDocuments, textsOf } from "./sourceTexts.ts";
import type { UpdateQuestion } from "./updateQuestion.ts";

/** How an update is taken back. */
export type RevertPlan =
  | {
      readonly kind: "edits";
      readonly places: readonly PlaceEdits[];
      readonly documents: Documents;
      /** To be asked first, where the value was changed after it was applied. */
      readonly question: UpdateQuestion | undefined;
    }
  /** The earlier value is there: somebody has taken the update back. */
  | { readonly kind: "stands" }
  | { readonly kind: "refused"; readonly refused: readonly Refused[]; readonly question: UpdateQuestion };

/** Looks at the source as it is now. */
export async function revertPlan(definitions: DefinitionSource, update: AppliedUpdate): Promise<RevertPlan> {
  await definitions.ready;
  const found = componentOf(definitions.model, update.definition);
  const places = [...update.pieces.map(({ at }) => at), ...(found === undefined ? [] : [found.at])];
  const documents = await opened(definitions, places);
  const component = componentOf(definitions.model, update.definition);
  const value = earlierValue(update);
  const change: ComponentChange = { definition: update.definition, value: value ?? null, known: [update.value] };
  if (component === undefined) {
    const refused: Refused = { change, refusal: { kind: "gone" }, at: undefined, span: undefined };
    return { kind: "refused", refused: [refused], question: refusedQuestion(definitions.model, [refused], false) };
  }
  const textAt = textsOf(documents);
  const edits = earlierText(update, component, textAt);
  if (edits !== undefined) {
    return {
      kind: "edits",
      places: edits.map(({ at, edit }) => ({ at, edits: [edit] })),
      documents,
      question: undefined,
    };
  }
  const present = presentValue(update, component, textAt);
  if (present === "earlier") return { kind: "stands" };
  if (value === undefined) return lost(update);
  const plan = await planOnDocuments(definitions, [change]);
  if (plan.refused.length > 0) {
    const question = refusedQuestion(definitions.model, plan.refused, false);
    return { kind: "refused", refused: plan.refused, question };
  }
  if (plan.texts.length === 0) return { kind: "stands" };
  const question = present === "another" ? changedQuestion(update) : undefined;
  return { kind: "edits", places: editsOf(plan, definitions.model), documents: plan.documents, question };
}

function changedQuestion({ name }: AppliedUpdate): UpdateQuestion {
  return {
    message: vscode.l10n.t("The value of {0} was changed after it was applied.", name),
    modal: true,
    answers: [{ title: vscode.l10n.t("Bring Back the Earlier Value"), answer: "apply" }],
  };
}

/** Of a template with substitutions only the text is known, and its place no longer. */
function lost({ name }: AppliedUpdate): RevertPlan {
  const message = vscode.l10n.t("What was applied to {0} was changed since, so it cannot be taken back.", name);
  return { kind: "refused", refused: [], question: { message, modal: false, answers: [] } };
}
