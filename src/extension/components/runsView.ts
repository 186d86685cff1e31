import * as vscode from "vscode";
import { plural } from "../../run/l10n.ts";
import { isAtWork } from "../../run/views/knownRun.ts";
import type { EditorRuns } from "../runs/editorRuns.ts";
import { runTitle } from "../runs/editorRunWords.ts";
import { ownActivity } from "./activity.ts";
import { tellFirstLook, ViewContext } from "./firstLook.ts";
import type { Row } from "./row.ts";
import { RowTree } from "./rowTree.ts";
import { type ComingRun, runRows } from "./runRows.ts";
import type { RunStore } from "./runStore.ts";

/** Ages are brought up to date this often while they are seen. */
const AGE_MS = 60_000;
/** All runs were looked for, and there are none. */
const NONE_CONTEXT = "optimas.noRuns";

/** The tree of runs, live and past. Its badge counts the live ones. */
export class RunsView implements vscode.Disposable {
  readonly tree: RowTree;
  readonly #store: RunStore;
  readonly #runs: EditorRuns;
  readonly #view: vscode.TreeView<Row>;
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly #aging: NodeJS.Timeout;
  readonly #none = new ViewContext(NONE_CONTEXT);
  #hasLooked = false;

  constructor(store: RunStore, runs: EditorRuns) {
    this.#store = store;
    this.#runs = runs;
    this.tree = new RowTree("optimas.runs", () => this.#rows());
    this.#view = vscode.window.createTreeView("optimas.runs", { treeDataProvider: this.tree, canSelectMany: true });
    this.#aging = setInterval(() => {
      if (this.#view.visible) this.tree.refresh();
    }, AGE_MS);
    this.#subscriptions = [
      this.tree,
      this.#view,
      this.tree.pressesIn(this.#view),
      store.onDidChange(() => this.#refresh()),
      runs.onDidChange((run) => {
        // Its process is gone by now, and with it the run's lock.
        if (run.state.kind === "ended" && run.folder !== undefined) void store.update(run.folder);
        // Of a run with a folder, the store tells.
        if (run.folder === undefined || run.state.kind === "ended") this.#refresh();
      }),
    ];
  }

  get isVisible(): boolean {
    return this.#view.visible;
  }

  /** Looks for runs, and says so meanwhile. */
  async look(): Promise<void> {
    await tellFirstLook(this.#view, "optimas.runs", vscode.l10n.t("Looking for runs ..."), this.#store.ready);
    this.#hasLooked = true;
    this.#refresh();
  }

  dispose(): void {
    clearInterval(this.#aging);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #refresh(): void {
    this.tree.refresh();
    this.#none.say(this.#hasLooked && this.#store.runs().length === 0 && this.#runs.live.length === 0);
    const own = this.#runs.live.filter(({ state }) => state.kind !== "queued");
    const folders = new Set(own.map(({ folder }) => folder));
    const others = this.#store.runs().filter((run) => run.kind === "run" && isAtWork(run) && !folders.has(run.folder));
    const live = own.length + others.length;
    const tooltip = plural(vscode.l10n, "{0, plural, one {One run is live} other {# runs are live}}", live);
    if (this.#view.badge?.value !== live) this.#view.badge = live === 0 ? undefined : { value: live, tooltip };
  }

  #rows() {
    void this.#store.ready;
    const known = new Set(this.#store.runs().map(({ folder }) => folder));
    const coming = this.#runs.live.flatMap((run): ComingRun[] => {
      const activity = run.folder !== undefined && known.has(run.folder) ? undefined : ownActivity(run);
      return activity === undefined ? [] : [{ id: run.id, title: runTitle(run.plan, vscode.l10n), activity }];
    });
    return runRows(this.#store.runs(), coming, {
      now: Date.now(),
      language: vscode.env.language,
      isOurs: (folder) => this.#runs.ofFolder(folder) !== undefined,
      l10n: vscode.l10n,
    });
  }
}
