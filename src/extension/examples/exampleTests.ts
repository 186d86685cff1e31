import * as vscode from "vscode";
import { errorMessage } from "../../system/userError.ts";
import type { RunStore } from "../components/runStore.ts";
import type { ComponentIndex } from "../index/componentIndex.ts";
import type { ExampleExplorer } from "./exampleExplorer.ts";

export interface ExampleTestParts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly index: ComponentIndex;
  readonly store: RunStore;
}

/** Changes of the index are taken up together. */
const SOON_MS = 250;

/** The examples of experiments as tests of the editor. What does the work is loaded when there is something to do. */
export class ExampleTests implements vscode.Disposable {
  readonly controller = vscode.tests.createTestController("optimas.examples", vscode.l10n.t("Optimas examples"));
  /** The one way to run them. */
  readonly profile: vscode.TestRunProfile;
  readonly #parts: ExampleTestParts;
  readonly #subscriptions: readonly vscode.Disposable[];
  #loading: Promise<ExampleExplorer> | undefined;
  #soon: NodeJS.Timeout | undefined;

  constructor(parts: ExampleTestParts) {
    this.#parts = parts;
    const { controller } = this;
    controller.resolveHandler = async (item) => (await this.explorer()).resolve(item);
    controller.refreshHandler = async (token) => (await this.explorer()).refresh(token);
    this.profile = controller.createRunProfile(
      vscode.l10n.t("Run Examples (one system run each)"),
      vscode.TestRunProfileKind.Run,
      async (request, token) => (await this.explorer()).runs.run(request, token),
      true,
    );
    this.profile.configureHandler = () =>
      void vscode.commands.executeCommand("workbench.action.openSettings", "optimas.tests");
    const on = (id: string, action: (explorer: ExampleExplorer, given: unknown) => Promise<void>) =>
      vscode.commands.registerCommand(id, async (given?: unknown) => {
        try {
          await action(await this.explorer(), given);
        } catch (error) {
          void vscode.window.showErrorMessage(errorMessage(error));
        }
      });
    this.#subscriptions = [
      controller,
      this.profile,
      on("optimas.openTrajectory", (explorer, given) => explorer.openTrajectory(given)),
      on("optimas.acceptScore", (explorer, given) => explorer.acceptScore(given)),
      parts.index.onDidChange(() => this.#update()),
    ];
  }

  explorer(): Promise<ExampleExplorer> {
    this.#loading ??= import("./exampleExplorer.ts").then(
      ({ ExampleExplorer }) => new ExampleExplorer(this.controller, this.#parts),
    );
    return this.#loading;
  }

  /** Ends the kernels. */
  async stop(): Promise<void> {
    await (await this.#loading)?.stop();
  }

  dispose(): void {
    clearTimeout(this.#soon);
    void this.#loading?.then((explorer) => explorer.dispose());
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #update(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.explorer().then((explorer) => explorer.update());
    }, SOON_MS);
  }
}
