import * as vscode from "vscode";
import {
  type ComponentDefinition,
  type Definition,
  type ExperimentDefinition,
  isComponent,
} from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import { errorMessage } from "../../system/userError.ts";
import { DefinitionChoice, type Definitions, isRun, iterationsFor, textIn } from "../index/definitionChoice.ts";
import type { NotebookKernels } from "../notebook/notebookKernels.ts";
import { mayRun } from "../workspaceTrust.ts";
import { showRunProgress } from "./editorRunProgress.ts";
import type { EditorRunGoal } from "./editorRunRequest.ts";
import { showRunResult } from "./editorRunResult.ts";
import { pickLiveRun, registerEditorRunStatus, showEditorRuns } from "./editorRunStatus.ts";
import type { EditorRuns } from "./editorRuns.ts";
import { offerSource } from "./sourceOffer.ts";

interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly runs: EditorRuns;
  readonly kernels: NotebookKernels;
  readonly definitions: Definitions;
}

/** The commands that start and steer runs of the editor, and what is shown of each while it is live and at its end. */
export function registerEditorRuns(parts: Parts): vscode.Disposable {
  const { runs } = parts;
  const commands = new RunCommands(parts);
  const on = (id: string, action: (given: unknown) => Promise<unknown>) =>
    vscode.commands.registerCommand(id, (given?: unknown) =>
      action(given).catch((error: unknown) => void vscode.window.showErrorMessage(errorMessage(error))),
    );
  return vscode.Disposable.from(
    on("optimas.optimizeComponent", (given) => commands.optimizeComponent(given)),
    on("optimas.runWithBudgets", (given) => commands.runWithBudgets(given)),
    on("optimas.evaluate", (given) => commands.evaluate(given)),
    on("optimas.runExperiment", (given) => commands.runExperiment(given)),
    on("optimas.showLandscape", (given) => commands.showLandscape(given)),
    on("optimas.openNotebookFor", (given) => commands.openNotebookFor(given)),
    on("optimas.stopRun", async (given) => {
      const folder = textIn(given, "run");
      const id = textIn(given, "editorRun");
      const meant = runs.live.find(
        (run) => (id !== undefined && run.id === id) || (folder !== undefined && run.folder === folder),
      );
      (meant ?? (await pickLiveRun(runs, vscode.l10n.t("Which run should stop?"))))?.stop();
    }),
    on("optimas.resumeRunFolder", async (given) => {
      const folder = textIn(given, "run") ?? (await pickInterrupted());
      if (folder !== undefined) await runs.resume(folder);
    }),
    on("optimas.showEditorRuns", () => showEditorRuns(runs)),
    registerEditorRunStatus(runs),
    runs.onDidStart((run) => {
      void showRunProgress(run, runs);
      void offerSource(run, runs);
      void run.ended.then((end) => showRunResult(run, end, runs));
    }),
  );
}

class RunCommands {
  readonly #parts: Parts;
  readonly #choice: DefinitionChoice;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#choice = new DefinitionChoice(parts.context, parts.definitions);
  }

  async optimizeComponent(given: unknown): Promise<void> {
    if (!mayRun(vscode.l10n.t("A run executes code of this workspace."))) return;
    const model = await this.#choice.model(given);
    const { whyNotOptimized } = await import("./runChoice.ts");
    const component = await this.#choice.meant(given, model, () =>
      model.components().filter((one) => whyNotOptimized(one, vscode.l10n) === undefined),
    );
    if (component === undefined) return;
    if (!isComponent(component)) return this.runExperiment(given);
    const reason = whyNotOptimized(component, vscode.l10n);
    if (reason !== undefined || component.name === undefined) return tell(reason ?? "");
    const experiment = await this.#choice.experimentFor(component, model);
    if (experiment === undefined) return;
    const iterations = iterationsFor(experiment);
    await this.#start(experiment, { kind: "optimize", components: [component.name], iterations }, model);
  }

  async runExperiment(given: unknown): Promise<void> {
    await this.#onExperiment(given, (experiment) => ({
      kind: "optimize",
      components: undefined,
      iterations: iterationsFor(experiment),
    }));
  }

  /** Optimizes a component, or all of an experiment, after asking under which limits. */
  async runWithBudgets(given: unknown): Promise<void> {
    if (!mayRun(vscode.l10n.t("A run executes code of this workspace."))) return;
    const model = await this.#choice.model(given);
    const { whyNotOptimized } = await import("./runChoice.ts");
    const meant = await this.#choice.meant(given, model, () => [
      ...model.experiments().filter(isRun),
      ...model.components().filter((one) => whyNotOptimized(one, vscode.l10n) === undefined),
    ]);
    if (meant === undefined) return;
    const reason = isComponent(meant) ? whyNotOptimized(meant, vscode.l10n) : undefined;
    if (reason !== undefined) return tell(reason);
    const experiment = await this.#choice.experimentFor(meant, model);
    if (experiment === undefined) return;
    const components = isComponent(meant) && meant.name !== undefined ? [meant.name] : undefined;
    const goal: EditorRunGoal = { kind: "optimize", components, iterations: iterationsFor(experiment) };
    const [{ askLimits }, { ownLimits }, { RememberedLimits }, { experimentName }, { runTitle }] = await Promise.all([
      import("./budgetQuestions.ts"),
      import("./experimentLimits.ts"),
      import("./rememberedLimits.ts"),
      import("./runChoice.ts"),
      import("./editorRunWords.ts"),
    ]);
    const remembered = new RememberedLimits(this.#parts.context.workspaceState);
    const name = experimentName(experiment, model) ?? "";
    const title = runTitle({ goal, name }, vscode.l10n);
    const limits = await askLimits(title, ownLimits(experiment), remembered.of(experiment.id));
    if (limits === undefined) return;
    await remembered.remember(experiment.id, limits);
    await this.#start(experiment, goal, model, { ...limits.budgets, ...(limits.cache && { cache: limits.cache }) });
  }

  async evaluate(given: unknown): Promise<void> {
    await this.#onExperiment(given, () => ({ kind: "evaluate" }));
  }

  async showLandscape(given: unknown): Promise<void> {
    if (!mayRun(vscode.l10n.t("A run executes code of this workspace."))) return;
    const model = await this.#choice.model(given);
    const { landscapeKeys } = await import("./runChoice.ts");
    const withKeys = (components: readonly ComponentDefinition[]) =>
      components.filter((one) => one.name !== undefined && one.language !== "python" && landscapeKeys(one).length > 0);
    const meant = await this.#choice.meant(given, model, () => withKeys(model.components()));
    if (meant === undefined) return;
    const component = isComponent(meant) ? meant : await this.#componentOf(meant, model, withKeys);
    if (component?.name === undefined) return;
    const keys = landscapeKeys(component);
    if (keys.length === 0) {
      return tell(
        vscode.l10n.t(
          "A landscape goes over the values of an option or the models of a choice; {0} has neither.",
          component.name,
        ),
      );
    }
    const asked = textIn(given, "key");
    const title = vscode.l10n.t("Landscape over which option of {0}?", component.name);
    const key = asked ?? (keys.length === 1 ? keys[0] : await vscode.window.showQuickPick([...keys], { title }));
    if (key === undefined) return;
    const experiment = await this.#choice.experimentFor(component, model, { wanted: textIn(given, "definition") });
    if (experiment === undefined) return;
    await this.#start(experiment, { kind: "landscape", component: component.name, key }, model);
  }

  async openNotebookFor(given: unknown): Promise<void> {
    const model = await this.#choice.model(given);
    const meant = await this.#choice.meant(given, model, () =>
      [...model.experiments(), ...model.systems()].filter(isRun),
    );
    if (meant === undefined) return;
    const [{ experimentsFor }, { openNotebookFor }] = await Promise.all([
      import("./runChoice.ts"),
      import("./experimentNotebook.ts"),
    ]);
    const experiments = experimentsFor(meant, model);
    const experiment = experiments.length > 1 ? await this.#choice.pick(experiments, model) : experiments[0];
    if (experiments.length > 0 && experiment === undefined) return;
    await openNotebookFor(meant, experiment, this.#choice.making(model, meant));
  }

  async #onExperiment(given: unknown, goal: (experiment: ExperimentDefinition) => EditorRunGoal): Promise<void> {
    if (!mayRun(vscode.l10n.t("A run executes code of this workspace."))) return;
    const model = await this.#choice.model(given);
    const meant = await this.#choice.meant(given, model, () => model.experiments().filter(isRun));
    if (meant === undefined) return;
    const experiment = await this.#choice.experimentFor(meant, model);
    if (experiment !== undefined) await this.#start(experiment, goal(experiment), model);
  }

  /** @param settings that were chosen for it */
  async #start(
    experiment: ExperimentDefinition,
    goal: EditorRunGoal,
    model: WorkspaceModel,
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const { runs, kernels } = this.#parts;
    if (experiment.at.cell !== undefined) {
      const { runInNotebook } = await import("./notebookExperiment.ts");
      await runInNotebook(experiment, goal, kernels, settings);
      return;
    }
    const { experimentName } = await import("./runChoice.ts");
    const chosen = Object.keys(settings).length > 0 && { settings };
    await runs.start({ experiment, goal, name: experimentName(experiment, model), ...chosen });
  }

  async #componentOf(
    owner: Exclude<Definition, ComponentDefinition>,
    model: WorkspaceModel,
    withKeys: (components: readonly ComponentDefinition[]) => readonly ComponentDefinition[],
  ): Promise<ComponentDefinition | undefined> {
    const system = owner.kind === "system" ? owner : model.systemOf(owner);
    const components = system === undefined ? [] : withKeys(model.componentsOf(system));
    if (components.length === 0) {
      tell(vscode.l10n.t("No component here has an option or a choice of models that a landscape could go over."));
      return undefined;
    }
    return components.length === 1 ? components[0] : this.#choice.pick(components, model);
  }
}

/** Interrupted runs of the workspace, newest first, for the palette. */
async function pickInterrupted(): Promise<string | undefined> {
  const { listRuns } = await import("../../run/runList.ts");
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const runs = folders
    .flatMap(({ uri }) => listRuns(vscode.Uri.joinPath(uri, ".optimas", "runs").fsPath))
    .flatMap((run) =>
      run.kind === "run" && !run.held && (run.status === "interrupted" || run.status === "failed") ? [run] : [],
    )
    .sort((a, b) => b.info.startedAt - a.info.startedAt);
  if (runs.length === 0) {
    tell(vscode.l10n.t("No interrupted run can be resumed here."));
    return undefined;
  }
  const entries = runs.map(({ info, folder, iterations, id }) => ({
    label: info.system,
    description: vscode.l10n.t("after iteration {0}", iterations),
    detail: id,
    folder,
  }));
  return (await vscode.window.showQuickPick(entries, { title: vscode.l10n.t("Which run should go on?") }))?.folder;
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}
