import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type ts from "typescript-services";
import { cellFileName } from "../../src/tsplugin/cellFileName.ts";
import type { PluginConfiguration } from "../../src/tsplugin/pluginConfiguration.ts";
import type { TypeScriptServer } from "./typescriptServer.ts";

export type Span = ts.server.protocol.FileSpan;
type Location = ts.server.protocol.Location;
export type CompletionEntry = ts.server.protocol.CompletionEntry;

/** Where a person's cursor is, in the text of a cell. */
export const CURSOR = "▮";

export interface NotebookPlace {
  /** Workspace folder. */
  readonly root: string;
  readonly folder: string;
  readonly sdk: string;
  readonly globals: string;
}

let opened = 0;

/** A notebook that is open in the server, cell by cell, as the editor opens it. */
export class OpenNotebook {
  readonly server: TypeScriptServer;
  readonly place: NotebookPlace;
  readonly #id: number;
  readonly #texts = new Map<string, string>();
  /** Names of the cells in the server, in the notebook's order. */
  order: string[] = [];
  #made = 0;

  /** @param cells texts of TypeScript cells; those of JavaScript start with the line `// js` */
  constructor(server: TypeScriptServer, place: NotebookPlace, cells: readonly string[]) {
    this.server = server;
    this.place = place;
    opened += 1;
    this.#id = opened;
    const openFiles = cells.map((text) => this.#make(this.order.length, text));
    this.configure();
    server.send("updateOpen", { openFiles });
  }

  static configuration(place: NotebookPlace, notebooks: readonly OpenNotebook[]): PluginConfiguration {
    const node = fileURLToPath(new URL("../../node_modules/@types/node/index.d.ts", import.meta.url));
    return {
      sdk: place.sdk,
      globals: place.globals,
      node,
      notebooks: notebooks.map(({ place: { folder }, order }) => ({ folder, cells: order })),
    };
  }

  configure(): void {
    this.server.configurePlugin(OpenNotebook.configuration(this.place, [this]));
  }

  insert(index: number, text: string): void {
    const opened = this.#make(index, text);
    this.configure();
    this.server.send("updateOpen", { openFiles: [opened] });
  }

  #make(index: number, text: string): ts.server.protocol.OpenRequestArgs {
    const path = join(this.place.folder, `notebook-${this.#id}.optnb`);
    const fragment = `W${this.#made.toString(36)}sZmlsZQ==`;
    const file = cellFileName({ scheme: "vscode-notebook-cell", authority: "", path, fragment }) ?? "";
    this.#made += 1;
    this.order.splice(index, 0, file);
    this.#texts.set(file, text);
    return {
      file,
      fileContent: text.replace(CURSOR, ""),
      scriptKindName: text.startsWith("// js") ? "JS" : "TS",
      projectRootPath: this.place.root,
    };
  }

  /** Replaces the text of a cell, as typing does. */
  edit(cell: number, text: string): void {
    const file = this.#name(cell);
    const end = this.#locate(cell, this.#plain(cell).length);
    this.#texts.set(file, text);
    this.server.send("change", {
      file,
      line: 1,
      offset: 1,
      endLine: end.line,
      endOffset: end.offset,
      insertString: text.replace(CURSOR, ""),
    });
  }

  close(): void {
    for (const file of this.order) this.server.send("close", { file });
    this.order = [];
    this.configure();
  }

  /** Everything that a person sees underlined: "text: message", syntax errors first. */
  async errors(cell: number): Promise<string[]> {
    const file = this.#name(cell);
    const syntactic = await this.#diagnostics("syntacticDiagnosticsSync", file);
    const semantic = await this.#diagnostics("semanticDiagnosticsSync", file);
    return [...syntactic, ...semantic].map(({ start, end, text }) => `${this.textAt(cell, { start, end })}: ${text}`);
  }

  /** What a person sees greyed or dotted. */
  async suggestions(cell: number): Promise<string[]> {
    const found = await this.#diagnostics("suggestionDiagnosticsSync", this.#name(cell));
    return found.map(({ start, end, text }) => `${this.textAt(cell, { start, end })}: ${text}`);
  }

  #diagnostics(command: string, file: string): Promise<ts.server.protocol.Diagnostic[]> {
    return this.server.request(command, { file });
  }

  async completions(cell: number): Promise<readonly CompletionEntry[]> {
    const answer = await this.server.request<ts.server.protocol.CompletionInfo | undefined>("completionInfo", {
      ...this.cursor(cell),
      includeExternalModuleExports: true,
      includeInsertTextCompletions: true,
    });
    return answer?.entries ?? [];
  }

  async details(
    cell: number,
    { name, source, data }: CompletionEntry,
  ): Promise<ts.server.protocol.CompletionEntryDetails> {
    const [details] = await this.server.request<ts.server.protocol.CompletionEntryDetails[]>("completionEntryDetails", {
      ...this.cursor(cell),
      entryNames: [{ name, source, data }],
    });
    if (details === undefined) throw new Error(`Nothing is known of ${name}.`);
    return details;
  }

  async hover(cell: number): Promise<string> {
    const answer = await this.server.request<ts.server.protocol.QuickInfoResponseBody>("quickinfo", this.cursor(cell));
    return answer.displayString;
  }

  async definitions(cell: number): Promise<string[]> {
    const answer = await this.server.request<ts.server.protocol.DefinitionInfoAndBoundSpan>(
      "definitionAndBoundSpan",
      this.cursor(cell),
    );
    return answer.definitions.map((span) => this.shown(span));
  }

  async references(cell: number): Promise<string[]> {
    const answer = await this.server.request<ts.server.protocol.ReferencesResponseBody>(
      "references",
      this.cursor(cell),
    );
    return answer.refs.map((span) => this.shown(span));
  }

  async renamed(cell: number): Promise<string[]> {
    const answer = await this.server.request<ts.server.protocol.RenameResponseBody>("rename", {
      ...this.cursor(cell),
      findInComments: false,
      findInStrings: false,
    });
    return answer.locs.flatMap(({ file, locs }) =>
      locs.map(
        ({ prefixText = "", suffixText = "", ...span }) => `${prefixText}${this.shown({ file, ...span })}${suffixText}`,
      ),
    );
  }

  /** A cell's text after changes of the server, all of which must be to that cell. */
  changed(cell: number, changes: readonly ts.server.protocol.FileCodeEdits[]): string {
    const edits = changes.flatMap(({ fileName, textChanges }) => {
      if (fileName !== this.#name(cell)) throw new Error(`${fileName} would be changed.`);
      return textChanges.map(({ start, end, newText }) => ({
        from: this.#offset(cell, start),
        to: this.#offset(cell, end),
        newText,
      }));
    });
    return edits
      .toSorted((one, other) => other.from - one.from)
      .reduce((text, { from, to, newText }) => text.slice(0, from) + newText + text.slice(to), this.#plain(cell));
  }

  cursor(cell: number): ts.server.protocol.FileLocationRequestArgs {
    const at = (this.#texts.get(this.#name(cell)) ?? "").indexOf(CURSOR);
    if (at === -1) throw new Error(`Cell ${cell} has no cursor.`);
    return { file: this.#name(cell), ...this.#locate(cell, at) };
  }

  /** "[cell] text", or "path text" outside of cells. */
  shown({ file, start, end }: Span): string {
    const cell = this.order.indexOf(file);
    return cell === -1 ? file : `[${cell}:${start.line}] ${this.textAt(cell, { start, end })}`;
  }

  textAt(cell: number, { start, end }: { readonly start: Location; readonly end: Location }): string {
    return this.#plain(cell).slice(this.#offset(cell, start), this.#offset(cell, end));
  }

  #name(cell: number): string {
    const name = this.order[cell];
    if (name === undefined) throw new Error(`There is no cell ${cell}.`);
    return name;
  }

  #plain(cell: number): string {
    return (this.#texts.get(this.#name(cell)) ?? "").replace(CURSOR, "");
  }

  #locate(cell: number, at: number): Location {
    const before = this.#plain(cell).slice(0, at).split("\n");
    return { line: before.length, offset: (before.at(-1) ?? "").length + 1 };
  }

  #offset(cell: number, { line, offset }: Location): number {
    const lines = this.#plain(cell).split("\n");
    if (line > lines.length || offset > (lines[line - 1] ?? "").length + 1) {
      throw new Error(`The server names ${line}:${offset}, which cell ${cell} does not have.`);
    }
    return lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + offset - 1;
  }
}
