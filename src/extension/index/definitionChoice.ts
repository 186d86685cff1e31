import * as vscode from "vscode";
import type { Definition, ExperimentDefinition } from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import type { NotebookMaking } from "../runs/experimentNotebook.ts";
import { LastChosen } from "../runs/runChoice.ts";
import type { ComponentIndex } from "./componentIndex.ts";

/** What commands ask of the index of definitions. */
export type Definitions = Pick<ComponentIndex, "ready" | "model" | "inDocument" | "refresh">;

/** Which definition a command means: the one it was given, or one that the user picks. */
export class DefinitionChoice {
  readonly #context: vscode.ExtensionContext;
  readonly #definitions: Definitions;
  readonly #chosen: LastChosen;

  constructor(context: vscode.ExtensionContext, definitions: Definitions) {
    this.#context = context;
    this.#definitions = definitions;
    this.#chosen = new LastChosen(context.workspaceState);
  }

  /** What the workspace declares; the definition that was given as its text is now. */
  async model(given: unknown): Promise<WorkspaceModel> {
    const definitions = this.#definitions;
    await definitions.ready;
    const definition = definitions.model.definition(textIn(given, "definition") ?? "");
    const uri = given instanceof vscode.Uri ? given : definition && vscode.Uri.parse(definition.at.uri, true);
    if (uri !== undefined) await definitions.refresh(uri);
    return definitions.model;
  }

  /** The definition that a command was given, or that is picked among others: those of a file, where it was given one. */
  async meant(
    given: unknown,
    model: WorkspaceModel,
    others: () => readonly Definition[],
  ): Promise<Definition | undefined> {
    const id = textIn(given, "definition");
    if (given instanceof vscode.Uri) {
      const { aboutFile } = await import("../runs/runChoice.ts");
      const about = aboutFile(others(), given.toString(), model);
      return about.length === 1 ? about[0] : this.pick(about, model);
    }
    if (id === undefined) return this.pick(others(), model);
    const definition = model.definition(id);
    if (definition === undefined) tell(vscode.l10n.t("This definition is not in the source any more."));
    return definition;
  }

  /** One of these definitions, the user's choice: those at the cursor first, then those that were chosen last. */
  async pick<T extends Definition>(definitions: readonly T[], model: WorkspaceModel): Promise<T | undefined> {
    if (definitions.length === 0) {
      tell(vscode.l10n.t("This workspace declares nothing that this could be done with."));
      return undefined;
    }
    const { definitionsAt, experimentName, inOrder } = await import("../runs/runChoice.ts");
    const editor = vscode.window.activeTextEditor;
    const here = editor && definitionsAt(this.#definitions.inDocument(editor.document), editor.selection.active.line);
    const entries = inOrder(definitions, this.#chosen.ids, here).map((definition) => ({
      label:
        (definition.kind === "experiment" ? experimentName(definition, model) : definition.name) ??
        definition.binding ??
        "",
      description: kindWords(definition),
      detail: vscode.workspace.asRelativePath(vscode.Uri.parse(definition.at.uri, true)),
      definition,
    }));
    const title = vscode.l10n.t("Which one?");
    const chosen = await vscode.window.showQuickPick(entries, { title, matchOnDescription: true, matchOnDetail: true });
    if (chosen !== undefined) await this.#chosen.add(chosen.definition.id);
    return chosen?.definition;
  }

  /**
   * The experiment to work on a definition with; where there is none, the user is offered to make one.
   * @param given.wanted id of the one that is meant, should the definition be in it
   * @param given.preferred which ones are asked about, where there are such
   */
  async experimentFor(
    definition: Definition,
    model: WorkspaceModel,
    given: { readonly wanted?: string | undefined; readonly preferred?: (one: ExperimentDefinition) => boolean } = {},
  ): Promise<ExperimentDefinition | undefined> {
    if (!isRun(definition)) {
      tell(
        vscode.l10n.t(
          "{0} is written in Python. Optimas finds such components but does not run them yet.",
          definition.name ?? "",
        ),
      );
      return undefined;
    }
    const { experimentsFor } = await import("../runs/runChoice.ts");
    const all = experimentsFor(definition, model);
    const named = all.find(({ id }) => id === given.wanted);
    if (named !== undefined) return named;
    const preferred = given.preferred === undefined ? [] : all.filter(given.preferred);
    const experiments = preferred.length > 0 ? preferred : all;
    const [only, second] = experiments;
    if (only === undefined) {
      const { offerNewExperiment } = await import("../runs/experimentNotebook.ts");
      await offerNewExperiment(definition, this.making(model, definition));
      return undefined;
    }
    return second === undefined ? only : this.pick(experiments, model);
  }

  /** What notebooks made for a definition need to know. */
  making(model: WorkspaceModel, definition: Definition): NotebookMaking {
    return { context: this.#context, model, iterations: iterationsFor(definition) };
  }
}

export function isRun({ language }: Definition): boolean {
  return language !== "python";
}

function kindWords(definition: Definition): string {
  switch (definition.kind) {
    case "experiment":
      return vscode.l10n.t("experiment");
    case "system":
      return vscode.l10n.t("system");
    default:
      return vscode.l10n.t("component");
  }
}

/** Iterations of a run that is not asked for more, as the setting says. */
export function iterationsFor({ at }: Definition): number {
  const uri = vscode.Uri.parse(at.uri, true);
  const iterations = vscode.workspace.getConfiguration("optimas.runs", uri).get("iterations", 10);
  return Math.max(1, Math.round(iterations));
}

/** A text that an argument of a command carries: lenses and nodes of trees are such. */
export function textIn(given: unknown, name: "definition" | "run" | "editorRun" | "key"): string | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const value: unknown = Reflect.get(given, name);
  return typeof value === "string" ? value : undefined;
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}
