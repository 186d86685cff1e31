import * as vscode from "vscode";
import type { SourceText } from "../../detection/readSource.ts";
import { isSourceLanguage, LARGEST_SOURCE } from "../../detection/sourceFile.ts";
import type { OpenText } from "../../detection/sourceIndex.ts";
import { CELL_SCHEME, cellLocations, notebookOf } from "./cellLocations.ts";

/** While a person types, a text is sent no more often than this. */
const GATHERING_MS = 120;

/** Told what is open, and what is not any more. */
export type TextsListener = (open: readonly OpenText[], closed: readonly string[]) => void;

/** Follows the texts of open documents and notebooks, saved or not, in which definitions can stand. */
export class OpenTexts implements vscode.Disposable {
  readonly #listener: TextsListener;
  readonly #subscriptions: vscode.Disposable;
  readonly #told = new Set<string>();
  readonly #changed = new Set<vscode.TextDocument | vscode.NotebookDocument>();
  readonly #closed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(listener: TextsListener) {
    this.#listener = listener;
    const { workspace } = vscode;
    this.#subscriptions = vscode.Disposable.from(
      workspace.onDidOpenTextDocument((document) => this.#change(document)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#change(document);
      }),
      workspace.onDidCloseTextDocument((document) => this.#close(document)),
      workspace.onDidOpenNotebookDocument((notebook) => this.#change(notebook)),
      workspace.onDidChangeNotebookDocument(({ notebook, contentChanges, cellChanges }) => {
        const isOther = cellChanges.some(({ document, metadata }) => document !== undefined || metadata !== undefined);
        if (contentChanges.length > 0 || isOther) this.#change(notebook);
      }),
      workspace.onDidCloseNotebookDocument((notebook) => this.#close(notebook)),
    );
  }

  /** Tells of everything that is open, to a listener that knows nothing. */
  tellAll(): void {
    this.#told.clear();
    const { textDocuments, notebookDocuments } = vscode.workspace;
    for (const document of [...textDocuments, ...notebookDocuments]) this.#changed.add(document);
    this.flush();
  }

  /** Tells at once of what changed. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const open = [...this.#changed].flatMap((document) => openText(document) ?? []);
    const closed = [...this.#closed];
    this.#changed.clear();
    this.#closed.clear();
    for (const { uri } of open) this.#told.add(uri);
    for (const uri of closed) this.#told.delete(uri);
    if (open.length > 0 || closed.length > 0) this.#listener(open, closed);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscriptions.dispose();
  }

  #change(document: vscode.TextDocument | vscode.NotebookDocument): void {
    if ("getText" in document && this.#isInChanged(document)) return;
    const notebook = "getText" in document ? notebookOf(document.uri) : document;
    const changed = notebook ?? document;
    if (!isFollowed(changed)) return;
    this.#closed.delete(changed.uri.toString());
    this.#changed.add(changed);
    this.#timer ??= setTimeout(() => this.flush(), GATHERING_MS);
  }

  /** Whether all notebooks that a cell may be of are to be told anyway: each of hundreds of cells is opened by itself. */
  #isInChanged({ uri }: vscode.TextDocument): boolean {
    if (uri.scheme !== CELL_SCHEME) return false;
    const possible = vscode.workspace.notebookDocuments.filter((notebook) => notebook.uri.path === uri.path);
    return possible.length > 0 && possible.every((notebook) => this.#changed.has(notebook));
  }

  #close(document: vscode.TextDocument | vscode.NotebookDocument): void {
    this.#changed.delete(document);
    if (!this.#told.has(document.uri.toString())) return;
    this.#closed.add(document.uri.toString());
    this.#timer ??= setTimeout(() => this.flush(), GATHERING_MS);
  }
}

/** The text as it is now; undefined for a document in which no definitions are looked for. */
function openText(document: vscode.TextDocument | vscode.NotebookDocument): OpenText | undefined {
  if (document.isClosed || !isFollowed(document)) return undefined;
  const uri = document.uri.toString();
  if ("getText" in document) return { uri, sources: sourceOf(document, { uri }) };
  const locations = cellLocations(document);
  const sources = document.getCells().flatMap(({ kind, document: cell }) => {
    const location = locations.get(cell.uri.toString());
    return kind === vscode.NotebookCellKind.Code && location !== undefined ? sourceOf(cell, location) : [];
  });
  return { uri, sources };
}

function sourceOf(document: vscode.TextDocument, location: SourceText["location"]): readonly SourceText[] {
  const { languageId: language } = document;
  if (!isSourceLanguage(language)) return [];
  const text = document.getText();
  // It would not be read, so it need not be sent.
  return [{ location, language, text: text.length > LARGEST_SOURCE ? "" : text }];
}

/** Documents of the user's own; not other versions of them that the editor shows in comparisons, and no packages. */
function isFollowed(document: vscode.TextDocument | vscode.NotebookDocument): boolean {
  const { scheme, path } = document.uri;
  if ("getText" in document && !isSourceLanguage(document.languageId)) return false;
  if (/\/node_modules\/|\.d\.[mc]?ts$/.test(path)) return false;
  const folders = vscode.workspace.workspaceFolders ?? [];
  return ["file", "untitled", ...folders.map(({ uri }) => uri.scheme)].includes(scheme);
}
