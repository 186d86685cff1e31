import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/detection/detectorProtocol.ts";
import { DetectorService } from "../../src/detection/detectorService.ts";
import { llm, loadedGrammars, searchedWorkspaces, Workspace } from "./searchedWorkspace.ts";

searchedWorkspaces();

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

  test("that gives up is over only when the one in its place has found everything", async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`f${at}.ts`, llm(`c${at}`)]));
    const workspace = new Workspace(many);
    const first = workspace.search();
    workspace.write({ ".gitignore": "none" });
    const others = [workspace.changed([".gitignore"]), workspace.search({}, true)];
    await first;
    expect(workspace.definitions()).toHaveLength(300);
    await Promise.all(others);
    expect(workspace.of("failed")).toEqual([]);
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
      grammars: loadedGrammars(),
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
