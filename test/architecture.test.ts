import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What each room may import besides itself: whole rooms, always further in, or single files that lead nowhere back. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  "src/system": ["src/models/languageModel.ts", "src/models/wrappedModel.ts", "src/data/example.ts"],
  "src/models": [
    "src/system",
    "src/data/similarName.ts",
    "src/run/appendFile.ts",
    "src/run/diskError.ts",
    "src/run/durableFile.ts",
    "src/run/ownedFile.ts",
    "src/run/processIdentity.ts",
  ],
  "src/data": ["src/system"],
  "src/onnx": ["src/system/userError.ts", "src/run/diskError.ts", "src/run/durableFile.ts"],
  "src/reward": [
    "src/onnx",
    "src/system",
    "src/run/durableFile.ts",
    "src/run/diskError.ts",
    "src/run/freeRoom.ts",
    "src/run/processLock.ts",
  ],
  "src/run": ["src/system", "src/data", "src/reward", "src/models/modelPrice.ts", "package.json"],
  "src/optimize": ["src/system", "src/data", "src/reward", "src/run", "src/models"],
  "src/notebook": ["src/system", "src/data", "src/run", "src/models/requestGate.ts"],
  "src/detection": ["src/system", "src/data", "src/run", "src/notebook"],
  "src/sdk": ["src/system", "src/data", "src/models", "src/optimize", "src/reward", "src/run", "src/notebook"],
  "src/loader": ["src/system", "src/optimize", "src/sdk"],
  "src/cli": [
    "src/system",
    "src/data",
    "src/models",
    "src/onnx/installedRuntime.ts",
    "src/optimize",
    "src/reward",
    "src/run",
    "src/loader",
    "src/sdk",
    "src/notebook",
  ],
  "src/kernel": [
    "src/system",
    "src/data",
    "src/models",
    "src/optimize",
    "src/reward",
    "src/run",
    "src/loader",
    "src/sdk",
    "src/notebook",
  ],
  "src/extension": [
    "src/system",
    "src/data",
    "src/run",
    "src/notebook",
    "src/detection",
    "src/models/processGate.ts",
    "src/models/keyAddress.ts",
    "src/models/keyCheck.ts",
    "src/models/knownPrice.ts",
    "src/models/localServers.ts",
    "src/models/modelDescriptions.ts",
    "src/models/modelNames.ts",
    "src/models/newDescriptions.ts",
    "src/models/record/recordFolder.ts",
    "src/optimize/settings.ts",
    "src/reward/hub/hubName.ts",
    "src/tsplugin/cellFileName.ts",
    "src/tsplugin/pluginConfiguration.ts",
    "src/tsplugin/pluginName.ts",
  ],
  "src/tsplugin": ["src/notebook"],
  webview: ["src/run", "src/notebook/output.ts", "src/system/valueMismatch.ts", "src/system/variable.ts"],
};

/** Packages that only some rooms, or files, may import. */
const guarded: Readonly<Record<string, readonly string[]>> = {
  vscode: ["src/extension"],
  "onnxruntime-node": ["src/onnx", "src/reward"],
  protobufjs: ["src/onnx"],
  "@huggingface/tokenizers": ["src/reward"],
  "@huggingface/hub": ["src/reward/hub"],
  openai: ["src/models"],
  cacache: ["src/models"],
  "@anthropic-ai/sdk": ["src/models"],
  esbuild: ["src/loader", "src/kernel"],
  commander: ["src/cli"],
  "log-update": ["src/cli"],
  echarts: ["src/run/charts", "src/run/report", "webview"],
  "@vscode/webview-ui-toolkit": ["webview/toolkit.ts"],
  acorn: ["src/kernel"],
  "magic-string": ["src/kernel"],
  typescript: ["src/tsplugin"],
  "@vscode/tree-sitter-wasm": ["src/detection"],
  picomatch: ["src/detection"],
  ignore: ["src/detection"],
  // Tools of the tests.
  "playwright-core": [],
  mocha: [],
  "@vscode/test-electron": [],
};

interface Import {
  /** Path of the importing file in the repository. */
  readonly file: string;
  readonly specifier: string;
  /** Path of the imported file in the repository; undefined for packages. */
  readonly target: string | undefined;
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** Everything a file imports: `import`, `export ... from`, `import()`, and the side-effect form. */
function importsIn(file: string, text: string): Import[] {
  const specifiers = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g);
  return [...specifiers].map(([, specifier = ""]) => ({
    file,
    specifier,
    target: specifier.startsWith(".") ? join(dirname(file), specifier) : undefined,
  }));
}

const inside = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);

function roomOf(file: string): string {
  const room = Object.keys(rooms).find((candidate) => inside(file, candidate));
  if (room === undefined) throw new Error(`${file} lies in no room; give its folder a place in this test`);
  return room;
}

/** An import that the rules do not allow, in words. */
function violation({ file, specifier, target }: Import): string | undefined {
  const room = roomOf(file);
  if (target !== undefined) {
    const allowed = [room, ...(rooms[room] ?? [])].some((other) => inside(target, other));
    return allowed ? undefined : `${file} imports ${target}, but ${room} may not`;
  }
  if (specifier === "optimas") return `${file} imports "optimas", the face that only users see`;
  const guard = Object.entries(guarded).find(([name]) => inside(specifier, name));
  if (guard === undefined || guard[1].some((allowed) => inside(file, allowed))) return undefined;
  return `${file} imports ${specifier}, which belongs to ${guard[1].join(", ")}`;
}

const sources = [...filesIn("src"), ...(readdirSync(root).includes("webview") ? filesIn("webview") : [])];
const imports = sources.flatMap((file) => importsIn(file, readFileSync(join(root, file), "utf8")));

describe("the house", () => {
  test("every import follows the arrows", () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.flatMap((found) => violation(found) ?? [])).toEqual([]);
  });

  test("the engine does not know the simulated model", () => {
    const core = ["src/system", "src/reward", "src/optimize", "src/run", "src/data"];
    const knowing = imports.filter(
      ({ file, target }) => core.some((room) => inside(file, room)) && target?.includes("simulated"),
    );
    expect(knowing).toEqual([]);
  });

  test("only webviews touch the DOM, and nothing but the command line writes to the terminal", () => {
    // The extension's `window` is the editor's, and its compiler settings know no other.
    const touching = sources.filter(
      (file) =>
        !inside(file, "webview") &&
        !inside(file, "src/extension") &&
        /\b(?:document|window)\.\w/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(touching).toEqual([]);
    const writing = sources.filter(
      (file) =>
        !inside(file, "src/cli") &&
        /process\.std(?:out|err)\.write|console\.\w+\(/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(writing).toEqual([]);
  });

  test("zod is imported as a namespace, for one import of its object brings its words in all languages into every process", () => {
    const importing = sources.filter((file) =>
      imports.some((found) => found.file === file && found.specifier === "zod"),
    );
    expect(importing.length).toBeGreaterThan(10);
    const whole = importing.filter(
      (file) => !/import (?:type )?\* as z from "zod"/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(whole).toEqual([]);
  });
});

describe("the rules themselves", () => {
  test("name only single files that lead nowhere back into the room that may import them", () => {
    const reachedFrom = (file: string, reached = new Set<string>()): Set<string> => {
      if (reached.has(file)) return reached;
      reached.add(file);
      for (const found of imports) if (found.file === file && found.target) reachedFrom(found.target, reached);
      return reached;
    };
    const single = Object.entries(rooms).flatMap(([room, allowed]) =>
      allowed.filter((path) => path.endsWith(".ts")).map((file) => ({ room, file })),
    );
    expect(single).toContainEqual({ room: "src/system", file: "src/data/example.ts" });
    for (const { room, file } of single) {
      expect([...reachedFrom(file)].filter((reached) => inside(reached, room))).toEqual([]);
    }
  });

  test("send no arrow in a circle", () => {
    const reached = (room: string, path: readonly string[]): void => {
      expect(path).not.toContain(room);
      for (const next of rooms[room] ?? []) if (next in rooms) reached(next, [...path, room]);
    };
    for (const room of Object.keys(rooms)) reached(room, []);
  });

  const check = (file: string, text: string, found: string | undefined) =>
    test(`${file}: ${text}`, () => expect(importsIn(file, text).map(violation)).toEqual([found]));
  check("src/system/a.ts", 'import { b } from "./b.ts";', undefined);
  check(
    "src/system/a.ts",
    'import { b } from "../cli/b.ts";',
    "src/system/a.ts imports src/cli/b.ts, but src/system may not",
  );
  check(
    "src/run/a.ts",
    'export * from "../optimize/b.ts";',
    "src/run/a.ts imports src/optimize/b.ts, but src/run may not",
  );
  check(
    "src/cli/a.ts",
    'await import("../extension/b.ts");',
    "src/cli/a.ts imports src/extension/b.ts, but src/cli may not",
  );
  check(
    "src/run/a.ts",
    'import * as vscode from "vscode";',
    "src/run/a.ts imports vscode, which belongs to src/extension",
  );
  check("src/run/a.ts", 'import "esbuild";', "src/run/a.ts imports esbuild, which belongs to src/loader, src/kernel");
  check(
    "src/optimize/a.ts",
    'import type { T } from "openai/resources";',
    "src/optimize/a.ts imports openai/resources, which belongs to src/models",
  );
});
