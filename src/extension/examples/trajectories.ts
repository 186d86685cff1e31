import { createHash } from "node:crypto";
import * as vscode from "vscode";

/** Scheme of documents that show what happened to a row. */
export const TRAJECTORY_SCHEME = "optimas-trajectory";
/** Menus at examples ask it for the ids of their items. */
const CONTEXT = "optimas.examplesRun";

/**
 * The trajectories of rows that were run as tests, the last one of each: read-only documents that outlive the window, for
 * the editor remembers the results that lead to them.
 */
export class Trajectories implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #folder: vscode.Uri;
  readonly #onDidChange = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  readonly #uris = new Map<string, vscode.Uri>();

  readonly onDidChange = this.#onDidChange.event;

  constructor(context: vscode.ExtensionContext) {
    this.#folder = vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, "trajectories");
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(TRAJECTORY_SCHEME, this);
  }

  /** @returns undefined for an item that was not run in this window */
  of(item: string): vscode.Uri | undefined {
    return this.#uris.get(item);
  }

  /** Where the trajectory of a test item is shown. @param title what its tab says */
  uriOf(item: string, title: string): vscode.Uri {
    const query = createHash("sha256").update(item).digest("hex").slice(0, 32);
    return vscode.Uri.from({
      scheme: TRAJECTORY_SCHEME,
      path: `/${title.replace(/[\\/:*?"<>|#%]+/g, "_").slice(0, 100)}.trajectory`,
      query,
    });
  }

  /** Takes the place of the one before. */
  async keep(item: string, uri: vscode.Uri, text: string): Promise<void> {
    await vscode.workspace.fs.writeFile(this.#file(uri), Buffer.from(text));
    this.#uris.set(item, uri);
    this.#onDidChange.fire(uri);
  }

  /** Lets menus know which items have one. */
  tell(): void {
    void vscode.commands.executeCommand("setContext", CONTEXT, [...this.#uris.keys()]);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    try {
      return Buffer.from(await vscode.workspace.fs.readFile(this.#file(uri))).toString();
    } catch {
      return vscode.l10n.t("This trajectory is gone. Run the example again.");
    }
  }

  /** @param line from 0, that is shown first */
  async show(uri: vscode.Uri, line = 0): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const selection = new vscode.Range(line, 0, line, 0);
    await vscode.window.showTextDocument(document, { preview: true, selection });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#onDidChange.dispose();
  }

  #file({ query }: vscode.Uri): vscode.Uri {
    // Whoever makes up an address gets no further than this folder.
    const name = createHash("sha256").update(query).digest("hex").slice(0, 32);
    return vscode.Uri.joinPath(this.#folder, `${name}.txt`);
  }
}
