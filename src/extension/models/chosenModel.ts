import { dirname } from "node:path";
import * as vscode from "vscode";
import type { ExperimentDefinition } from "../../detection/definition.ts";
import { keyedServers } from "../../models/keyCheck.ts";
import type { LocalSearch } from "../../models/localServers.ts";
import { noDescriptions, type ReadDescriptions, readDescriptions } from "../../models/modelDescriptions.ts";
import { accountOfModel } from "../../models/modelNames.ts";
import { modelsNamedIn } from "../../models/newDescriptions.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import { errorMessage } from "../../system/userError.ts";
import type { KeyPlace } from "../keys/apiKeys.ts";
import { windowKeys } from "../keys/windowKeys.ts";
import { modelNameProblem, modelRows } from "./modelRows.ts";

interface ChoiceItem extends vscode.QuickPickItem {
  /** A model, or what else can be done. */
  readonly does: { readonly name: string } | "search" | "type" | undefined;
}

/**
 * Asks which model an experiment is to ask.
 * @returns its name; undefined where the user gave up
 */
export async function chosenModel(
  experiment: ExperimentDefinition,
  title: string,
  context: vscode.ExtensionContext,
): Promise<string | undefined> {
  const current = experiment.model?.kind === "computed" ? undefined : experiment.model?.value;
  const descriptions = describedFor(experiment);
  const [keys, editor] = await Promise.all([keyPlaces(descriptions, context), editorModels()]);
  const texts = vscode.workspace.textDocuments.map((document) => document.getText());
  const known = {
    current: typeof current === "string" ? current : undefined,
    named: modelsNamedIn(texts),
    descriptions,
    keys,
    editor,
  };
  let local: LocalSearch | undefined;
  for (;;) {
    const rows = modelRows({ ...known, local }, vscode.l10n);
    const items = [...rows.map(itemOf), ...otherItems(local)];
    const placeHolder = vscode.l10n.t("Choose a model, or type to look for one");
    const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
    if (chosen?.does === "search") {
      local = (await searched()) ?? local;
    } else if (chosen?.does === "type") {
      const typed = await typedModel(title);
      if (typed !== undefined) return typed;
    } else {
      return chosen?.does?.name;
    }
  }
}

/** Tells where the key of a model that was chosen is missing, and how it is set. */
export async function offerKey(
  name: string,
  experiment: ExperimentDefinition,
  context: vscode.ExtensionContext,
): Promise<void> {
  const provider = accountOfModel(name);
  const places = await keyPlaces(describedFor(experiment), context);
  if (places.get(provider) !== "none") return;
  const set = vscode.l10n.t("Set API Key");
  const message = vscode.l10n.t("There is no API key of {0} yet.", provider);
  if ((await vscode.window.showInformationMessage(message, set)) !== set) return;
  await vscode.commands.executeCommand("optimas.setApiKey", { provider });
}

function itemOf(row: ReturnType<typeof modelRows>[number]): ChoiceItem {
  if (row.kind === "heading") {
    return { label: row.label, kind: vscode.QuickPickItemKind.Separator, does: undefined };
  }
  const icon = row.isCurrent ? "$(check) " : "";
  return { label: `${icon}${visibleLine(row.name)}`, description: row.description, does: { name: row.name } };
}

function otherItems(local: LocalSearch | undefined): ChoiceItem[] {
  const { l10n } = vscode;
  const search =
    local === undefined ? l10n.t("Look for Servers on This Machine…") : l10n.t("Look Again on This Machine…");
  return [
    { label: l10n.t("Others"), kind: vscode.QuickPickItemKind.Separator, does: undefined },
    { label: `$(search) ${search}`, alwaysShow: true, does: "search" },
    { label: `$(edit) ${l10n.t("Type a Name…")}`, alwaysShow: true, does: "type" },
  ];
}

async function searched(): Promise<LocalSearch | undefined> {
  const { lookedFor, nothingFound } = await import("./localModels.ts");
  const found = await lookedFor();
  if (found?.servers.every(({ models }) => models.length === 0) === true) {
    void vscode.window.showInformationMessage(nothingFound(found));
  }
  return found;
}

async function typedModel(title: string): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t("The name of a model as provider:model"),
    placeHolder: "openai:gpt-4o-mini",
    validateInput: (text) => (text === "" ? undefined : modelNameProblem(text, vscode.l10n)),
  });
  const name = typed?.trim() ?? "";
  return name === "" ? undefined : name;
}

/** What the workspace says of its models; nothing where it cannot be read, which a run will tell. */
function describedFor({ at }: ExperimentDefinition): Pick<ReadDescriptions, "servers" | "prices"> {
  const uri = vscode.Uri.parse(at.uri, true);
  if (uri.scheme !== "file" || !vscode.workspace.isTrusted) return noDescriptions;
  try {
    return readDescriptions(dirname(uri.fsPath));
  } catch (error) {
    void vscode.window.showWarningMessage(errorMessage(error));
    return noDescriptions;
  }
}

/** Accounts that want a key, and where theirs is. */
async function keyPlaces(
  { servers }: Pick<ReadDescriptions, "servers">,
  context: vscode.ExtensionContext,
): Promise<ReadonlyMap<string, KeyPlace>> {
  const keys = windowKeys(context);
  const places = await Promise.all(
    keyedServers({ servers }).map(
      async ({ provider, keyVariable: variable }) => [provider, await keys.place({ provider, variable })] as const,
    ),
  );
  return new Map(places);
}

/** As an experiment names them, and what the editor calls them. */
async function editorModels(): Promise<ReadonlyMap<string, string>> {
  try {
    const models = await vscode.lm.selectChatModels();
    return new Map(models.map(({ vendor, family, name }) => [`vscode:${vendor}/${family}`, name]));
  } catch {
    return new Map();
  }
}
