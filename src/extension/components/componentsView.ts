import * as vscode from "vscode";
import type { Definition } from "../../detection/definition.ts";
import type { ComponentIndex } from "../index/componentIndex.ts";
import { componentRows } from "./componentRows.ts";
import type { EditorFacts } from "./editorFacts.ts";
import type { Row } from "./row.ts";
import { RowTree } from "./rowTree.ts";

/** The workspace was looked through, and nothing is declared there. */
const NONE_CONTEXT = "optimas.noDefinitions";
/** The document that is looked at declares something that can be run. */
const HERE_CONTEXT = "optimas.editorHasDefinitions";
/**
 * Files, by their paths, that declare experiments, and those that declare components which can be run. On another machine a
 * window and this extension have different URIs for a file, and the window takes either way of writing its path.
 */
const EXPERIMENT_FILES = "optimas.experimentFiles";
const COMPONENT_FILES = "optimas.componentFiles";

/** The tree of components, and what menus want to know of the editor that is looked at. */
export class ComponentsView implements vscode.Disposable {
  readonly tree: RowTree;
  readonly #index: ComponentIndex;
  readonly #view: vscode.TreeView<Row>;
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly #contexts = new Map<string, boolean | string>();

  constructor(index: ComponentIndex, facts: EditorFacts) {
    this.#index = index;
    this.tree = new RowTree("optimas.components", () => {
      // The first look at the tree begins the search.
      void index.ready;
      return componentRows({ model: index.model, facts, pathOf, l10n: vscode.l10n });
    });
    const options = { treeDataProvider: this.tree, showCollapseAll: true };
    this.#view = vscode.window.createTreeView("optimas.components", options);
    this.#subscriptions = [
      this.tree,
      this.#view,
      this.tree.pressesIn(this.#view),
      index.onDidChange(() => this.#tell()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#tell()),
      facts.onDidChange(() => this.tree.refresh()),
    ];
    this.#tell();
  }

  get isVisible(): boolean {
    return this.#view.visible;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #tell(): void {
    const { state } = this.#index;
    const message = messageOf(state);
    if ((this.#view.message ?? "") !== message) {
      // What was found stands there before it is no longer looked for.
      this.tree.refresh();
      this.#view.message = message;
    }
    const editor = vscode.window.activeTextEditor;
    const here = editor === undefined ? [] : this.#index.inDocument(editor.document);
    this.#say(
      HERE_CONTEXT,
      here.some(({ language }) => language !== "python"),
    );
    const { model } = this.#index;
    this.#say(NONE_CONTEXT, (state === "ready" || state === "stopped") && model.definitions.length === 0);
    this.#list(EXPERIMENT_FILES, model.experiments());
    this.#list(COMPONENT_FILES, model.components());
  }

  #say(context: string, value: boolean): void {
    if ((this.#contexts.get(context) ?? false) === value) return;
    this.#contexts.set(context, value);
    void vscode.commands.executeCommand("setContext", context, value);
  }

  #list(context: string, definitions: readonly Definition[]): void {
    const uris = new Set(definitions.flatMap(({ at, language }) => (language === "python" ? [] : at.uri)));
    const files = [...uris].map((uri) => vscode.Uri.parse(uri, true));
    const paths = [...new Set(files.flatMap(({ path, fsPath }) => [path, fsPath]))];
    const value = JSON.stringify(paths);
    if ((this.#contexts.get(context) ?? "[]") === value) return;
    this.#contexts.set(context, value);
    void vscode.commands.executeCommand("setContext", context, paths);
  }
}

/** Empty where nothing needs to be said above the tree. */
function messageOf(state: ComponentIndex["state"]): string {
  switch (state) {
    case "idle":
    case "ready":
      return "";
    case "searching":
      return vscode.l10n.t("Looking for components ...");
    case "stopped":
      return vscode.l10n.t("The search for components broke off; the log says why. Refresh to search again.");
  }
}

function pathOf(uri: string): string {
  return vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true));
}
