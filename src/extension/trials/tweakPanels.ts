import * as vscode from "vscode";
import { type Definition, type ExperimentDefinition, isComponent } from "../../detection/definition.ts";
import { tweakStateSchema } from "../../run/tweakMessage.ts";
import { pageOptions } from "../extensionPage.ts";
import { TWEAK_VIEW } from "../identity.ts";
import { DefinitionChoice } from "../index/definitionChoice.ts";
import { trialCell } from "../runs/experimentCells.ts";
import { cellBelow, showDeclaringCell } from "../runs/notebookExperiment.ts";
import { whyNotOptimized } from "../runs/runChoice.ts";
import { sourceValue } from "../updates/stateFile.ts";
import { mayRun } from "../workspaceTrust.ts";
import { TweakPanel, type TweakParts } from "./tweakPanel.ts";
import { type NamedComponent, TweakTarget } from "./tweakTarget.ts";

/** The panels in which values of components are tried by hand, one for each component. */
export class TweakPanels implements vscode.Disposable {
  readonly #parts: TweakParts;
  readonly #choice: DefinitionChoice;
  readonly #panels = new Map<string, TweakPanel>();

  constructor(parts: TweakParts) {
    this.#parts = parts;
    this.#choice = new DefinitionChoice(parts.context, parts.index);
  }

  /** Opens the panel of a component, or puts it in front. @param given carries the definition's id, or asks */
  async open(given: unknown): Promise<void> {
    if (!mayRun(vscode.l10n.t("Trying values executes code of this workspace."))) return;
    const model = await this.#choice.model(given);
    const meant = await this.#choice.meant(given, model, () =>
      model.components().filter((one) => whyNotOptimized(one, vscode.l10n) === undefined),
    );
    const component = meant && namedComponent(meant);
    if (component === undefined) return;
    const open = this.#panels.get(component.id);
    if (open !== undefined) {
      open.reveal();
      return;
    }
    // Those in files get a panel; a notebook's is tried in its own kernel.
    const preferred = ({ at }: ExperimentDefinition) => at.cell === undefined;
    const experiment = await this.#choice.experimentFor(component, model, { preferred });
    if (experiment === undefined) return;
    if (experiment.at.cell !== undefined) {
      await this.#tryInNotebook(experiment, component);
      return;
    }
    const target = new TweakTarget(component, experiment);
    if (target.unreachable !== undefined) {
      void vscode.window.showWarningMessage(target.unreachable);
      return;
    }
    const panel = vscode.window.createWebviewPanel(TWEAK_VIEW, component.name, vscode.ViewColumn.Beside, {
      ...pageOptions(this.#parts.context),
      retainContextWhenHidden: false,
    });
    await this.#add(panel, target).start();
  }

  /** Fills a panel that was open when the window was closed. Nothing is started before somebody asks for it. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { context, index } = this.#parts;
    panel.webview.options = pageOptions(context);
    await index.ready;
    const kept = tweakStateSchema.safeParse(state);
    const definition = kept.success ? index.model.definition(kept.data.definition) : undefined;
    const component = definition && namedComponent(definition);
    const experiments = component === undefined ? [] : index.model.experimentsOf(component);
    const wanted = experiments.find(({ id }) => kept.success && id === kept.data.experiment);
    const experiment = wanted ?? experiments.find(({ at }) => at.cell === undefined);
    if (component === undefined || experiment === undefined || this.#panels.has(component.id)) {
      panel.dispose();
      return;
    }
    this.#add(panel, new TweakTarget(component, experiment));
  }

  /** The open panel of a component, by the id of its definition. */
  of(definition: string): TweakPanel | undefined {
    return this.#panels.get(definition);
  }

  /** Ends the kernels of all panels. */
  async stop(): Promise<void> {
    await Promise.all([...this.#panels.values()].map((panel) => panel.stop()));
  }

  dispose(): void {
    for (const panel of this.#panels.values()) panel.dispose();
  }

  #add(panel: vscode.WebviewPanel, target: TweakTarget): TweakPanel {
    const { id } = target.component;
    const made = new TweakPanel(panel, target, this.#parts);
    this.#panels.set(id, made);
    panel.onDidDispose(() => this.#panels.delete(id));
    return made;
  }

  /** An experiment that a notebook declares lives in the notebook's kernel: it is tried there, in a cell. */
  async #tryInNotebook(experiment: ExperimentDefinition, component: NamedComponent): Promise<void> {
    const insert = vscode.l10n.t("Insert Cell");
    const message = vscode.l10n.t(
      "The experiment of {0} stands in a notebook, so its values are tried there, in a cell. The panel needs an experiment in a file.",
      component.name,
    );
    if ((await vscode.window.showInformationMessage(message, insert)) !== insert) return;
    const declaring = await showDeclaringCell(experiment.at);
    const code = trialCell(experiment, component.name, sourceValue(component), vscode.l10n);
    if (declaring !== undefined && code !== undefined) {
      await cellBelow(declaring, code);
      return;
    }
    void vscode.window.showWarningMessage(
      code === undefined
        ? vscode.l10n.t("Give the experiment a name in its cell: const tuning = experiment({ ... })")
        : vscode.l10n.t("The cell that declares the experiment is not there any more."),
    );
  }
}

/** The component that is meant, told apart from others by its name; where there is none, the user has been told. */
function namedComponent(definition: Definition): NamedComponent | undefined {
  const reason = isComponent(definition)
    ? whyNotOptimized(definition, vscode.l10n)
    : vscode.l10n.t("Values are tried component by component. Choose a component.");
  const { name } = definition;
  if (isComponent(definition) && reason === undefined && name !== undefined) return { ...definition, name };
  if (reason !== undefined) void vscode.window.showInformationMessage(reason);
  return undefined;
}
