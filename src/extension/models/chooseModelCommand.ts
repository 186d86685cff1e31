import * as vscode from "vscode";
import { errorMessage } from "../../system/userError.ts";
import { DefinitionChoice } from "../index/definitionChoice.ts";
import type { DefinitionSource } from "../index/definitionSource.ts";

/** The command that chooses which model an experiment asks: of `{ definition }`, or of one that the user picks. */
export function registerChooseModel(
  context: vscode.ExtensionContext,
  definitions: DefinitionSource,
): vscode.Disposable {
  return vscode.commands.registerCommand("optimas.chooseModel", async (given?: unknown) => {
    try {
      await chooseModel(given, context, definitions);
    } catch (error) {
      void vscode.window.showErrorMessage(errorMessage(error));
    }
  });
}

async function chooseModel(
  given: unknown,
  context: vscode.ExtensionContext,
  definitions: DefinitionSource,
): Promise<void> {
  const choice = new DefinitionChoice(context, definitions);
  const model = await choice.model(given);
  const meant = await choice.meant(given, model, () => model.experiments());
  const experiment = meant && (await choice.experimentFor(meant, model));
  if (experiment === undefined) return;
  const [{ chosenModel, offerKey }, { experimentName }] = await Promise.all([
    import("./chosenModel.ts"),
    import("../runs/runChoice.ts"),
  ]);
  const system = experimentName(experiment, model) ?? "";
  const title = vscode.l10n.t("Which model should {0} ask?", system);
  const name = await chosenModel(experiment, title, context);
  if (name === undefined) return;
  const { writeModel } = await import("./modelInSource.ts");
  const written = await writeModel(definitions, experiment.id, name);
  switch (written.kind) {
    case "written":
      vscode.window.setStatusBarMessage(vscode.l10n.t("{0} asks {1} from now on.", system, name), SAID_MS);
      await offerKey(name, experiment, context);
      return;
    case "unchanged":
      vscode.window.setStatusBarMessage(vscode.l10n.t("{0} asks {1} already.", system, name), SAID_MS);
      return;
    case "refused":
      await offerName(system, name, written.why, experiment.id);
      return;
    case "cancelled":
      return;
  }
}

/** How long the status bar says what was done. */
const SAID_MS = 8_000;

/** What cannot be written can be put there by hand. */
async function offerName(system: string, name: string, why: string, definition: string): Promise<void> {
  const copy = vscode.l10n.t("Copy Name");
  const open = vscode.l10n.t("Open Experiment");
  const message = vscode.l10n.t("The model of {0} cannot be written to the source: {1}.", system, why);
  const chosen = await vscode.window.showWarningMessage(message, copy, open);
  if (chosen === copy) await vscode.env.clipboard.writeText(name);
  if (chosen === open) await vscode.commands.executeCommand("optimas.goToDefinition", { definition });
}
