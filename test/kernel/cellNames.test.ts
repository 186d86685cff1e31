// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs of cells are strings
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { notebook } from "./cellNotebook.ts";
import { shows } from "./shownPrograms.ts";

describe("names of earlier cells", () => {
  shows("const", ["const a = 1", "a"], 1);
  shows(
    "destructuring",
    ["const { a, b: [c = 3, ...d], ...e } = { a: 1, b: [undefined, 4, 5], f: 6 }", "[a, c, d, e]"],
    [1, 3, [4, 5], { f: 6 }],
  );
  shows("const again", ["const a = 1", "const a = 2", "a"], 2);
  shows("let as class as function", ["let a = 1", "class a { n = 2 }", "function a() { return 3 }", "a()"], 3);
  shows("a constant becomes a variable", ["const a = 1", "let a = 2", "a = 3; a"], 3);
  shows("var", ["var a = 1; if (true) { var b = 2 } for (var i = 0; i < 3; i++);", "[a, b, i]"], [1, 2, 3]);
  shows("var in loops", ["for (var x of [1, 2]); for (var k in { q: 1 });", "[x, k]"], [2, "q"]);
  shows("var without a value", ["var a", "typeof a"], "undefined");
  shows("several in one declaration that read each other", ["const a = 1, b = a + 1, c = [a, b]", "c"], [1, 2]);
  shows(
    "a declaration that reads what it replaces is in its dead zone no more in the next cell",
    ["let a = 1", "a = a + 1", "a"],
    2,
  );
  shows("a function sees a variable assigned later", ["let n = 1; const get = () => n", "n = 5", "get()"], 5);
  shows("a function sees a name declared anew", ["const k = 1; function f() { return k }", "const k = 2", "f()"], 2);
  shows(
    "a function of a cell that used a name sees it declared anew",
    ["const k = 1", "const f = () => k", "const k = 3", "f()"],
    3,
  );
  shows(
    "a function changes a variable of another cell",
    ["let n = 0", "function add() { n += 2; return n }", "add(); add(); n"],
    4,
  );
  shows(
    "two cells' functions share a variable",
    ["let n = 0; const up = () => ++n", "const down = () => n--", "[up(), up(), down(), n]"],
    [1, 2, 2, 1],
  );
  shows(
    "a function calls one that comes later",
    ["function f() { return g() + 1 }", "function g() { return 1 }", "f()"],
    2,
  );
  shows("and sees it declared anew", ["const f = () => later", "const later = 1", "const later = 2", "f()"], 2);
  shows("recursion", ["function fact(n: number): number { return n < 2 ? 1 : n * fact(n - 1) }", "fact(5)"], 120);
  shows(
    "a class that extends one of an earlier cell",
    ["class A { f() { return 1 } }", "class B extends A { f() { return super.f() + 1 } }", "new B().f()"],
    2,
  );
  shows(
    "a class knows itself, whatever becomes of its name",
    ["class A { static make() { return new A() } n = 1 }; const made = A.make", "class A { n = 2 }", "made().n"],
    1,
  );
  shows("an enum", ["enum Color { Red, Green = 5 }", "[Color.Green, Color[0]]"], [5, "Red"]);
  shows("an enum run again is a new one", ["enum E { A }", "enum E { B }", "Object.keys(E)"], ["0", "B"]);
  shows("a namespace", ["namespace N { export const x = 1; export function f() { return x } }", "N.f()"], 1);
  shows("a const enum", ["const enum D { A = 3 }", "D.A"], 3);
  shows(
    "generators and async functions",
    ["function* g() { yield 1 } async function h() { return [...g()] }", "await h()"],
    [1],
  );
  shows("hoisting within a cell", ["const v = f()\nfunction f() { return 9 }", "v"], 9);
  shows(
    "names that are functions keep them",
    ["const f = () => 1, { g = () => 2 } = {} as any; let h; h = function () {}", "[f.name, g.name, h.name]"],
    ["f", "g", "h"],
  );
  shows("compound assignments", ["let a = 1, b: any = null, c = 2", "a += 2; b ??= 5; c **= 3; [a, b, c]"], [3, 5, 8]);
  shows("logical assignments that do not assign", ["let a = 1", "a ||= 2; a"], 1);
  shows("updates, used and not", ["let a = 1", "const r = [a++, ++a, a--]; a--; --a; [...r, a]"], [1, 3, 3, 0]);
  shows(
    "destructuring assignments",
    ["let a = 1, b = 2; const o = { p: 0 }", ";[a, b] = [b, a]; ({ a: o.p } = { a: 7 }); [a, b, o.p]"],
    [2, 1, 7],
  );
  shows("the value of a destructuring assignment", ["let a", "([a] = [1, 2])"], [1, 2]);
  shows("loops that assign", ["let x", "for (x of [1, 2, 3]) { if (x === 2) break }", "x"], 2);
  shows("typeof of a name that is nowhere", ["typeof nowhere"], "undefined");
  shows("shorthand", ["const a = 1", "const o = { a }; o"], { a: 1 });
  shows(
    "names of helpers",
    ["const __cell = 1, __names = 2, __mirror = 3, __1 = 4", "[__cell, __names, __mirror, __1]"],
    [1, 2, 3, 4],
  );
  shows(
    "odd names",
    ["const $ = 1, _ = 2, ünï = 3, __proto__ = 4, \\u0061b = 5", "[$, _, ünï, __proto__, ab]"],
    [1, 2, 3, 4, 5],
  );
  shows("names of globals", ["const URL = 'mine'", "URL"], "mine");
  shows("global names", ["Math.max(1, 2) + [globalThis, process, Buffer, fetch].length"], 6);
  shows("what was put on globalThis", ["(globalThis as any).__kernelTest = 3", "__kernelTest"], 3);
  shows(
    "one realm",
    ["[[] instanceof Array, new Error('x') instanceof Error, Object.getPrototypeOf({}) === Object.prototype]"],
    [true, true, true],
  );
  shows("eval", ["const a = 4", "a; eval('a + 1')"], 5);
  shows(
    "types only",
    ["type T = { a: number }; interface U extends T {}", "const t: U = { a: 1 }; t.a satisfies number"],
    1,
  );
  shows("generics", ["function id<T>(x: T): T { return x }", "id<string>('q')"], "q");
  shows(
    "a name in the text of a string, a template or a comment",
    ["let a = 1", "/* a = 2 */ const s = 'a = 3' + `a = 4`; a // a = 5"],
    1,
  );
  shows("a line that begins with a parenthesis", ["let a = 1\n;(() => { a = 2 })()\na"], 2);
  shows("lines without semicolons", ["let a = 1\nlet b = a\n++a\nb\na++\n;[a, b]"], [3, 1]);
});

describe("inner scopes", () => {
  shows("parameters", ["let a = 1", "((a: number) => { a = 5; return a })(2)", "a"], 1);
  shows("blocks", ["let a = 1", "{ let a = 2; a = 3 }", "a"], 1);
  shows("loops", ["let i = 7", "for (let i = 0; i < 3; i++) i; for (const i of [1]) i", "i"], 7);
  shows("catch", ["let e = 7", "try { throw 1 } catch (e) { e = 2 }", "e"], 7);
  shows("var of a function", ["var v = 1", "(function () { v = 3; var v; })()", "v"], 1);
  shows(
    "a default of a parameter is outside of the body",
    ["let x = 1", "(function f(a = x) { var x = 2; return a })()"],
    1,
  );
  shows("switch", ["let s = 1", "switch (1) { case 1: let s = 2; s = 3 }", "s"], 1);
  shows("a named function expression", ["let f = 1", "(function f() { return typeof f })()"], "function");
  shows(
    "static blocks and fields",
    ["let z = 1", "class C { static { var z = 5; z++ } z = 3; [`k${z}`] = z }\n[z, new C().k1]"],
    [1, 1],
  );
  shows("labels", ["let a = 1", "a: for (;;) { break a }\na"], 1);
  shows("property names", ["let a = 1", "const o = { a: 2, f() { return this.a } }; [o.f(), o?.a, a]"], [2, 2, 1]);
});

describe("what is left after a failure", () => {
  test("names declared before it, old values of those after it", async () => {
    const { run } = notebook();
    await run("const a = 1, b = 2; let c = 3");
    expect((await run("const a = 10; throw new Error('x'); const b = 20; let c = 30")).error?.message).toBe("x");
    expect((await run("[a, b, c]")).result?.value).toEqual([10, 2, 3]);
  });

  test("a constant keeps its value", async () => {
    const { run } = notebook();
    await run("const a = 1; const f = () => a");
    await run("try { ;[a] = [5] } catch {}");
    expect((await run("[a, f()]")).result?.value).toEqual([1, 1]);
  });

  test("a cell that never ends keeps no other from running, and may still declare", async () => {
    const { run } = notebook();
    await run("let go: () => void; const gate = new Promise<void>((resolve) => { go = resolve })");
    const pending = run("await gate; const late = 'late'");
    expect((await run("1 + 1")).result?.value).toBe(2);
    await run("go()");
    await pending;
    expect((await run("late")).result?.value).toBe("late");
  });
});

describe("names for stale marks", () => {
  test.each([
    ["const a = x + Math.PI; function f() { return y }", ["a", "f"], ["x", "y"]],
    ["import { join as j } from 'node:path'; z = 1", ["j"], ["z"]],
    ["export * from 'node:tty'", ["ReadStream", "WriteStream", "isatty"], []],
    ["enum E { A }; type T = number; class C {}", ["E", "C"], []],
    ["for (const i of list) { let j = i }", [], ["list"]],
    ["display(a)", [], ["a"]],
  ])("%s", async (code, declares, uses) => {
    const { run, evaluator } = notebook();
    await run(code, { cell: "c" });
    const names = evaluator.namesOf("c");
    expect([...names.declares].sort()).toEqual([...declares].sort());
    expect([...names.uses].sort()).toEqual([...uses].sort());
  });
});

describe("a long session", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  /** Finalizers and weak references are looked after between turns. */
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test("keeps functions of earlier cells up to date, whatever was collected meanwhile", async () => {
    const { run } = notebook();
    await run(
      "const k = 1; const direct = () => k; const holder = { deep() { { let x = 1; return () => k + x - 1 } } }",
    );
    await run("const user = () => k; const inner = await (async () => { await null; return holder.deep() })()");
    for (let n = 2; n < 6; n++) {
      await turn();
      collect();
      await run(`const k = ${n}`);
      expect((await run("[direct(), user(), inner(), holder.deep()()]")).result?.value).toEqual([n, n, n, n]);
    }
  });

  test("lets go of what earlier runs of a cell held", async () => {
    const { run } = notebook();
    const heapMb = (): number => {
      collect();
      return process.memoryUsage().heapUsed / 2 ** 20;
    };
    const cell =
      "const big = Array.from({ length: 500_000 }, (_, n) => n + 0.5); const size = () => big.length; let kept = () => size";
    await run(cell, { cell: "c" });
    const before = heapMb();
    for (let n = 0; n < 20; n++) {
      await run(cell, { cell: "c" });
      await turn();
    }
    expect((await run("size()")).result?.value).toBe(500_000);
    // One array is 4 MB.
    expect(heapMb() - before).toBeLessThan(20);
  });
});
