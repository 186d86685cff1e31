import * as vscode from "vscode";
import type { ComponentIndex } from "../index/componentIndex.ts";
import type { EditorRuns } from "../runs/editorRuns.ts";
import { CodeFreshness } from "./codeFreshness.ts";
import { registerCodeLenses } from "./codeLenses.ts";
import { ComponentsView } from "./componentsView.ts";
import { registerDefinitionCommands } from "./definitionCommands.ts";
import { registerDefinitionHover } from "./definitionHover.ts";
import { EditorFacts } from "./editorFacts.ts";
import type { RowTree } from "./rowTree.ts";
import { registerRunCommands } from "./runCommands.ts";
import { RunStore } from "./runStore.ts";
import { RunsView } from "./runsView.ts";
import { UpdatesView } from "./updatesView.ts";

export interface EditorViewParts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly index: ComponentIndex;
  readonly runs: EditorRuns;
}

/** The trees of the container, by what they list. */
export interface Trees {
  readonly components: RowTree;
  readonly runs: RowTree;
  readonly updates: RowTree;
}

/** All that shows definitions and their runs where they are written: lenses, hovers, and the container with its trees. */
export class EditorViews implements vscode.Disposable {
  /** The runs of the workspace. */
  readonly store: RunStore;
  /** What the runs say about the definitions. */
  readonly facts: EditorFacts;
  readonly trees: Trees;
  readonly #all: vscode.Disposable;

  constructor({ context, log, index, runs }: EditorViewParts) {
    const store = new RunStore(log);
    const freshness = new CodeFreshness(context.workspaceState, index);
    const facts = new EditorFacts(index, store, runs, freshness);
    const components = new ComponentsView(index, facts);
    const runsView = new RunsView(store, runs);
    const updates = new UpdatesView(store);
    store.searchWhile(
      () =>
        [components, runsView, updates].some(({ isVisible }) => isVisible) ||
        vscode.window.visibleTextEditors.some(({ document }) => index.inFile(document.uri).length > 0),
    );
    this.store = store;
    this.facts = facts;
    this.trees = { components: components.tree, runs: runsView.tree, updates: updates.tree };
    // Runs that go on elsewhere show in the badge, whether or not a view was opened.
    const beginning = setImmediate(() => void Promise.all([runsView.look(), updates.look()]));
    this.#all = vscode.Disposable.from(
      new vscode.Disposable(() => clearImmediate(beginning)),
      registerCodeLenses(index, facts),
      registerDefinitionHover(index, facts),
      registerDefinitionCommands(index),
      registerRunCommands(context, store, updates),
      components,
      runsView,
      updates,
      facts,
      freshness,
      store,
    );
  }

  dispose(): void {
    this.#all.dispose();
  }
}
