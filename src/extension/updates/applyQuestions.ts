import { basename } from "node:path";
import * as vscode from "vscode";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import { componentOf } from "../index/workspaceComponent.ts";
import { type ComponentChange, isEditedSince, type Refused } from "./componentChange.ts";
import type { StateFile } from "./experimentValues.ts";
import { refusalWords } from "./refusalWords.ts";
import { shownName } from "./sourceTexts.ts";
import { stateFilesOf } from "./stateFile.ts";
import type { UpdatePlan } from "./updatePlan.ts";
import type { UpdateQuestion } from "./updateQuestion.ts";

/** Files of accepted values that runs of the changed components start from. */
export function stateFilesFor(model: WorkspaceModel, changes: readonly ComponentChange[]): StateFile[] {
  const files = changes.flatMap(({ definition }) => {
    const component = componentOf(model, definition);
    return component?.name === undefined ? [] : stateFilesOf(component, model);
  });
  return [...new Map(files.map((one) => [one.file, one])).values()];
}

/** What to do about values that cannot be written. */
export function refusedQuestion(model: WorkspaceModel, refused: readonly Refused[], others: boolean): UpdateQuestion {
  const [message = "", ...more] = refused.map(({ change: { definition }, refusal }) =>
    refusalWords(shownName(model.definition(definition), definition), refusal, vscode.l10n),
  );
  return {
    message,
    ...(more.length > 0 ? { detail: more.join("\n") } : {}),
    modal: others,
    answers: [
      ...(others ? [{ title: vscode.l10n.t("Apply the Others"), answer: "apply" as const }] : []),
      ...saveAnswers(
        stateFilesFor(
          model,
          refused.map(({ change }) => change),
        ),
      ),
      ...(refused[0]?.at === undefined ? [] : [{ title: vscode.l10n.t("Open the Place"), answer: "open" as const }]),
    ],
  };
}

/** Whether to write over values that their author changed after the run; undefined where there are none. */
export function editedQuestion(model: WorkspaceModel, { places }: UpdatePlan): UpdateQuestion | undefined {
  const edited = [...places].filter(([change, written]) => isEditedSince(change, written));
  if (edited.length === 0) return undefined;
  const names = edited.map(([{ definition }]) => shownName(model.definition(definition), definition)).join(", ");
  return {
    message: vscode.l10n.t("The source of {0} was changed after the run began.", names),
    detail: vscode.l10n.t("Applying replaces what was written there since."),
    modal: true,
    answers: [{ title: vscode.l10n.t("Apply All the Same"), answer: "apply" }],
  };
}

/** What to do about a constant that other components take their value from, too; undefined where there is none. */
export function sharedQuestion(model: WorkspaceModel, { places }: UpdatePlan): UpdateQuestion | undefined {
  const changed = new Set([...places.keys()].map(({ definition }) => definition));
  const nameOf = (id: string): string => shownName(model.definition(id), id);
  const shared = [...places].flatMap(([{ definition }, written]) =>
    written.flatMap(({ source }) => {
      const others = model.sharing(source).filter(({ id }) => !changed.has(id));
      const constant = source.kind === "literal" ? source.constant : undefined;
      return others.length === 0 ? [] : [{ name: nameOf(definition), constant, others: others.map(({ id }) => id) }];
    }),
  );
  const [first] = shared;
  if (first === undefined) return undefined;
  const others = [...new Set(shared.flatMap((one) => one.others))].map(nameOf).join(", ");
  const message =
    first.constant === undefined
      ? vscode.l10n.t("The value of {0} stands where that of {1} stands, too.", first.name, others)
      : vscode.l10n.t("{0} takes its value from {1}, as does {2}.", first.name, first.constant, others);
  return {
    message,
    detail: vscode.l10n.t("Applying the new value changes them all."),
    modal: true,
    answers: [
      { title: vscode.l10n.t("Apply to All"), answer: "apply" },
      ...saveAnswers(stateFilesFor(model, [...places.keys()])),
    ],
  };
}

function saveAnswers([first]: readonly StateFile[]): UpdateQuestion["answers"] {
  if (first === undefined) return [];
  return [{ title: vscode.l10n.t("Save to {0}", basename(first.file)), answer: "state file" }];
}
