import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript-services";
import { CURSOR } from "./openNotebook.ts";
import type { TypeScriptServer } from "./typescriptServer.ts";

type Diagnostic = ts.server.protocol.Diagnostic;
export type CompletionEntry = ts.server.protocol.CompletionEntry;

/** An ordinary file of a workspace that is open in the server. */
export class OpenFile {
  readonly #server: TypeScriptServer;
  readonly #file: string;
  #text: string;

  /** @param text where it has a cursor, what is asked about is asked there */
  constructor(server: TypeScriptServer, root: string, name: string, text: string) {
    this.#server = server;
    this.#file = join(root, name);
    this.#text = text;
    const fileContent = this.#plain;
    writeFileSync(this.#file, fileContent);
    server.send("open", { file: this.#file, fileContent, projectRootPath: root });
  }

  get #plain(): string {
    return this.#text.replace(CURSOR, "");
  }

  close(): void {
    this.#server.send("close", { file: this.#file });
  }

  edit(text: string): void {
    const end = this.#locate(this.#plain.length);
    const change = { line: 1, offset: 1, endLine: end.line, endOffset: end.offset };
    this.#text = text;
    this.#server.send("change", { file: this.#file, ...change, insertString: this.#plain });
  }

  /** "text: message" of everything that is underlined. */
  async errors(): Promise<string[]> {
    const found = await this.#server.request<Diagnostic[]>("semanticDiagnosticsSync", { file: this.#file });
    return found.map(({ start, end, text }) => `${this.#plain.slice(this.#at(start), this.#at(end))}: ${text}`);
  }

  async completions(): Promise<readonly CompletionEntry[]> {
    const asked = {
      ...this.#cursor(),
      includeExternalModuleExports: true,
      includeInsertTextCompletions: true,
    };
    const info = await this.#server.request<ts.server.protocol.CompletionInfo | undefined>("completionInfo", asked);
    return info?.entries ?? [];
  }

  /** The text after a completion was accepted with all it changes elsewhere. */
  async accepted({ name, source, data }: CompletionEntry): Promise<string> {
    const asked = { ...this.#cursor(), entryNames: [{ name, source, data }] };
    const [details] = await this.#server.request<ts.server.protocol.CompletionEntryDetails[]>(
      "completionEntryDetails",
      asked,
    );
    return this.#changed(details?.codeActions?.flatMap(({ changes }) => changes) ?? []);
  }

  async hover(): Promise<string> {
    const info = await this.#server.request<ts.server.protocol.QuickInfoResponseBody>("quickinfo", this.#cursor());
    return info.displayString;
  }

  /** Files that the name at the cursor is defined in. */
  async definitions(): Promise<string[]> {
    const answer = await this.#server.request<ts.server.protocol.DefinitionInfoAndBoundSpan>(
      "definitionAndBoundSpan",
      this.#cursor(),
    );
    return answer.definitions.map(({ file }) => file);
  }

  /** What is offered against an error at the cursor, each with the text that it makes. */
  async fixes(errorCode: number): Promise<{ description: string; text: string }[]> {
    const { file, line, offset } = this.#cursor();
    const fixes = await this.#server.request<ts.server.protocol.CodeFixAction[]>("getCodeFixes", {
      file,
      startLine: line,
      startOffset: offset,
      endLine: line,
      endOffset: offset,
      errorCodes: [errorCode],
    });
    return fixes.map(({ description, changes }) => ({ description, text: this.#changed(changes) }));
  }

  #changed(changes: readonly ts.server.protocol.FileCodeEdits[]): string {
    return changes
      .flatMap(({ textChanges }) => textChanges)
      .map(({ start, end, newText }) => ({ from: this.#at(start), to: this.#at(end), newText }))
      .toSorted((one, other) => other.from - one.from)
      .reduce((text, { from, to, newText }) => text.slice(0, from) + newText + text.slice(to), this.#plain);
  }

  #cursor(): ts.server.protocol.FileLocationRequestArgs {
    const at = this.#text.indexOf(CURSOR);
    if (at === -1) throw new Error("The file has no cursor.");
    return { file: this.#file, ...this.#locate(at) };
  }

  #locate(at: number): ts.server.protocol.Location {
    const before = this.#plain.slice(0, at).split("\n");
    return { line: before.length, offset: (before.at(-1) ?? "").length + 1 };
  }

  #at({ line, offset }: ts.server.protocol.Location): number {
    const before = this.#plain.split("\n").slice(0, line - 1);
    return before.reduce((sum, text) => sum + text.length + 1, 0) + offset - 1;
  }
}
