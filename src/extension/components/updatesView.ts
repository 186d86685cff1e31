import * as vscode from "vscode";
import type { Row } from "./row.ts";
import { RowTree } from "./rowTree.ts";
import type { RunStore } from "./runStore.ts";
import { updateRows, updatesOf } from "./updateRows.ts";

/** The tree of updates, by the run that put them to the gate. */
export class UpdatesView implements vscode.Disposable {
  readonly tree: RowTree;
  readonly #view: vscode.TreeView<Row>;
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(store: RunStore) {
    this.tree = new RowTree(() => {
      void store.ready;
      return updateRows(store.runs(), { now: Date.now(), language: vscode.env.language, l10n: vscode.l10n });
    });
    const options = { treeDataProvider: this.tree, showCollapseAll: true };
    this.#view = vscode.window.createTreeView("optimas.updates", options);
    this.#subscriptions = [this.tree, this.#view, store.onDidChange(() => this.tree.refresh())];
  }

  /** Leads to the updates of a run, or to the newest ones. @param folder of the run, an absolute path */
  async show(folder: string | undefined): Promise<void> {
    await vscode.commands.executeCommand("optimas.updates.focus");
    const row = folder === undefined ? undefined : this.tree.root(updatesOf(folder));
    if (row !== undefined) await this.#view.reveal(row, { expand: true, select: true, focus: true });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}
