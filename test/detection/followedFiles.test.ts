import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { llm, searchedWorkspaces, Workspace } from "./searchedWorkspace.ts";

searchedWorkspaces();

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
