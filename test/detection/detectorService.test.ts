import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Definition, DetectedFile } from "../../src/detection/definition.ts";
import type { Answer, FromDetector } from "../../src/detection/detectorProtocol.ts";
import { DetectorService } from "../../src/detection/detectorService.ts";
import { Grammars } from "../../src/detection/grammars.ts";
import { fileUri, pathBelow, uriBelow } from "../../src/detection/uriPath.ts";

let grammars: Grammars;
beforeAll(async () => {
  grammars = await Grammars.load(
    fileURLToPath(new URL("../../node_modules/@vscode/tree-sitter-wasm/wasm", import.meta.url)),
  );
});
afterAll(() => grammars.dispose());

const scratch: string[] = [];
afterEach(() => {
  for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const llm = (name: string, prompt = '"Write."') =>
  `import { llm } from "optimas";\nexport const ${name} = llm({ name: "${name}", description: "", inputs: ["a"], outputs: ["b"], prompt: ${prompt} });\n`;

/** A workspace on the disk, the service that searches it, and what it reported. */
class Workspace {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "optimas-index-")));
  readonly messages: FromDetector[] = [];
  readonly service: DetectorService;
  readonly #files = new Map<string, readonly Definition[]>();
  #turns = 0;

  constructor(files: Readonly<Record<string, string>>, options: { readonly mostFiles?: number } = {}) {
    scratch.push(this.folder);
    this.write(files);
    this.service = new DetectorService({
      grammars,
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

describe("a search", () => {
  test("reports files with definitions, and no others", async () => {
    const workspace = new Workspace({ "a.ts": llm("first"), "b/c.ts": llm("second"), "d.ts": "export const x = 1;" });
    expect(await workspace.search()).toEqual(["a.ts", "b/c.ts"]);
    expect(workspace.names("b/c.ts")).toEqual(["second"]);
    expect(workspace.of("searched")).toMatchObject([{ files: 3, parsed: 2, large: 0, isCut: false }]);
    expect(workspace.of("failed")).toEqual([]);
  });

  test("reads cells of notebooks, named by the ids that the file keeps", async () => {
    const cell = (id: string, source: string) => ({ cell_type: "code", id, metadata: {}, outputs: [], source });
    const cells = [cell("one", llm("first")), cell("two", "const x = 1;")];
    const text = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
    const broken = { "broken.optnb": `{ "optimas": ${text}`, "old.ipynb": '{"nbformat": 3, "optimas": 1}' };
    const workspace = new Workspace({ "a.optnb": text, ...broken });
    expect(await workspace.search()).toEqual(["a.optnb"]);
    expect(workspace.definitions().map(({ at }) => at.cell)).toEqual(["one"]);
    expect(workspace.of("failed")).toEqual([]);
  });

  test("reports nothing where nothing changed, and all that other settings change", async () => {
    const workspace = new Workspace({ "a.ts": llm("first"), "out/b.ts": llm("second") });
    await workspace.search();
    expect(await workspace.search({}, true)).toEqual([]);
    expect(await workspace.search({ out: true })).toEqual(["out/b.ts"]);
    expect(workspace.names("out/b.ts")).toEqual([]);
    expect(await workspace.search()).toEqual(["out/b.ts"]);
    expect(workspace.names("out/b.ts")).toEqual(["second"]);
  });

  test("reads the text of files that nobody told about only when it is to begin anew", async () => {
    const workspace = new Workspace({ "a.ts": llm("first") });
    await workspace.search();
    workspace.write({ "a.ts": llm("second") });
    expect(await workspace.search()).toEqual([]);
    expect(await workspace.search({}, true)).toEqual(["a.ts"]);
  });

  test("leaves large files alone, and says how many", async () => {
    const workspace = new Workspace({ "a.ts": llm("first") + "/".repeat(1_000_000), "b.ts": llm("second") });
    expect(await workspace.search()).toEqual(["b.ts"]);
    expect(workspace.of("searched")).toMatchObject([{ files: 2, large: 1 }]);
  });

  test("has a bound, and says when it is reached", async () => {
    const workspace = new Workspace({ "a.ts": llm("a"), "b.ts": llm("b"), "c/d.ts": llm("d") }, { mostFiles: 2 });
    expect(await workspace.search()).toEqual(["a.ts", "b.ts"]);
    expect(workspace.of("searched")).toMatchObject([{ files: 2, isCut: true }]);
    expect(await workspace.changed(["c/d.ts"])).toEqual([]);
  });

  test("gives up when a later one takes its place", async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`f${at}.ts`, llm(`c${at}`)]));
    const workspace = new Workspace({ ...many, "only/a.ts": llm("last") });
    await Promise.all([workspace.search(), workspace.search({ "f*": true })]);
    expect(workspace.definitions().filter(({ name }) => name === "last")).toHaveLength(1);
    expect(workspace.names("f7.ts")).toEqual([]);
    expect(workspace.of("searched")).toMatchObject([{ files: 1 }]);
  });

  test("lets open texts come first", async () => {
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, at) => [`f${at}.ts`, llm(`c${at}`)]));
    const workspace = new Workspace(many);
    const order: string[] = [];
    const searched = workspace.search().then(() => order.push("search"));
    await new Promise((resolve) => setImmediate(resolve));
    const opened = workspace.open("typed.ts", llm("typed")).then(() => order.push("text"));
    await Promise.all([searched, opened]);
    expect(order).toEqual(["text", "search"]);
    expect(workspace.names("typed.ts")).toEqual(["typed"]);
  });
});

describe("an open text", () => {
  test("wins over the disk until it is closed", async () => {
    const workspace = new Workspace({ "a.ts": llm("saved") });
    await workspace.search();
    expect(await workspace.open("a.ts", llm("typed"))).toEqual(["a.ts"]);
    expect(workspace.names("a.ts")).toEqual(["typed"]);
    workspace.write({ "a.ts": llm("written") });
    expect(await workspace.changed(["a.ts"])).toEqual([]);
    expect(await workspace.search({}, true)).toEqual([]);
    expect(await workspace.close("a.ts")).toEqual(["a.ts"]);
    expect(workspace.names("a.ts")).toEqual(["written"]);
  });

  test("counts although it has no file, or its file is not searched", async () => {
    const workspace = new Workspace({ "out/a.ts": llm("saved") });
    await workspace.search({ out: true });
    expect(await workspace.open("out/a.ts", llm("typed"))).toEqual(["out/a.ts"]);
    expect(await workspace.close("out/a.ts")).toEqual(["out/a.ts"]);
    expect(workspace.definitions()).toEqual([]);
  });

  test("stays when its file is deleted", async () => {
    const workspace = new Workspace({ "a.ts": llm("saved") });
    await workspace.search();
    await workspace.open("a.ts", llm("typed"));
    rmSync(join(workspace.folder, "a.ts"));
    expect(await workspace.changed([], ["a.ts"])).toEqual([]);
    expect(await workspace.close("a.ts")).toEqual(["a.ts"]);
    expect(workspace.definitions()).toEqual([]);
  });

  test("is reported only when its definitions change", async () => {
    const workspace = new Workspace({ "a.ts": llm("first"), "b.ts": llm("second") });
    await workspace.search();
    expect(await workspace.open("a.ts", `${llm("first")}// more\n`)).toEqual([]);
    expect(await workspace.open("a.ts", `// above\n${llm("first")}`)).toEqual(["a.ts"]);
    expect(await workspace.open("a.ts", "")).toEqual(["a.ts"]);
    expect(await workspace.open("a.ts", llm("first"))).toEqual(["a.ts"]);
  });

  test("keeps its syntax tree only while few are open", async () => {
    const workspace = new Workspace({});
    await workspace.search();
    for (let at = 0; at < 100; at++) await workspace.open(`f${at}.ts`, llm(`c${at}`));
    expect(workspace.service.size.trees).toBeGreaterThan(8);
    expect(workspace.service.size.trees).toBeLessThanOrEqual(32);
    expect(await workspace.open("f0.ts", llm("again"))).toEqual(["f0.ts"]);
    for (let at = 0; at < 100; at++) await workspace.close(`f${at}.ts`);
    expect(workspace.service.size).toEqual({ files: 0, parsed: 0, trees: 0 });
    expect(workspace.definitions()).toEqual([]);
  });
});

describe("files", () => {
  test("that come, change, and go are followed", async () => {
    const workspace = new Workspace({ "a.ts": llm("first") });
    await workspace.search();
    workspace.write({ "new/b.ts": llm("second") });
    expect(await workspace.changed(["new/b.ts"])).toEqual(["new/b.ts"]);
    workspace.write({ "a.ts": "" });
    expect(await workspace.changed(["a.ts"])).toEqual(["a.ts"]);
    rmSync(join(workspace.folder, "new/b.ts"));
    expect(await workspace.changed([], ["new/b.ts"])).toEqual(["new/b.ts"]);
    expect(workspace.definitions()).toEqual([]);
  });

  test("move with their folder, which is all that is told", async () => {
    const workspace = new Workspace({
      "old/a.ts": llm("first"),
      "old/deep/b.ts": llm("second"),
      "older/c.ts": llm("third"),
    });
    await workspace.search();
    renameSync(join(workspace.folder, "old"), join(workspace.folder, "new"));
    expect(await workspace.changed(["new"], ["old"])).toEqual([
      "new/a.ts",
      "new/deep/b.ts",
      "old/a.ts",
      "old/deep/b.ts",
    ]);
    expect(workspace.names("new/deep/b.ts")).toEqual(["second"]);
    expect(workspace.names("old/a.ts")).toEqual([]);
    expect(workspace.names("older/c.ts")).toEqual(["third"]);
  });

  test("are found that changed in a moved folder, which the editor names by its old place", async () => {
    const workspace = new Workspace({ "old/a.ts": llm("first") });
    await workspace.search();
    renameSync(join(workspace.folder, "old"), join(workspace.folder, "new"));
    await workspace.changed(["new"], ["old"]);
    workspace.write({ "new/a.ts": llm("second") });
    expect(await workspace.changed(["old/a.ts"])).toEqual(["new/a.ts"]);
    expect(workspace.names("new/a.ts")).toEqual(["second"]);
    // Nothing is searched for what comes and goes where nothing is searched.
    workspace.write({ ".gitignore": "dist\n" });
    await workspace.changed([".gitignore"]);
    workspace.write({ "new/a.ts": llm("third") });
    expect(await workspace.changed(["dist/deep/a.ts", "node_modules/p/a.ts"])).toEqual([]);
  });

  test("that are excluded stay so when they change", async () => {
    const workspace = new Workspace({ ".gitignore": "gen/\n", "a.ts": "", "gen/b.ts": llm("first") });
    await workspace.search();
    expect(await workspace.changed(["gen/b.ts", "gen"])).toEqual([]);
    workspace.write({ "node_modules/p/c.ts": llm("packaged") });
    expect(await workspace.changed(["node_modules/p/c.ts", "node_modules"])).toEqual([]);
  });

  test("are searched by other rules when an ignore file changes or goes", async () => {
    const workspace = new Workspace({ ".gitignore": "gen/\n", "gen/b.ts": llm("first"), "a.ts": llm("second") });
    await workspace.search();
    expect(workspace.names("gen/b.ts")).toEqual([]);
    workspace.write({ ".gitignore": "a.ts\n" });
    expect(await workspace.changed([".gitignore"])).toEqual(["a.ts", "gen/b.ts"]);
    expect(workspace.names("gen/b.ts")).toEqual(["first"]);
    rmSync(join(workspace.folder, ".gitignore"));
    expect(await workspace.changed([], [".gitignore"])).toEqual(["a.ts"]);
  });

  test("that others refer to change what those define", async () => {
    const refers = `import { PROMPT } from "./prompts.ts";\n${llm("first", "PROMPT")}`;
    const workspace = new Workspace({ "a.ts": refers, "prompts.ts": 'export const PROMPT = "One.";' });
    await workspace.search();
    const value = () => {
      const [definition] = workspace.definitions();
      const variable = definition !== undefined && "variable" in definition ? definition.variable : undefined;
      return variable?.kind === "prompt" && variable.value.kind === "literal" ? variable.value.value : undefined;
    };
    expect(value()).toBe("One.");
    workspace.write({ "prompts.ts": 'export const PROMPT = "Two.";' });
    expect(await workspace.changed(["prompts.ts"])).toEqual(["a.ts"]);
    expect(value()).toBe("Two.");
    await workspace.open("prompts.ts", 'export const PROMPT = "Three.";');
    expect(value()).toBe("Three.");
    rmSync(join(workspace.folder, "prompts.ts"));
    await workspace.changed([], ["prompts.ts"]);
    await workspace.close("prompts.ts");
    expect(value()).toBeUndefined();
    expect(workspace.names("a.ts")).toEqual(["first"]);
  });
});

describe("paths that tsconfig files inherit", () => {
  const paths = (target: string) => JSON.stringify({ compilerOptions: { paths: { "~texts": [target] } } });
  const value = (workspace: Workspace) => {
    const [definition] = workspace.definitions();
    const variable = definition !== undefined && "variable" in definition ? definition.variable : undefined;
    return variable?.kind === "prompt" && variable.value.kind === "literal" ? variable.value.value : undefined;
  };
  const files = {
    "app/a.ts": `import { PROMPT } from "~texts";\n${llm("first", "PROMPT")}`,
    "one.ts": 'export const PROMPT = "One.";',
    "two.ts": 'export const PROMPT = "Two.";',
  };

  test("lead into the file that is there, as what they inherit from changes", async () => {
    const workspace = new Workspace({
      ...files,
      "app/tsconfig.json": '{ "extends": "../tsconfig.paths.json" }',
      "tsconfig.paths.json": paths("./one.ts"),
    });
    await workspace.search();
    expect(value(workspace)).toBe("One.");
    workspace.write({ "tsconfig.paths.json": paths("./two.ts") });
    expect(await workspace.changed(["tsconfig.paths.json"])).toEqual(["app/a.ts"]);
    expect(value(workspace)).toBe("Two.");
    rmSync(join(workspace.folder, "tsconfig.paths.json"));
    await workspace.changed([], ["tsconfig.paths.json"]);
    expect(value(workspace)).toBeUndefined();
  });

  test("come from packages and from files that are not searched; a new search looks for them again", async () => {
    const workspace = new Workspace({
      ...files,
      ".gitignore": "out\nnode_modules\n",
      "app/tsconfig.json": '{ "extends": ["shared", "../out/paths.json"] }',
      "node_modules/shared/package.json": '{ "tsconfig": "ts/paths.json" }',
      "node_modules/shared/ts/paths.json": paths("../../../one.ts"),
    });
    await workspace.search();
    expect(value(workspace)).toBe("One.");
    workspace.write({ "out/paths.json": paths("../two.ts") });
    await workspace.changed(["out/paths.json"]);
    expect(value(workspace)).toBe("Two.");
    workspace.write({ "out/paths.json": "{}", "node_modules/shared/ts/paths.json": paths("../../../two.ts") });
    await workspace.search();
    expect(value(workspace)).toBe("Two.");
    workspace.write({ "node_modules/shared/ts/paths.json": paths("../../../one.ts") });
    await workspace.search();
    expect(value(workspace)).toBe("One.");
  });
});

describe("a workspace that only the editor reaches", () => {
  test("is read by asking", async () => {
    const files = new Map([
      ["far://host/w/a.ts", llm("first")],
      ["far://host/w/b/.gitignore", "x.ts\n"],
      ["far://host/w/b/c.ts", llm("second")],
      ["far://host/w/b/x.ts", llm("ignored")],
    ]);
    const below = (folder: string) =>
      new Set(
        [...files.keys()].flatMap((uri) =>
          uri.startsWith(`${folder}/`) ? (uri.slice(folder.length + 1).split("/")[0] ?? []) : [],
        ),
      );
    const answer = (what: "list" | "kind" | "read", uri: string): Answer => {
      const kindOf = (place: string) => (files.has(place) ? "file" : "folder");
      if (what === "list") {
        const entries = [...below(uri)].map(
          (name) => ({ name, kind: kindOf(`${uri}/${name}`), isLink: false }) as const,
        );
        return { what, entries };
      }
      if (what === "kind") return { what, ...(files.has(uri) || below(uri).size > 0 ? { kind: kindOf(uri) } : {}) };
      const text = files.get(uri);
      return { what, ...(text === undefined ? {} : { bytes: new TextEncoder().encode(text) }) };
    };
    const found = new Map<string, number>();
    const service: DetectorService = new DetectorService({
      grammars,
      ignoreCase: false,
      send: (message) => {
        if (message.type === "ask") {
          void service.receive({ type: "answer", request: message.request, answer: answer(message.what, message.uri) });
        } else if (message.type === "found") {
          for (const { uri, definitions } of message.files) found.set(uri, definitions.length);
          void service.receive({ type: "taken" });
        }
      },
    });
    const folders = [{ uri: "far://host/w", exclusions: [], ignoreFiles: true }];
    await service.receive({ type: "search", turn: 0, folders, anew: false });
    expect([...found]).toEqual([
      ["far://host/w/a.ts", 1],
      ["far://host/w/b/c.ts", 1],
    ]);
    files.set("far://host/w/d.ts", llm("third"));
    files.delete("far://host/w/a.ts");
    await service.receive({ type: "files", turn: 1, written: ["far://host/w/d.ts"], gone: ["far://host/w/a.ts"] });
    expect(found.get("far://host/w/d.ts")).toBe(1);
    expect(found.get("far://host/w/a.ts")).toBe(0);
  });
});

describe("a message that is none", () => {
  test("is told of, and keeps nobody waiting", async () => {
    const workspace = new Workspace({ "a.ts": llm("first") });
    await workspace.tell({ type: "dance" });
    await workspace.service.receive(7);
    expect(workspace.of("failed")).toHaveLength(2);
    expect(workspace.of("settled")).toEqual([{ type: "settled", turn: 0 }]);
    expect(await workspace.search()).toEqual(["a.ts"]);
  });
});
