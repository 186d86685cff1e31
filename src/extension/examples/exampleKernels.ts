import { dirname, sep } from "node:path";
import * as vscode from "vscode";
import { startKernelIn } from "../notebook/kernelStart.ts";
import { trialSpending } from "../spending/trialSpending.ts";
import { TrialKernel, type TrialPlan } from "../trials/trialKernel.ts";

/** A kernel that nothing is asked of goes after so long. */
const IDLE_MS = 5 * 60_000;
/** What an experiment may be made of. */
const SOURCES = "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,json,jsonl,csv}";
/** Runs, caches and packages change without anybody's wanting other results. */
const PASSED_OVER = /[\\/](?:\.optimas|node_modules|\.git)[\\/]/;

interface Entry {
  readonly kernel: TrialKernel;
  readonly plan: string;
  /** How many changes there had been when it was started. */
  readonly changes: number;
  users: number;
  idle: NodeJS.Timeout | undefined;
}

/** A kernel for as long as somebody works with it. */
export interface KernelLease {
  readonly kernel: TrialKernel;
  /** False while others work with it, too: what is interrupted then is theirs. */
  readonly isAlone: boolean;
  /** To be called once. */
  release(): void;
}

/** One kernel per experiment whose rows were looked at, kept for the next time unless files have changed since. */
export class ExampleKernels implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  /** What the user agrees to spend on rows of all experiments, for as long as the window is open. */
  readonly spending = trialSpending();
  /** Those that are given out, by experiment; and all whose process may be there. */
  readonly #entries = new Map<string, Entry>();
  readonly #alive = new Set<Entry>();
  readonly #onDidChangeFile = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: readonly vscode.Disposable[];
  #changes = 0;

  /** A file that code or data may lie in is another than before. */
  readonly onDidChangeFile = this.#onDidChangeFile.event;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
    const watcher = vscode.workspace.createFileSystemWatcher(SOURCES);
    const changed = (uri: vscode.Uri) => {
      if (PASSED_OVER.test(uri.fsPath)) return;
      this.#changes += 1;
      this.#onDidChangeFile.fire(uri);
    };
    this.#subscriptions = [
      this.#onDidChangeFile,
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidChange(changed),
      watcher.onDidDelete(changed),
      // Sooner than the watcher, and also outside of the workspace.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => changed(uri)),
    ];
  }

  /** The kernel of an experiment, a new one where what it has loaded is out of date. */
  lease(experiment: string, plan: TrialPlan): KernelLease {
    const wanted = JSON.stringify(plan);
    const before = this.#entries.get(experiment);
    const isCurrent = before?.plan === wanted && before.changes === this.#changes;
    if (before !== undefined && !isCurrent) this.retire(experiment);
    const entry = isCurrent ? before : this.#start(experiment, plan, wanted);
    clearTimeout(entry.idle);
    entry.users += 1;
    return {
      kernel: entry.kernel,
      get isAlone() {
        return entry.users === 1;
      },
      release: () => {
        entry.users -= 1;
        if (entry.users > 0) return;
        if (this.#entries.get(experiment) === entry) entry.idle = setTimeout(() => this.retire(experiment), IDLE_MS);
        else void this.#end(entry);
      },
    };
  }

  /** Nobody gets the kernel of an experiment any more; it ends when those are done who work with it. */
  retire(experiment: string): void {
    const entry = this.#entries.get(experiment);
    this.#entries.delete(experiment);
    if (entry?.users === 0) void this.#end(entry);
  }

  retireAll(): void {
    for (const experiment of this.#entries.keys()) this.retire(experiment);
  }

  /** Ends all kernels, whoever works with them. */
  async stop(): Promise<void> {
    this.#entries.clear();
    await Promise.all([...this.#alive].map((entry) => this.#end(entry)));
  }

  dispose(): void {
    void this.stop();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #start(experiment: string, plan: TrialPlan, wanted: string): Entry {
    const kernel = new TrialKernel({
      plan,
      l10n: vscode.l10n,
      start: (listener) =>
        startKernelIn({ folder: dirname(plan.file) }, this.#context, listener, { consent: this.spending.forKernel() }),
      onLog: (line) => this.#log.info(`examples of ${plan.file}: ${line}`),
    });
    const entry: Entry = { kernel, plan: wanted, changes: this.#changes, users: 0, idle: undefined };
    this.#entries.set(experiment, entry);
    this.#alive.add(entry);
    return entry;
  }

  async #end(entry: Entry): Promise<void> {
    clearTimeout(entry.idle);
    await entry.kernel.dispose();
    this.#alive.delete(entry);
  }
}

/** True for a file beside an experiment's, or further down. */
export function liesBeside(experiment: string, file: string): boolean {
  return file.startsWith(`${dirname(experiment)}${sep}`);
}
