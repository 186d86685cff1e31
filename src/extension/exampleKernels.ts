import { dirname, sep } from "node:path";
import * as vscode from "vscode";
import { startKernelIn } from "./kernelStart.ts";
import { TrialKernel, type TrialPlan } from "./trialKernel.ts";

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
  idle: NodeJS.Timeout | undefined;
}

/** One kernel per experiment whose rows were looked at, kept for the next time unless files have changed since. */
export class ExampleKernels implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #entries = new Map<string, Entry>();
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

  /**
   * The kernel of an experiment, a new one where what it has loaded is out of date. Who is done with it says so by
   * `rest`.
   */
  async of(experiment: string, plan: TrialPlan): Promise<TrialKernel> {
    const before = this.#entries.get(experiment);
    const wanted = JSON.stringify(plan);
    if (before !== undefined) {
      clearTimeout(before.idle);
      if (before.plan === wanted && before.changes === this.#changes) return before.kernel;
      await this.end(experiment);
    }
    const kernel = new TrialKernel({
      plan,
      l10n: vscode.l10n,
      start: (listener) => startKernelIn({ folder: dirname(plan.file) }, this.#context, listener),
      onLog: (line) => this.#log.info(`examples of ${plan.file}: ${line}`),
    });
    this.#entries.set(experiment, { kernel, plan: wanted, changes: this.#changes, idle: undefined });
    return kernel;
  }

  /** Nothing more is asked of an experiment's kernel for now. */
  rest(experiment: string): void {
    const entry = this.#entries.get(experiment);
    if (entry === undefined) return;
    clearTimeout(entry.idle);
    entry.idle = setTimeout(() => void this.end(experiment), IDLE_MS);
  }

  /** Ends the kernel of an experiment, if there is one. */
  async end(experiment: string): Promise<void> {
    const entry = this.#entries.get(experiment);
    this.#entries.delete(experiment);
    clearTimeout(entry?.idle);
    await entry?.kernel.dispose();
  }

  /** Ends all kernels. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((experiment) => this.end(experiment)));
  }

  dispose(): void {
    void this.endAll();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

/** True for a file beside an experiment's, or further down. */
export function liesBeside(experiment: string, file: string): boolean {
  return file.startsWith(`${dirname(experiment)}${sep}`);
}
