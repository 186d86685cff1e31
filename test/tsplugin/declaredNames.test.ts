import ts from "typescript-services";
import { describe, expect, test } from "vitest";
import { declarationsIn } from "../../src/tsplugin/declaredNames.ts";

function declarations(text: string) {
  return declarationsIn(ts, ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest));
}

describe("declared for later cells", () => {
  const check = (text: string, ...names: string[]) =>
    test(text, () => expect([...declarations(text).names.keys()].sort()).toEqual(names));

  check("const a = 1, b = 2; let c; var d", "a", "b", "c", "d");
  check("const { a, b: { c }, ...d } = x; const [e, , f = 1, ...g] = y", "a", "c", "d", "e", "f", "g");
  check("function f() { var inner } class K { k() { var inner } } enum E {}", "E", "K", "f");
  check("interface I {} type T = I; namespace N { var inner } declare module 'm' { var inner }", "I", "N", "T");
  check(
    "import a, { b as c, type D } from 'x'; import * as e from 'y'; import type { F } from 'z'",
    "D",
    "F",
    "a",
    "c",
    "e",
  );
  check("export { a, b as c, default } from 'x'; export * as d from 'y'; export * from 'z'", "a", "c", "d");
  check(
    "if (x) { var a; let b } for (var c of x) { var d } for (const e of x) { } try { var f } catch { var g }",
    "a",
    "c",
    "d",
    "f",
    "g",
  );
  check("switch (x) { case 1: var a } label: while (x) { var b } const h = () => { var inner }", "a", "b", "h");
  check(
    "declare const a: 1; abstract class B {} async function c() {} export default function d() {}",
    "B",
    "a",
    "c",
    "d",
  );
  check("declare global { var inner: 1 } x; await y; { const inner = 1 }");
  check("using a = x; await using b = y", "a", "b");
  check("const = ; let a b; function (", "a", "b");
});

test("only what a later cell may assign is assignable", () => {
  const { names } = declarations(
    "const a = 1; let b; var c; function d() {} class E {} import f from 'x'; using g = x",
  );
  const assignable = [...names.values()].filter((declared) => declared.assignable).map(({ name }) => name);
  expect(assignable).toEqual(["b", "c", "d", "E"]);
});

test("what a cell exports by its own words is told apart", () => {
  const { exported } = declarations("export const a = 1; const b = 2; export { b as c }; export default class D {}");
  expect([...exported]).toEqual(["a", "c"]);
});

test("the last import tells where another one may stand", () => {
  expect(declarations("const a = 1;").importsEnd).toBe(0);
  expect(declarations("import 'x';\nimport 'y';\na").importsEnd).toBe("import 'x';\nimport 'y';".length);
});
