import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { builtSdk, importModule, notebook } from "./cellNotebook.ts";

describe("packages", () => {
  const packages = {
    "node_modules/dual/package.json": JSON.stringify({
      name: "dual",
      exports: { ".": { import: "./index.mjs", require: "./index.cjs" }, "./sub": "./sub.mjs" },
    }),
    "node_modules/dual/index.mjs": "export default 'module'; export const kind = 'esm'; export let n = 1;",
    "node_modules/dual/index.cjs": "module.exports = 'commonjs';",
    "node_modules/dual/sub.mjs": "export const sub = true;",
    "node_modules/old/package.json": JSON.stringify({ name: "old", main: "main.js" }),
    "node_modules/old/main.js":
      "const make = () => ({ late: 5 }); module.exports = Object.assign(make(), { early: 1 });",
  };

  test("are found from the notebook's folder, in every way of importing", async () => {
    const { run } = notebook(packages);
    await run(
      "import whole, { kind, n as count } from 'dual'\nimport * as all from 'dual'\nimport { sub } from 'dual/sub'",
    );
    const { result } = await run(
      "[whole, kind, count, all.kind, sub, (await import('dual')).default, require('dual')]",
    );
    expect(result?.value).toEqual(["module", "esm", 1, "esm", true, "module", "commonjs"]);
  });

  test("in CommonJS give their exports by name", async () => {
    const { run } = notebook(packages);
    expect((await run("import old from 'old'; old.late")).result?.value).toBe(5);
  });

  test("of Node", async () => {
    const { run } = notebook();
    const { result } = await run(
      "import fs, { existsSync } from 'fs'\nimport * as path from 'node:path'\n[existsSync(__dirname), fs.existsSync === existsSync, path.sep]",
    );
    expect(result?.value).toEqual([true, true, "/"]);
  });

  test("that are missing are named, with the line of the import and what to do", async () => {
    const { run } = notebook();
    const { error } = await run("const a = 1\nimport x from '@org/missing/deep'");
    expect(error?.name).toBe("SyntaxError");
    expect(error?.stack).toContain(
      'Could not find "@org/missing/deep". Install it (npm install @org/missing) or mend the import.\n    at cell [1]:2:15',
    );
    expect((await run("a")).error?.message).toBe("a is not defined");
  });

  test("that are missing reject a dynamic import where it stands", async () => {
    const { run } = notebook();
    const { error } = await run("1\n  await import('missing')");
    expect(error?.message).toContain('Could not find "missing"');
    expect(error?.stack).toContain("cell [1]:2:3");
    expect((await run("await import('missing').catch(() => 'caught')")).result?.value).toBe("caught");
  });

  test('"optimas" is the shipped SDK, one for cells and workspace files', async () => {
    const { run } = notebook({ "a.ts": "export { tokenF1 } from 'optimas';" });
    const { result } = await run(
      "import { tokenF1 } from 'optimas'\nimport * as a from './a.ts'\n[tokenF1, a.tokenF1]",
    );
    const shipped = (await importModule(pathToFileURL(builtSdk).href)) as { tokenF1: unknown };
    expect(result?.value).toEqual([shipped.tokenF1, shipped.tokenF1]);
  });

  test('"optimas" is the installed one where there is one', async () => {
    const { run } = notebook({
      "node_modules/optimas/package.json": '{ "type": "module", "exports": "./index.js" }',
      "node_modules/optimas/index.js": "export const own = true;",
    });
    expect((await run("import { own } from 'optimas'; own")).result?.value).toBe(true);
  });
});

describe("workspace files", () => {
  test("in TypeScript, JavaScript and JSON, by the paths that editors complete", async () => {
    const { run } = notebook({
      "a.ts": "export enum E { A = 4 }; export const where = [import.meta.dirname, import.meta.filename, __filename];",
      "lib/index.ts": "export const lib = 1;",
      "c.js": "export default 2;",
      "old.cjs": "exports.old = 3;",
      "data.json": '{ "rows": [1] }',
      "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./lib/*"] } } }',
    });
    const { result, error } = await run(
      "import { E } from './a.ts'\nimport { lib } from './lib'\nimport { lib as alias } from '@/index'\nimport two from './c.js'\n" +
        "import { old } from './old.cjs'\nimport data from './data.json' with { type: 'json' }\nimport { E as same } from './a'\n" +
        "[E.A, lib, alias, two, old, data.rows, same === E]",
    );
    expect(error?.stack).toBeUndefined();
    expect(result?.value).toEqual([4, 1, 1, 2, 3, [1], true]);
  });

  test("know their own address", async () => {
    const { run, folder } = notebook({
      "sub/a.ts": "export const where = [import.meta.dirname, import.meta.filename, import.meta.url];",
    });
    const file = join(folder, "sub/a.ts");
    expect((await run("import { where } from './sub/a.ts'; where")).result?.value).toEqual([
      join(folder, "sub"),
      file,
      pathToFileURL(file).href,
    ]);
  });

  test("are read anew when they were edited, and so is who imports them; others stay as they are", async () => {
    const { run, folder } = notebook({
      "entry.ts":
        "import { leaf } from './leaf.ts'; import { state } from './state.ts'; export const seen = [leaf, state];",
      "leaf.ts": "export const leaf = 'old';",
      "state.ts": "export const state = { n: 0 };",
    });
    const cell =
      "import { seen } from './entry.ts'\nimport { state } from './state.ts'\nstate.n++\n[...seen, state === seen[1]]";
    expect((await run(cell)).result?.value).toEqual(["old", { n: 1 }, true]);
    expect((await run(cell)).result?.value).toEqual(["old", { n: 2 }, true]);
    writeFileSync(join(folder, "leaf.ts"), "export const leaf = 'new';");
    expect((await run(cell)).result?.value).toEqual(["new", { n: 3 }, true]);
    writeFileSync(join(folder, "state.ts"), "export const state = { n: 100 };");
    expect((await run(cell)).result?.value).toEqual(["new", { n: 101 }, true]);
  });

  test("are one module for two importers", async () => {
    const { run } = notebook({
      "a.ts": "export { shared } from './shared.ts';",
      "b.ts": "export { shared } from './shared.ts';",
      "shared.ts": "export const shared = {};",
    });
    await run("import { shared as a } from './a.ts'");
    await run("import { shared as b } from './b.ts'");
    expect((await run("a === b && a === (await import('./shared.ts')).shared")).result?.value).toBe(true);
  });

  test("may import each other", async () => {
    const files = {
      "even.ts": "import { odd } from './odd.ts'; export const even = (n: number): boolean => n === 0 || odd(n - 1);",
      "odd.ts": "import { even } from './even.ts'; export const odd = (n: number): boolean => n !== 0 && even(n - 1);",
    };
    const { run, folder } = notebook(files);
    expect((await run("import { even } from './even.ts'; even(3)")).result?.value).toBe(false);
    writeFileSync(join(folder, "odd.ts"), files["odd.ts"].replace("even(n - 1)", "!even(n - 1)"));
    expect((await run("import { even } from './even.ts'; even(3)")).result?.value).toBe(true);
  });

  test("that throw while they load run again at the next import", async () => {
    const { run } = notebook({
      "a.ts": "if (!(globalThis as any).__ready) throw new Error('not yet');\nexport const a = 1;",
    });
    const first = await run("import { a } from './a.ts'");
    expect(first.error?.stack).toMatch(/^Error: not yet\n {4}at .*\/a\.ts:1:\d+/);
    await run("(globalThis as any).__ready = true");
    expect((await run("import { a } from './a.ts'; a")).result?.value).toBe(1);
    await run("delete (globalThis as any).__ready");
  });

  test("with mistakes are named with their own line", async () => {
    const { run } = notebook({ "a.ts": "export const a = 1;\nconst b c;" });
    const { error } = await run("\nimport { a } from './a.ts'");
    expect(error?.message).toMatch(/a\.ts:2:9: Expected ";" but found "c"/);
    expect(error?.stack).toContain("cell [1]:2:19");
  });

  test("that are missing, and names that they lack, point at the import", async () => {
    const { run } = notebook({ "a.ts": "export const a = 1; export type T = number;" });
    expect((await run("import { b } from './b.ts'")).error?.stack).toMatch(
      /Could not find ".\/b\.ts".*\n {4}at cell \[1\]:1:19/,
    );
    expect((await run("import { b } from './a.ts'\nb")).error?.stack).toMatch(
      /"\.\/a\.ts" exports no "b"\.\n {4}at cell \[2\]:1:19/,
    );
    expect((await run("import { T, a } from './a.ts'; const x: T = 2; a")).result?.value).toBe(1);
    expect((await run("import type { T } from './a.ts'; a")).result?.value).toBe(1);
  });

  test("of linked packages are compiled and read anew", async () => {
    const { run, folder } = notebook({
      "packages/linked/package.json": '{ "name": "linked", "exports": "./index.ts" }',
    });
    const file = join(folder, "packages/linked/index.ts");
    writeFileSync(file, "export const v: number = 1;");
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(join(folder, "packages/linked"), join(folder, "node_modules/linked"));
    expect((await run("import { v } from 'linked'; v")).result?.value).toBe(1);
    writeFileSync(file, "export const v: number = 2;");
    expect((await run("import { v } from 'linked'; v")).result?.value).toBe(2);
  });

  test("that are gone are missed", async () => {
    const { run, folder } = notebook({ "a.ts": "export const a = 1;" });
    await run("import { a } from './a.ts'");
    rmSync(join(folder, "a.ts"));
    expect((await run("import { a } from './a.ts'")).error?.message).toContain("Could not find");
  });
});

describe("what a cell imports", () => {
  test("is there for later cells, and may be declared anew", async () => {
    const { run } = notebook({ "a.ts": "export const a = 1, b = 2;" });
    await run("import { a, b } from './a.ts'; const f = () => a");
    expect((await run("[a, b, f()]")).result?.value).toEqual([1, 2, 1]);
    await run("const a = 7");
    expect((await run("[a, f()]")).result?.value).toEqual([7, 7]);
    expect((await run("b = 3")).error?.message).toBe("Assignment to constant variable.");
  });

  test("is evaluated before the cell, in order", async () => {
    const { run } = notebook({
      "a.ts": "(globalThis as any).__order = ['a'];",
      "b.ts": "(globalThis as any).__order.push('b');",
    });
    const { result } = await run(
      "const seen = [...(globalThis as any).__order]\nimport './a.ts'\nimport './b.ts'\nseen",
    );
    expect(result?.value).toEqual(["a", "b"]);
  });

  test("by export from is declared too", async () => {
    const { run } = notebook({ "a.ts": "export const a = 1, b = 2; export default 3;" });
    await run("export * from './a.ts'; export { default as three } from './a.ts'; export * as all from './a.ts'");
    expect((await run("[a, b, three, all.b]")).result?.value).toEqual([1, 2, 3, 2]);
  });

  test("import.meta is the notebook's", async () => {
    const { run, folder } = notebook({ "a.ts": "" });
    const { result } = await run(
      "const m = import.meta;\n[m.url, m.filename, m.dirname, import.meta.resolve('./a.ts'), __filename, import.meta.resolve('fs')]",
    );
    const path = join(folder, "n.optnb");
    expect(result?.value).toEqual([
      pathToFileURL(path).href,
      path,
      folder,
      pathToFileURL(join(folder, "a.ts")).href,
      path,
      "node:fs",
    ]);
  });
});
