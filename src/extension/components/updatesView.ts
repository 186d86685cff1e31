import * as vscode from "vscode";
import { tellFirstLook, ViewContext } from "./firstLook.ts";
import type { Row } from "./row.ts";
import { RowTree } from "./rowTree.ts";
import type { RunStore } from "./runStore.ts";
import { updateRows, updatesOf } from "./updateRows.ts";

/** All runs were looked for, and none has put a value to the gate. */
const NONE_CONTEXT = "optimas.noUpdates";

/** The tree of updates, by the run that put them to the gate. */
export class UpdatesView implements vscode.Disposable {
  readonly tree: RowTree;
  readonly #view: vscode.TreeView<Row>;
  readonly #store: RunStore;
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly #none = new ViewContext(NONE_CONTEXT);
  #hasLooked = false;

  constructor(store: RunStore) {
    this.#store = store;
    this.tree = new RowTree("optimas.updates", () => {
      void store.ready;
      return updateRows(store.runs(), { now: Date.now(), language: vscode.env.language, l10n: vscode.l10n });
    });
    const options = { treeDataProvider: this.tree, showCollapseAll: true };
    this.#view = vscode.window.createTreeView("optimas.updates", options);
    this.#subscriptions = [
      this.tree,
      this.#view,
      this.tree.pressesIn(this.#view),
      store.onDidChange(() => this.#refresh()),
    ];
  }

  get isVisible(): boolean {
    return this.#view.visible;
  }

  /** Looks for updates, and says so meanwhile. */
  async look(): Promise<void> {
    await tellFirstLook(this.#view, "optimas.updates", vscode.l10n.t("Looking for updates ..."), this.#store.ready);
    this.#hasLooked = true;
    this.#refresh();
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

  #refresh(): void {
    this.tree.refresh();
    this.#none.say(this.#hasLooked && this.tree.getChildren().length === 0);
  }
}
