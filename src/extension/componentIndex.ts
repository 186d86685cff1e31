import * as vscode from "vscode";
import type { Definition, SourceLocation } from "../detection/definition.ts";
import { WorkspaceModel } from "../detection/workspaceModel.ts";

/** How far the index is. "stopped" after it failed again and again; a command starts it anew. */
export type IndexState = "idle" | "searching" | "ready" | "stopped";

/**
 * All definitions of the workspace and of open documents, kept up to date while files and unsaved texts change. Nothing is
 * loaded or searched before something is first asked of it.
 */
export class ComponentIndex implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** The definitions, or the state, are others than before. */
  readonly onDidChange: vscode.Event<void> = this.#changed.event;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    void context;
    void log;
  }

  get state(): IndexState {
    return "idle";
  }

  /** Settled when the whole workspace was searched once; starts the search. Never rejects. */
  get ready(): Promise<void> {
    return Promise.resolve();
  }

  /** What is known now. */
  get model(): WorkspaceModel {
    return new WorkspaceModel([]);
  }

  /** Definitions in a file, in all cells of a notebook, or in one cell by the URI of its document. */
  inFile(uri: vscode.Uri): readonly Definition[] {
    void uri;
    return [];
  }

  /** Definitions in a document; of a cell, those in that cell alone. */
  inDocument(document: vscode.TextDocument): readonly Definition[] {
    return this.inFile(document.uri);
  }

  /** Where definitions in this document say they are. */
  locationOf(uri: vscode.Uri): SourceLocation {
    return { uri: uri.toString() };
  }

  /** The document at a location, opened where it is not. @throws Error when it is gone */
  async documentAt(location: SourceLocation): Promise<vscode.TextDocument> {
    return vscode.workspace.openTextDocument(vscode.Uri.parse(location.uri));
  }

  /** Settled when the text of a document, or the file on disk, as it is now is in the model. */
  async refresh(uri: vscode.Uri): Promise<void> {
    void uri;
  }

  /** Searches the whole workspace again, whatever is known. */
  async searchAgain(): Promise<void> {}

  dispose(): void {
    this.#changed.dispose();
  }
}
