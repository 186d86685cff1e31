import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { Definition, DetectedFile } from "../../src/detection/definition.ts";
import type { FromDetector } from "../../src/detection/detectorProtocol.ts";
import { DetectorService } from "../../src/detection/detectorService.ts";
import { Grammars } from "../../src/detection/grammars.ts";
import { fileUri, pathBelow, uriBelow } from "../../src/detection/uriPath.ts";

let loaded: Grammars | undefined;
const scratch: string[] = [];

/** Loads the grammars for the tests of one file, and removes their workspaces after each of them. */
export function searchedWorkspaces(): void {
  beforeAll(async () => {
    loaded = await Grammars.load(
      fileURLToPath(new URL("../../node_modules/@vscode/tree-sitter-wasm/wasm", import.meta.url)),
    );
  });
  afterAll(() => loaded?.dispose());
  afterEach(() => {
    for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
}

/** Those of the tests that run. @throws Error outside of them */
export function loadedGrammars(): Grammars {
  if (loaded === undefined) throw new Error("No grammars are loaded; the file calls searchedWorkspaces().");
  return loaded;
}

/** A source that defines a component. */
export const llm = (name: string, prompt = '"Write."') =>
  `import { llm } from "optimas";\nexport const ${name} = llm({ name: "${name}", description: "", inputs: ["a"], outputs: ["b"], prompt: ${prompt} });\n`;

/** A workspace on the disk, the service that searches it, and what it reported. */
export class Workspace {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "optimas-index-")));
  readonly messages: FromDetector[] = [];
  readonly service: DetectorService;
  readonly #files = new Map<string, readonly Definition[]>();
  #turns = 0;

  constructor(files: Readonly<Record<string, string>>, options: { readonly mostFiles?: number } = {}) {
    scratch.push(this.folder);
    this.write(files);
    this.service = new DetectorService({
      grammars: loadedGrammars(),
      ignoreCase: false,
      ...options,
      send: (message) => {
        this.messages.push(message);
        if (message.type !== "found") return;
        for (const { uri, definitions } of message.files) this.#files.set(uri, definitions);
        void this.service.receive({ type: "taken" });
      },
    });
  }

  write(files: Readonly<Record<string, string>>): readonly string[] {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
    return Object.keys(files).map((path) => this.uri(path));
  }

  uri(path: string): string {
    return uriBelow(fileUri(this.folder), path);
  }

  /** Sends a message and waits until it is settled. @returns paths of the files that were reported because of it */
  async tell(message: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
    const before = this.messages.length;
    await this.service.receive({ ...message, turn: this.#turns++ });
    const found = this.messages.slice(before).flatMap((sent) => (sent.type === "found" ? sent.files : []));
    return found.map(({ uri }: DetectedFile) => pathBelow(fileUri(this.folder), uri) ?? uri).sort();
  }

  search(exclusions: Readonly<Record<string, unknown>> = {}, anew = false): Promise<readonly string[]> {
    const folders = [{ uri: fileUri(this.folder), exclusions: [exclusions], ignoreFiles: true }];
    return this.tell({ type: "search", folders, anew });
  }

  async changed(written: readonly string[], gone: readonly string[] = []): Promise<readonly string[]> {
    const uris = (paths: readonly string[]) => paths.map((path) => this.uri(path));
    return this.tell({ type: "files", written: uris(written), gone: uris(gone) });
  }

  open(path: string, text: string, language = "typescript"): Promise<readonly string[]> {
    const uri = this.uri(path);
    return this.tell({ type: "texts", open: [{ uri, sources: [{ location: { uri }, language, text }] }], closed: [] });
  }

  close(path: string): Promise<readonly string[]> {
    return this.tell({ type: "texts", open: [], closed: [this.uri(path)] });
  }

  /** Names of the definitions reported for a file. */
  names(path: string): readonly (string | undefined)[] {
    return (this.#files.get(this.uri(path)) ?? []).map(({ name }) => name);
  }

  definitions(): readonly Definition[] {
    return [...this.#files.values()].flat();
  }

  of<Type extends FromDetector["type"]>(type: Type): readonly Extract<FromDetector, { readonly type: Type }>[] {
    return this.messages.filter((message): message is Extract<FromDetector, { type: Type }> => message.type === type);
  }
}
