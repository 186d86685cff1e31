import { createHash } from "node:crypto";
import * as vscode from "vscode";
import { type ComponentDefinition, type ExperimentDefinition, isComponent } from "../../detection/definition.ts";
import { valuesOf, type WorkspaceModel } from "../../detection/workspaceModel.ts";

/** Watches the files that declare an experiment: whether they are still what they were at a moment. */
export class SourceVersions implements vscode.Disposable {
  readonly #onDidChange = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #watchers: vscode.Disposable[] = [];
  /** What each file said then, by its URI. */
  #then = new Map<string, string>();
  #changed = false;

  /** Whether the files are what they were is another answer than before. */
  readonly onDidChange = this.#onDidChange.event;

  constructor() {
    this.#subscriptions = [
      this.#onDidChange,
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && this.#then.has(document.uri.toString())) void this.#look();
      }),
    ];
  }

  get areOthers(): boolean {
    return this.#changed;
  }

  /**
   * From now on the files are compared with what they say now.
   * @param saved on the disk; else as their editors have them
   */
  async begin(files: readonly string[], saved: boolean): Promise<void> {
    const entries = await Promise.all(
      files.map(async (file) => [file, await digestOf(vscode.Uri.parse(file, true), saved)] as const),
    );
    this.#then = new Map(entries);
    for (const watcher of this.#watchers.splice(0)) watcher.dispose();
    this.#watchers = files.flatMap((file) => this.#watch(vscode.Uri.parse(file, true)));
    await this.#look();
  }

  dispose(): void {
    for (const one of [...this.#subscriptions, ...this.#watchers]) one.dispose();
  }

  #watch(file: vscode.Uri): vscode.Disposable[] {
    const name = file.path.slice(file.path.lastIndexOf("/") + 1).replace(/[[\]{}?*]/g, "?");
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(file, ".."), name);
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const look = () => void this.#look();
    return [watcher, watcher.onDidChange(look), watcher.onDidCreate(look), watcher.onDidDelete(look)];
  }

  async #look(): Promise<void> {
    const before = this.#then;
    const now = await Promise.all(
      [...before].map(async ([file, then]) => then !== (await digestOf(vscode.Uri.parse(file, true), false))),
    );
    const changed = now.includes(true);
    if (before !== this.#then || changed === this.#changed) return;
    this.#changed = changed;
    this.#onDidChange.fire();
  }
}

/** URIs of the files that declare an experiment, its system, and the components with their values. */
export function filesOf(experiment: ExperimentDefinition, model: WorkspaceModel): string[] {
  const system = model.systemOf(experiment);
  const components: readonly ComponentDefinition[] = system === undefined ? [] : model.componentsOf(system);
  const places = [experiment, ...(system === undefined ? [] : [system]), ...components].flatMap((definition) => [
    definition.at.uri,
    ...(isComponent(definition) ? valuesOf(definition).map(({ at }) => at.uri) : []),
  ]);
  return [...new Set(places)];
}

/** Tells one text of a file from another; the same for all files that cannot be read. */
async function digestOf(file: vscode.Uri, saved: boolean): Promise<string> {
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
  if (open !== undefined && !(saved && open.isDirty)) return digest(open.getText());
  try {
    return digest(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
  } catch {
    return "";
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
