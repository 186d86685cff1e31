import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { OpenFile } from "./openFile.ts";
import { type Files, makeExtension, makeFolder } from "./project.ts";
import { TypeScriptServer } from "./typescriptServer.ts";

const extension = makeExtension();
const server = new TypeScriptServer({ extension: extension.root });
const folders: { remove(): void }[] = [extension];
afterAll(() => {
  server.close();
  for (const folder of folders) folder.remove();
});

function workspace(files: Files = {}): ReturnType<typeof makeFolder> {
  const folder = makeFolder(files);
  folders.push(folder);
  return folder;
}

const tsconfig = (compilerOptions: object): Files => ({
  "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: [], ...compilerOptions } }),
});

/** A package as somebody else wrote it. */
const installed: Files = {
  "node_modules/optimas/package.json": '{ "name": "optimas", "version": "9.0.0", "types": "theirs.d.ts" }',
  "node_modules/optimas/theirs.d.ts": "export declare const theirs: 1;\n",
};

/** One sound use, and one wrong one. */
const using = `import { component, system, type System } from "optimas";
const made: System = system({ name: "x" });
made.name.trim();
const deep: "deep" = component("y").carried;
export const wrong: number = component("y").carried;
export { deep };
`;
const wrong = "wrong: Type 'string' is not assignable to type 'number'.";
const missing = (name = "optimas") => `"${name}": Cannot find module '${name}' or its corresponding type declarations.`;

describe("a project without an installation checks against the shipped declarations, with", () => {
  const checks = (title: string, files: Files, name = "system.ts", text = using) =>
    test(title, async () => {
      const { root } = workspace(files);
      const file = new OpenFile(server, root, name, text);
      expect(await file.errors()).toEqual([wrong]);
      file.close();
    });
  const esm = { "package.json": '{ "type": "module" }' };
  const cjs = { "package.json": "{}" };

  checks("no configuration", {});
  checks("resolution for bundlers", tsconfig({ module: "esnext", moduleResolution: "bundler", target: "es2022" }));
  checks("node16, in a module", { ...tsconfig({ module: "node16" }), ...esm });
  checks("node16, in a package without a type", { ...tsconfig({ module: "node16" }), ...cjs });
  checks("nodenext, in a module", { ...tsconfig({ module: "nodenext" }), ...esm });
  checks("nodenext, in a package without a type", { ...tsconfig({ module: "nodenext" }), ...cjs });
  checks("CommonJS", tsconfig({ module: "commonjs" }));
  checks("the classic resolution", tsconfig({ module: "es2015", moduleResolution: "classic" }));
  checks("paths that lead everything elsewhere", {
    ...tsconfig({ module: "esnext", moduleResolution: "bundler", paths: { "*": ["./vendored/*"] } }),
    "vendored/zod.ts": "export interface Schema { readonly vendored: true }\n",
  });
  const script = `// @ts-check
import { component, system } from "optimas";
system({ name: "x" }).name.trim();
/** @type {import("optimas").System} */
const made = system({ name: "y" });
made.name.trim();
/** @type {number} */
export const wrong = component("y").carried;
`;
  checks("JavaScript that is checked", {}, "system.mjs", script);
  checks(
    "JavaScript of a project",
    tsconfig({ allowJs: true, checkJs: true, module: "nodenext" }),
    "system.js",
    script,
  );
});

test("types that a file imports from a CommonJS package are found as well", async () => {
  const { root } = workspace({ ...tsconfig({ module: "node16" }), "package.json": "{}" });
  const text = 'import type { System } from "optimas";\nexport const one: System = { name: 1 };\n';
  const file = new OpenFile(server, root, "types.ts", text);
  expect(await file.errors()).toEqual(["name: Type 'number' is not assignable to type 'string'."]);
  file.edit(
    'const { system } = require("optimas");\nsystem({ name: "x" });\ndeclare function require(name: string): any;\n',
  );
  expect(await file.errors()).toEqual([]);
  file.close();
});

test("require of a module stays underlined where the compiler refuses it", async () => {
  const { root } = workspace({ ...tsconfig({ module: "node16", allowJs: true, checkJs: true }), "package.json": "{}" });
  const file = new OpenFile(
    server,
    root,
    "required.js",
    'const { system } = require("optimas");\nsystem({ name: "x" });\n',
  );
  expect(await file.errors()).toEqual([expect.stringMatching(/^"optimas": .*cannot be imported with 'require'/)]);
  file.close();
});

describe("what the project has wins:", () => {
  const wins = (title: string, files: Files, text: string, ...errors: string[]) =>
    test(title, async () => {
      const folder = workspace({ ...files, "deep/other.ts": "" });
      const file = new OpenFile(server, folder.root, "deep/system.ts", text);
      expect(await file.errors()).toEqual(errors);
      file.close();
    });
  const theirs = 'import { theirs } from "optimas";\nexport const own: 1 = theirs;\n';

  wins("an installed package", installed, theirs);
  wins("an installed package, with node16", { ...installed, ...tsconfig({ module: "node16" }) }, theirs);
  wins(
    "paths of the configuration",
    {
      ...tsconfig({ module: "esnext", moduleResolution: "bundler", paths: { optimas: ["./own.ts"] } }),
      "own.ts": "export const theirs = 1;\n",
    },
    theirs,
  );
  wins(
    "a declaration of the module",
    { ...tsconfig({}), "own.d.ts": 'declare module "optimas" { export const theirs: 1 }\n' },
    theirs,
  );
  wins(
    "types from elsewhere",
    {
      ...tsconfig({}),
      "node_modules/@types/optimas/index.d.ts": "export declare const theirs: 1;\n",
    },
    theirs,
  );
  wins(
    "an installed package without declarations",
    {
      ...tsconfig({ module: "nodenext" }),
      "package.json": '{ "type": "module" }',
      "node_modules/optimas/package.json": '{ "name": "optimas", "exports": { "./sub": "./sub.js" } }',
    },
    'import { system } from "optimas";\nsystem;\n',
    missing(),
  );
});

test("an installation that comes later wins from then on, and the shipped one is back when it goes", async () => {
  const folder = workspace({ ...tsconfig({ module: "nodenext" }), "package.json": '{ "type": "module" }' });
  const own = 'import { system } from "optimas";\nexport const made = system({ name: "x" });\n';
  const file = new OpenFile(server, folder.root, "system.ts", own);
  expect(await file.errors()).toEqual([]);
  folder.write(installed);
  await expect.poll(() => file.errors()).toEqual([`system: Module '"optimas"' has no exported member 'system'.`]);
  rmSync(join(folder.root, "node_modules"), { recursive: true });
  await expect.poll(() => file.errors()).toEqual([]);
  file.close();
});

test("an edit that adds the import, or takes it away, is followed", async () => {
  const { root } = workspace(tsconfig({ module: "esnext", moduleResolution: "bundler" }));
  const file = new OpenFile(server, root, "system.ts", "export const x: string = 1;\n");
  const unrelated = "x: Type 'number' is not assignable to type 'string'.";
  expect(await file.errors()).toEqual([unrelated]);
  file.edit('import { nothing } from "optimas";\nexport const x: string = 1;\n');
  expect(await file.errors()).toEqual([`nothing: Module '"optimas"' has no exported member 'nothing'.`, unrelated]);
  file.edit("export const x = 1;\n");
  expect(await file.errors()).toEqual([]);
  file.close();
});

test("other names that nobody installed stay unknown", async () => {
  const { root } = workspace(tsconfig({ module: "esnext", moduleResolution: "bundler" }));
  const names = ["optimas/sub", "optimas-cells", "zod"];
  const text = [...names, "optimas"].map((name, n) => `import * as all${n} from "${name}";\nexport { all${n} };\n`);
  const file = new OpenFile(server, root, "system.ts", text.join(""));
  expect(await file.errors()).toEqual(names.map(missing));
  file.close();
});

describe("in a file of a project", () => {
  const options = tsconfig({ module: "esnext", moduleResolution: "bundler", target: "es2022" });
  /** Another file of the project has the SDK in use. */
  const used = { ...options, "used.ts": 'import { system } from "optimas";\nexport const used = system;\n' };

  test("the exports complete in an import, and the name leads to its declaration", async () => {
    const { root } = workspace(options);
    const file = new OpenFile(server, root, "system.ts", 'import { ▮ } from "optimas";\n');
    const names = (await file.completions()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["component", "system", "System", "Schema"]));
    expect(names).not.toContain("systemInside");
    file.edit('import { ▮system } from "optimas";\nsystem;\n');
    expect(await file.hover()).toContain("function system(declared: {");
    expect(await file.definitions()).toEqual([join(extension.root, "dist/types/sdk/inner.d.ts")]);
    file.close();
  });

  test("a call's options complete", async () => {
    const { root } = workspace(options);
    const file = new OpenFile(server, root, "system.ts", 'import { system } from "optimas";\nsystem({ ▮ });\n');
    expect((await file.completions()).map(({ name }) => name)).toEqual(["name"]);
    file.close();
  });

  test("completions import the SDK by its name, and offer nothing from inside it", async () => {
    const { root } = workspace(used);
    const file = new OpenFile(server, root, "deep.ts", "syste▮\n");
    const offered = (await file.completions()).filter(({ name }) => name.startsWith("system"));
    expect(offered.map(({ name, sourceDisplay }) => [name, sourceDisplay?.[0]?.text])).toEqual([["system", "optimas"]]);
    const [entry] = offered;
    if (entry === undefined) throw new Error("system is not offered");
    expect(await file.accepted(entry)).toBe('import { system } from "optimas";\n\nsyste\n');
    file.edit("import Syste▮\n");
    const statements = (await file.completions()).flatMap(({ insertText }) => insertText ?? []);
    expect(statements.filter((text) => text.includes("System"))).toEqual(['import { System } from "optimas";']);
    file.close();
  });

  test("fixes import the SDK by its name, and nothing from inside it", async () => {
    const { root } = workspace(used);
    const file = new OpenFile(server, root, "fixed.ts", '▮system({ name: "x" });\n');
    const CANNOT_FIND_NAME = 2304;
    const imports = (await file.fixes(CANNOT_FIND_NAME)).filter(({ text }) => text.includes("import"));
    expect(imports).toEqual([
      {
        description: 'Add import from "optimas"',
        text: 'import { system } from "optimas";\n\nsystem({ name: "x" });\n',
      },
    ]);
    file.edit("▮systemInside;\n");
    expect(await file.fixes(CANNOT_FIND_NAME)).toEqual([]);
    file.close();
  });
});
