import * as vscode from "vscode";
import { configurationFile } from "../../run/configurationFile.ts";
import { ExampleKernels, liesBeside } from "./exampleKernels.ts";
import { ExampleRows } from "./exampleRows.ts";
import { type ExampleResult, ExampleRuns } from "./exampleRuns.ts";
import { ExampleScores } from "./exampleScores.ts";
import type { ExampleTestParts } from "./exampleTests.ts";
import { scoreWords } from "./exampleVerdict.ts";
import { ExperimentItems } from "./experimentItems.ts";
import { Trajectories } from "./trajectories.ts";

/** Validation rows in the editor's Test Explorer: found, read, run, and led from to what happened. */
export class ExampleExplorer implements vscode.Disposable {
  readonly #controller: vscode.TestController;
  readonly #parts: ExampleTestParts;
  readonly #experiments: ExperimentItems;
  readonly #kernels: ExampleKernels;
  readonly #rows: ExampleRows;
  readonly #trajectories: Trajectories;
  readonly runs: ExampleRuns;
  readonly #subscriptions: vscode.Disposable[];

  constructor(controller: vscode.TestController, parts: ExampleTestParts) {
    const { context, log, index, store } = parts;
    this.#controller = controller;
    this.#parts = parts;
    this.#kernels = new ExampleKernels(context, log);
    this.#trajectories = new Trajectories(context);
    this.#experiments = new ExperimentItems(controller, index, (experiment) => {
      this.#kernels.retire(experiment);
      this.runs.forget(experiment);
    });
    const [kernels, experiments] = [this.#kernels, this.#experiments];
    this.#rows = new ExampleRows({ controller, experiments, kernels, store, log });
    this.runs = new ExampleRuns({
      controller,
      rows: this.#rows,
      scores: new ExampleScores(context.workspaceState),
      trajectories: this.#trajectories,
      spending: kernels.spending,
      outputsOf: ({ definition }) => index.model.systemOf(definition)?.outputs,
      log,
    });
    this.#subscriptions = [
      this.#kernels,
      this.#trajectories,
      kernels.onDidChangeFile(({ fsPath }) => this.#outdate(fsPath)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        const refused = [...controller.items].map(([, item]) => item).filter(({ error }) => error !== undefined);
        this.#experiments.renew(refused);
      }),
    ];
  }

  /** Brings the experiments in line with what the workspace declares. */
  update(): void {
    this.#experiments.update();
  }

  /** All experiments of the workspace, or the rows of one. */
  async resolve(item: vscode.TestItem | undefined): Promise<void> {
    if (item === undefined) {
      await this.#parts.index.ready;
      this.update();
    } else if (item.parent === undefined) {
      await this.#rows.resolve(item);
    }
  }

  /** Looks for experiments again, and reads the rows again of those whose rows were read. */
  async refresh(token: vscode.CancellationToken): Promise<void> {
    await this.#parts.index.searchAgain();
    await this.#parts.index.ready;
    this.update();
    this.#kernels.retireAll();
    for (const [, item] of this.#controller.items) {
      if (token.isCancellationRequested) return;
      if (item.children.size > 0 || item.error !== undefined) await this.#rows.resolve(item);
    }
  }

  /** @param given an item or a message of the Test Explorer; without one it asks */
  async openTrajectory(given: unknown): Promise<void> {
    const item = itemOf(given);
    const title = vscode.l10n.t("Trajectory of which example?");
    const result = this.#resultOf(item) ?? (await this.#pick(this.#below(item), title));
    if (result !== undefined) await this.#trajectories.show(result.trajectory, result.line);
  }

  /** Takes the score that a row had last for the one that it passes with. */
  async acceptScore(given: unknown): Promise<void> {
    const item = itemOf(given);
    const failed = this.#below(item).filter(({ verdict }) => verdict.kind === "failed");
    const title = vscode.l10n.t("Accept the new score of which example?");
    const result = this.#resultOf(item) ?? (await this.#pick(failed, title));
    if (result !== undefined && !(await this.runs.accept(result))) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          "{0} has no score that could be accepted. Run it first, until it comes to its end.",
          result.item.label,
        ),
      );
    }
  }

  /** Ends the kernels. */
  stop(): Promise<void> {
    return this.#kernels.stop();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #resultOf(item: string | undefined): ExampleResult | undefined {
    return item === undefined ? undefined : this.runs.resultOf(item);
  }

  #below(item: string | undefined): readonly ExampleResult[] {
    return this.runs.results.filter((result) => item === undefined || result.item.parent?.id === item);
  }

  async #pick(results: readonly ExampleResult[], title: string): Promise<ExampleResult | undefined> {
    if (results.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("No example was run yet. Run some in the Test Explorer."),
      );
      return undefined;
    }
    const choices = results.map((result) => ({
      label: result.item.label,
      description: `${result.item.parent?.label ?? ""} · ${scoreWords(result.run, result.known)}`,
      detail: result.verdict.kind === "passed" ? "" : (result.verdict.words.split("\n")[0] ?? ""),
      result,
    }));
    return (await vscode.window.showQuickPick(choices, { title }))?.result;
  }

  /** Code or data beside an experiment, or the values in force, are others than its rows were run with. */
  #outdate(file: string): void {
    for (const [, item] of this.#controller.items) {
      const path = item.uri?.fsPath ?? "";
      if (liesBeside(path, file) || configurationFile(path) === file) this.#controller.invalidateTestResults(item);
    }
  }
}

/** Id of the item that a menu stands at: it gives an item, or a message with its item. */
function itemOf(given: unknown): string | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  if ("test" in given) return itemOf(given.test);
  return "id" in given && typeof given.id === "string" ? given.id : undefined;
}
