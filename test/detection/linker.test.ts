import { describe, expect, test } from "vitest";
import { Linker } from "../../src/detection/linker.ts";
import { mayHold } from "../../src/detection/mayHold.ts";
import { pathAliases } from "../../src/detection/pathAliases.ts";
import { readSource } from "../../src/detection/readSource.ts";
import { testGrammars } from "./corpusReading.ts";

const A = "file:///work/a.ts";
const B = "file:///work/b.ts";
const C = "file:///work/c.ts";

/** A linker over files that are there, and a way to read one of them. */
async function over(files: Record<string, string>) {
  const grammars = await testGrammars();
  const linker = new Linker({ has: (uri) => Object.hasOwn(files, uri) });
  const put = (uri: string, text = files[uri] ?? "") => {
    files[uri] = text;
    linker.put(uri, readSource(grammars, { location: { uri }, language: "typescript", text }));
  };
  return { linker, put };
}

const step = (name: string, prompt: string) =>
  `llm({ name: "${name}", inputs: ["x"], outputs: ["y"], prompt: ${prompt} });\n`;
const IMPORT = 'import { llm } from "optimas";\n';

function promptOf(linker: Linker, name: string): string | undefined {
  const found = linker.definitions().find((definition) => definition.name === name);
  if (found === undefined || !("variable" in found) || found.variable.kind !== "prompt") return undefined;
  const { value } = found.variable;
  return value.kind === "computed" ? `computed: ${value.why}` : String(value.value);
}

describe("the linker", () => {
  test("asks for files that it needs, through any number of files, and no others", async () => {
    const { linker, put } = await over({
      [A]: `${IMPORT}import { PROMPT } from "./b.ts";\nimport { unused } from "./unused.ts";\n${step("a", "PROMPT")}`,
      [B]: 'export { TEXT as PROMPT } from "./c.ts";',
      [C]: 'export const TEXT = "From afar.";',
      "file:///work/unused.ts": "export const unused = 1;",
    });
    put(A);
    expect(linker.missing()).toEqual([B]);
    expect(promptOf(linker, "a")).toMatch(/^computed: /);
    put(B);
    expect(linker.missing()).toEqual([C]);
    put(C);
    expect(linker.missing()).toEqual([]);
    expect(promptOf(linker, "a")).toBe("From afar.");
  });

  test("asks for no file that is not there", async () => {
    const { linker, put } = await over({ [A]: `${IMPORT}import { PROMPT } from "./gone.ts";\n${step("a", "PROMPT")}` });
    put(A);
    expect(linker.missing()).toEqual([]);
    expect(promptOf(linker, "a")).toBe('computed: it comes from "./gone.ts"');
  });

  test("follows a constant as it changes in another file", async () => {
    const { linker, put } = await over({
      [A]: `${IMPORT}import { PROMPT } from "./b.ts";\n${step("a", "PROMPT")}`,
      [B]: 'export const PROMPT = "One.";',
    });
    put(A);
    put(B);
    expect(promptOf(linker, "a")).toBe("One.");
    put(B, 'export const PROMPT = "Two.";');
    expect(promptOf(linker, "a")).toBe("Two.");
    linker.delete(B);
    expect(promptOf(linker, "a")).toMatch(/^computed: /);
    expect(linker.missing()).toEqual([B]);
  });

  test("finds a file that came to be", async () => {
    const files: Record<string, string> = { [A]: `${IMPORT}import { PROMPT } from "./b";\n${step("a", "PROMPT")}` };
    const { linker, put } = await over(files);
    put(A);
    expect(promptOf(linker, "a")).toMatch(/^computed: /);
    files[B] = 'export const PROMPT = "New.";';
    // It was skipped, but the linker was told of it.
    linker.delete(B);
    expect(linker.missing()).toEqual([B]);
    put(B);
    expect(promptOf(linker, "a")).toBe("New.");
  });

  test("takes definitions back when their import is gone, also over several files", async () => {
    const { linker, put } = await over({
      [A]: `import { ask } from "./b.ts";\nask({ name: "a", inputs: ["x"], outputs: ["y"], prompt: "Ask." });`,
      [B]: 'export { ask } from "./c.ts";',
      [C]: 'export { llm as ask } from "optimas";',
    });
    for (const uri of [A, B, C]) put(uri);
    expect(promptOf(linker, "a")).toBe("Ask.");
    put(C, 'export { llm as ask } from "other";');
    expect(linker.definitions()).toEqual([]);
    put(C, 'export { llm as ask } from "optimas";');
    expect(promptOf(linker, "a")).toBe("Ask.");
  });

  test("keeps what a change cannot concern", async () => {
    const { linker, put } = await over({
      [A]: `${IMPORT}${step("a", '"A"')}`,
      [B]: `${IMPORT}${step("b", '"B"')}`,
      [C]: 'export const other = "Other.";',
    });
    for (const uri of [A, B, C]) put(uri);
    const [first, second] = linker.files();
    put(C, 'export const other = "Changed.";');
    expect(linker.files()).toEqual([first, second]);
    expect(linker.files()[0]).toBe(first);
    put(B, `${IMPORT}${step("b", '"New"')}`);
    expect(linker.files()[0]).toBe(first);
    expect(linker.files()[1]).not.toBe(second);
  });

  test("keeps ids while the text around a definition changes", async () => {
    const { linker, put } = await over({ [A]: `${IMPORT}${step("a", '"A"')}${step("a", '"B"')}` });
    put(A);
    const ids = linker.definitions().map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    put(A, `// Another line.\n${IMPORT}${step("a", '"Other"')}${step("a", '"B"')}const more = 1;`);
    expect(linker.definitions().map(({ id }) => id)).toEqual(ids);
  });

  test("does not hang in files that re-export each other", async () => {
    const { linker, put } = await over({
      [A]: `export * from "./b.ts";\nimport { llm, PROMPT } from "./b.ts";\n${step("a", "PROMPT")}`,
      [B]: 'export * from "./a.ts";\nexport * from "./c.ts";',
      [C]: 'export * from "./b.ts";\nexport { llm } from "optimas";\nexport const PROMPT = "Found.";',
    });
    for (const uri of [A, B, C]) put(uri);
    expect(promptOf(linker, "a")).toBe("Found.");
  });

  test("goes by the paths of the nearest tsconfig file, as they change", async () => {
    const { linker, put } = await over({
      [A]: `${IMPORT}import { PROMPT } from "#texts";\n${step("a", "PROMPT")}`,
      [B]: 'export const PROMPT = "B";',
      [C]: 'export const PROMPT = "C";',
    });
    for (const uri of [A, B, C]) put(uri);
    const aliases = (folder: string, target: string) => {
      const text = JSON.stringify({ compilerOptions: { paths: { "#texts": [target] } } });
      return pathAliases([`${folder}/tsconfig.json`], () => text);
    };
    expect(promptOf(linker, "a")).toBe('computed: it comes from "#texts"');
    linker.setAliases([...aliases("file:///", "./work/c.ts"), ...aliases("file:///work", "./b.ts")]);
    expect(promptOf(linker, "a")).toBe("B");
    linker.setAliases(aliases("file:///work", "c"));
    expect(promptOf(linker, "a")).toBe("C");
  });
});

describe("paths of a tsconfig file", () => {
  /** What files say of paths, by their names in `/work`. */
  const aliases = (files: Readonly<Record<string, unknown>>, ...own: string[]) => {
    const texts = new Map(
      Object.entries(files).map(([name, content]) => [
        `file:///work/${name.replaceAll("@", "%40")}`,
        typeof content === "string" ? content : JSON.stringify(content),
      ]),
    );
    const uris = (own.length > 0 ? own : Object.keys(files)).map((name) => `file:///work/${name}`);
    return pathAliases(uris, (uri) => texts.get(uri));
  };
  const paths = (target: string) => ({ compilerOptions: { paths: { "@/*": [target] } } });
  const at = (folder: string, target: string) => ({
    folder: "file:///work",
    base: folder,
    patterns: [{ pattern: "@/*", targets: [target] }],
  });

  test("are none where it sets none, or is no JSON", () => {
    for (const text of [
      "{}",
      '{ "compilerOptions": 5 }',
      '{ "compilerOptions": { "paths": ',
      '{ "compilerOptions": { "paths": { "a": "b" } } }',
      '{ "extends": ["./gone", 5, ""] }',
    ])
      expect(aliases({ "tsconfig.json": text })).toEqual([]);
  });

  test("keep what looks like a comment within strings", () => {
    const text = '{ "compilerOptions": { /* here */ "paths": { "a//b/*": ["./x//*",], } } } // end';
    expect(aliases({ "tsconfig.json": text })).toEqual([
      { folder: "file:///work", base: "file:///work", patterns: [{ pattern: "a//b/*", targets: ["./x//*"] }] },
    ]);
  });

  test("are inherited, relative to the file that sets them", () => {
    const files = { "tsconfig.json": { extends: "./configs/paths" }, "configs/paths.json": paths("../src/*") };
    expect(aliases(files, "tsconfig.json")).toEqual([at("file:///work/configs", "../src/*")]);
  });

  test("are the last of several that set them, and the file's own above all", () => {
    const several = { extends: ["./a.json", "./b.json"] };
    const files = { "a.json": paths("a/*"), "b.json": paths("b/*") };
    expect(aliases({ ...files, "tsconfig.json": several }, "tsconfig.json")).toEqual([at("file:///work", "b/*")]);
    const own = { ...several, ...paths("own/*") };
    expect(aliases({ ...files, "tsconfig.json": own }, "tsconfig.json")).toEqual([at("file:///work", "own/*")]);
  });

  test("go with a base that another file sets", () => {
    const files = {
      "tsconfig.json": { extends: "./base/tsconfig.json", ...paths("src/*") },
      "base/tsconfig.json": { compilerOptions: { baseUrl: ".." } },
    };
    const [found] = aliases(files, "tsconfig.json");
    expect(found).toMatchObject({ base: "file:///work", patterns: [{ targets: ["src/*"] }, { pattern: "*" }] });
  });

  test("come from packages: a file of one, its own choice, or its tsconfig.json, in the nearest folder above", () => {
    for (const [name, file] of [
      ["@team/config/web.json", "node_modules/@team/config/web.json"],
      ["@team/config/web", "node_modules/@team/config/web.json"],
      ["config", "node_modules/config/tsconfig.json"],
    ] as const) {
      const [found] = aliases({ "app/tsconfig.json": { extends: name }, [file]: paths("x/*") }, "app/tsconfig.json");
      expect(found?.base, name).toBe(`file:///work/${file.replaceAll("@", "%40").replace(/\/[^/]*$/, "")}`);
    }
    const chosen = {
      "app/tsconfig.json": { extends: "config" },
      "node_modules/config/package.json": { tsconfig: "./own/paths.json" },
      "node_modules/config/own/paths.json": paths("x/*"),
      "app/node_modules/other/tsconfig.json": paths("y/*"),
    };
    expect(aliases(chosen, "app/tsconfig.json")).toMatchObject([{ base: "file:///work/node_modules/config/own" }]);
  });

  test("may be meant by the folder of the file that inherits them", () => {
    const files = {
      "tsconfig.json": { extends: "./shared/base.json" },
      "shared/base.json": paths("$" + "{configDir}/src/*"),
    };
    expect(aliases(files, "tsconfig.json")).toEqual([at("file:///work", "./src/*")]);
  });

  test("of files that inherit from one another in a circle are those that are set", () => {
    const files = {
      "tsconfig.json": { extends: ["./a.json", "./a.json"] },
      "a.json": { extends: "./tsconfig.json", ...paths("a/*") },
    };
    expect(aliases(files, "tsconfig.json")).toEqual([at("file:///work", "a/*")]);
  });

  test("of a folder are those of the file that the compiler takes by itself, else of another one", () => {
    const files = { "tsconfig.app.json": paths("app/*"), "tsconfig.base.json": paths("base/*"), "jsconfig.json": {} };
    expect(aliases(files)).toEqual([at("file:///work", "base/*")]);
    expect(aliases({ ...files, "tsconfig.json": paths("main/*") })).toEqual([at("file:///work", "main/*")]);
    expect(aliases({ "tsconfig.app.json": paths("app/*"), "tsconfig.json": {} })).toEqual([
      at("file:///work", "app/*"),
    ]);
  });
});

describe("a text is worth reading", () => {
  const check = (text: string, language: "typescript" | "python", expected: boolean) =>
    test(`${language}: ${JSON.stringify(text)}`, () => expect(mayHold(text, language)).toBe(expected));
  check('import { llm } from "optimas";', "typescript", true);
  check('import { step } from "./sdk.ts"; step({ name: "a", inputs: ["x"], outputs: ["y"] });', "typescript", true);
  check('import { s } from "./sdk.ts"; s({ name: "a", components: [], outputs: ["y"] });', "typescript", true);
  check('import { e } from "./sdk.ts"; e({ system, data, reward });', "typescript", true);
  check("export const sum = (a, b) => a + b;", "typescript", false);
  check("const system = start(); const inputs = read();", "typescript", false);
  check("import dspy", "python", true);
  check('class A(Common):\n    def __init__(self):\n        super().__init__(input_fields=["a"])', "python", true);
  check("class A(Common):\n    pass", "python", false);
  check("def outputs(inputs): pass", "python", false);
});
