// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs of cells are strings
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { notebook } from "./cellNotebook.ts";

const nothing = Symbol("nothing is shown");

/** Runs cells one after another; all but the last must succeed. */
async function lastOf(cells: readonly string[], language: "javascript" | "typescript") {
  const { run } = notebook();
  for (const code of cells.slice(0, -1)) expect((await run(code, { language })).error?.stack).toBeUndefined();
  return run(cells.at(-1) ?? "", { language });
}

function shows(
  name: string,
  cells: readonly string[],
  value: unknown,
  language = "typescript" as "javascript" | "typescript",
) {
  test(`${name}: ${JSON.stringify(cells.at(-1))}`, async () => {
    const { result, error } = await lastOf(cells, language);
    expect(error?.stack).toBeUndefined();
    if (value === nothing) expect(result).toMatchObject({ hasValue: false, value: undefined });
    else {
      expect(result?.value).toEqual(value);
      expect(result?.hasValue).toBe(true);
    }
  });
}

/** `place` is line and column of the first frame, in the last cell. */
function fails(name: string, cells: readonly string[], message: string, place: string) {
  test(`${name}: ${JSON.stringify(cells.at(-1))}`, async () => {
    const { error } = await lastOf(cells, "typescript");
    expect(`${error?.name}: ${error?.message}`).toBe(message);
    expect(error?.stack.split("\n").find((line) => line.startsWith("    at"))).toContain(
      `cell [${cells.length}]:${place}`,
    );
  });
}

describe("what a cell shows", () => {
  shows("the last expression", ["1 + 1"], 2);
  shows("with a semicolon", ["1 + 1;"], 2);
  shows("not undefined", ["undefined"], nothing);
  shows("null", ["null"], null);
  shows("not a declaration", ["const a = 5"], nothing);
  shows("not a loop", ["for (const x of [1]) x"], nothing);
  shows("an empty cell", [""], nothing);
  shows("comments only", ["// one\n/* two */"], nothing);
  shows("blank lines after", ["7\n\n// done\n"], 7);
  shows("after await", ["await Promise.resolve(3)"], 3);
  shows("an assignment", ["let a = 1", "a = 2"], 2);
  shows("a sequence", ["1, 2"], 2);
  shows("a promise as it is", ["const p = Promise.resolve(1)", "p instanceof Promise"], true);
  shows("an object", ["{ a: 1 }"], { a: 1 });
  shows("an object after a comment", ["// note\n{ a: 1, b: [2] }"], { a: 1, b: [2] });
  shows("an empty object", ["{}"], {});
  shows("a shorthand object", ["const a = 1, b = 2", "{ a, b }"], { a: 1, b: 2 });
  shows("an object with types", ["{ a: 1 as number, f: <string>'x' }"], { a: 1, f: "x" });
  shows("a block is no object", ["{ const a = 1; a }"], nothing);
  shows("a block before more", ["{ let a = 1 }\n2"], 2);
  shows("a labelled loop", ["let n = 0\nouter: for (;;) { for (;;) { n++; break outer } }\nn"], 1);
  shows("a string alone, although it is a directive", ['"hello"'], "hello");
  shows("after a directive", ['"use strict"; 4'], 4);
  shows("a template", ["const who = 'x'", "`hi ${who} ${`${1}`}`"], "hi x 1");
  shows("a regular expression", ['/[/\'"`]{2}/.test("\'`")'], true);
  shows("export default", ["export default 6 * 7"], 42);
  shows("export default function by name", ["export default function f() { return 1 }\nf()"], 1);
  shows("export default class", ["export default class A { n = 1 }", "new A().n"], 1);
  shows("export default before more", ["export default 3\nconst a = 1"], 3);
  shows("export of a declaration", ["export const a = 8; export { a as b }", "a"], 8);
  shows("a last line without line end after a comment", ["5 // five"], 5);
  shows("a byte order mark", ["\uFEFF5"], 5);
  shows("Windows line ends", ["const a = 1\r\nconst b = `x\r\ny`\r\na + b.length\r\n"], 4);
  shows("comments that do not end in an object", [`${"/* a */".repeat(40)}\n1`], 1);
  shows(
    "a comparison that looks like a type",
    ["const a = 1, b = 2", "[a < b, a > b, (a < b) > (0 as any)]"],
    [true, false, true],
  );
  shows("import by assignment", ["import fs = require('fs')", "typeof fs.existsSync"], "function");
  shows(
    "for await",
    [
      "const seen: number[] = []",
      "for await (const x of (async function* () { yield 1; yield 2 })()) seen.push(x)\nseen",
    ],
    [1, 2],
  );
  shows("in JavaScript", ["const f = (a) => a < 3", "f(2)"], true, "javascript");
  shows(
    "JSX in JavaScript",
    ["const React = { createElement: (t, p, c) => [t, c] }", "<b>x</b>"],
    ["b", "x"],
    "javascript",
  );
  shows(
    "JSX in TypeScript",
    ["const React = { createElement: (t: string, p: unknown, c: unknown) => [t, c] }", "const q: number = 1; <b>x</b>"],
    ["b", "x"],
  );
  shows(
    "using",
    ["const log: string[] = []", "{ using r = { [Symbol.dispose]() { log.push('end') } }; log.push('in') }", "log"],
    ["in", "end"],
  );
  shows("using outside of a block", ["using r = { n: 5, [Symbol.dispose]() {} }\nr.n"], 5);
  shows(
    "a decorator",
    [
      "const seen: string[] = []; function mark(c: unknown, x: { name: string }) { seen.push(x.name) }",
      "@mark class A { @mark f() {} }\nseen",
    ],
    ["f", "A"],
  );
});

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

describe("what a cell cannot do", () => {
  fails(
    "write to a constant of its own",
    ["const a = 1;\na = 2"],
    "TypeError: Assignment to constant variable.",
    "2:3",
  );
  fails(
    "write to one of another cell",
    ["const a = 1", "1;\na++"],
    "TypeError: Assignment to constant variable.",
    "2:2",
  );
  fails(
    "write to one in a pattern",
    ["const a = 1", "[a] = [2]"],
    "TypeError: Assignment to constant variable.",
    "1:9",
  );
  fails("read too early", ["a;\nconst a = 1"], "ReferenceError: Cannot access 'a' before initialization", "1:1");
  fails(
    "read too early in a function",
    ["f()\nlet a = 1\nfunction f() { return a }"],
    "ReferenceError: Cannot access 'a' before initialization",
    "3:16",
  );
  fails(
    "read itself",
    ["const a = 1", "const a = a + 1"],
    "ReferenceError: Cannot access 'a' before initialization",
    "1:11",
  );
  fails("read what is nowhere", ["1;\n  nowhere + 1"], "ReferenceError: nowhere is not defined", "2:3");
  fails("write what is nowhere", ["nowhere = 1"], "ReferenceError: nowhere is not defined", "1:9");
  fails("call what is no function", ["const o = { p: 1 }", "o.p()"], "TypeError: o.p is not a function", "1:3");
  fails("read arguments", ["arguments"], "ReferenceError: arguments is not defined", "1:1");
  fails("declare twice", ["const a = 1\nlet a = 2"], 'SyntaxError: The symbol "a" has already been declared', "2:5");
  fails("return", ["1\nreturn 5"], "SyntaxError: 'return' outside of function", "2:1");
  fails("leave a bracket open", ["const a = [1,\n2"], 'SyntaxError: Expected "]" but found end of file', "2:2");
  fails(
    "use letters for columns, not bytes",
    ["const ü = '🙂'; b c"],
    'SyntaxError: Expected ";" but found "c"',
    "1:19",
  );
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

/** Sequences of cells, and the JSON of what the last one shows. */
describe("odd programs", () => {
  test.each<[string[], string]>([
    [["let x; x ??= await Promise.resolve(5); x"], "5"],
    [
      [
        "let x = 1",
        "function set() { x = 5 }",
        "const x = 2",
        "let m; try { set() } catch (e) { m = e.message }; [m, x]",
      ],
      '["Assignment to constant variable.",2]',
    ],
    [["let x = 1, y = 2", "(x) = 5; (y)++; [(x)] = [x + 1]; [x, y]"], "[6,3]"],
    [["let x = 1", "x = x++ + ++x"], "4"],
    [["let x = 1", "x = x++ + ++x", "x"], "4"],
    [["let x = 0, y = 0", "({ x, y: y = x } = { x: 1 }); [x, y]"], "[1,1]"],
    [["let m", "let n = 0; const re = /a/g; while ((m = re.exec('aaba')) !== null) n++; [n, m]"], "[3,null]"],
    [["let x = 1", "const f = (a = x = 5) => a; [f(), x]"], "[5,5]"],
    [["let x", "for (x in { a: 1, b: 2 });\nx"], '"b"'],
    [["let x, y, sum = 0", "for (x of [[1,2],[3]]) for (y of x) sum += y", "[x,y,sum]"], "[[3],3,6]"],
    [["let x = 0", "if (x) x = 1; else x = 2", "x"], "2"],
    [["let x = 0", "do x++; while (x < 5)", "x"], "5"],
    [["let x = 0", "void x++; [typeof x++, `${x++}`, x]"], '["number","2",3]'],
    [["let x", "const g = (function* () { x = yield 1; x = [yield x] })(); g.next(); g.next(7); g.next(8); x"], "[8]"],
    [["let p", "await (p = Promise.resolve(4))"], "4"],
    [["let i = 0, j = 9", "for (; i < j; i++, j--);\n[i, j]"], "[5,4]"],
    [["for (var [k, v] of Object.entries({ a: 1 })) k + v", "[k, v]"], '["a",1]'],
    [["let f = function g(n) { return n ? f(n - 1) : 'done' }", "f(3)"], '"done"'],
    [
      [
        "const fns = [] as any[]; let x = 'top'; for (let x of [1, 2]) fns.push(() => x)",
        "[...fns.map((f) => f()), x]",
      ],
      '[1,2,"top"]',
    ],
    [["let a = 1", "\\u0061 = 5", "a"], "5"],
    [["let o = { n: 1 }", "o.n += 1; o['n']++; ({ a: o.m } = { a: 3 }); o"], '{"n":3,"m":3}'],
    [["export default async function () { return 4 }"], "undefined"],
    [["let x = 5", "{ x }"], '{"x":5}'],
    [["let big = 1n", "big++; big += 2n; String(big)"], '"4"'],
    [["let x = 1", "x &&= 0; x ||= 7; x"], "7"],
    [["const c = 1", "let r; try { c ||= 2; r = c } catch (e) { r = e.message } r"], "1"],
    [
      ["const c = 1", "let r; try { c &&= 2; r = c } catch (e) { r = e.message } r"],
      '"Assignment to constant variable."',
    ],
    [["class A { static n = 0; static up() { return ++A.n } }", "A.up(); A.up()"], "2"],
    [["let x = 1", "x = function () {}", "x.name"], '"x"'],
    [["let x = 1", "const f = () => x = () => 3; f()()"], "3"],
    [["function f() { return 1 }", "f = () => 2; f()"], "2"],
    [["var x = 1", "var x; x"], "undefined"],
    [["let { a, ...b } = { a: 1, c: 2 }", "({ a, ...b } = { a: 5, d: 6 }); [a, b]"], '[5,{"d":6}]'],
    [["let x = 0; const inc = () => { x++ ; return x }", "x = 10; inc(); await null; inc(); x"], "12"],
    [["const a = [3,1,2]\n;[...a].sort()"], "[1,2,3]"],
    [["const s = `\r\n`; s.length"], "1"],
    [
      ["const f = async () => { const { join } = await import('node:path'); return join('a', 'b') }", "await f()"],
      '"a/b"',
    ],
    [["import('node:path').then((p) => p.sep)", "await import('node:path').then((p) => p.sep)"], '"/"'],
    [["let x = 1; eval('x = 2'); x"], "2"],
    [["switch (1) { case 1: var sv = 3 }", "sv"], "3"],
    [["try { throw 1 } catch { var cv = 4 }", "cv"], "4"],
    [["a: for (var q = 0; q < 3; q++) { for (;;) { continue a } }", "q"], "3"],
    [["const x = class { static y = 1 }", "[x.name, x.y]"], '["x",1]'],
    [["async function f() { for await (const x of [1]) return x }", "await f()"], "1"],
    [["let x = 3", "const y = x > 2 ? x = 9 : x; [x, y]"], "[9,9]"],
    [["let x = 3", "[x] = [...[1], x]", "x"], "1"],
    [
      ["let get = 1, set = 2, async = 3, of = 4, type = 5, from = 6", "get++; [get, set, async, of, type, from]"],
      "[2,2,3,4,5,6]",
    ],
    [["let async = 1", "for (async in { q: 1 });\nasync"], '"q"'],
    [["let let1 = 1\nlet1\n++let1\nlet1"], "2"],
    [["const enum A { X = 'x' }; enum B { Y = A.X as any }", "B.Y"], '"x"'],
    [["namespace N.M { export let v = 1; v++ }", "N.M.v"], "2"],
    [
      [
        "abstract class P { abstract f(): number; g() { return this.f() } }; class Q extends P { f() { return 7 } }",
        "new Q().g()",
      ],
      "7",
    ],
    [["class R { constructor(public a = 1, private readonly b = 2) {} }", "({ ...new R() })"], '{"a":1,"b":2}'],
    [
      [
        "function over(a: string): string; function over(a: number): number; function over(a: any) { return a }",
        "over(3)",
      ],
      "3",
    ],
    [["let x!: number; x = 4; x!"], "4"],
    [["const t = <const T,>(x: T) => x; t([1] as const)"], "[1]"],
    [["declare global { interface Window { q: 1 } }\nexport {}\n5"], "5"],
    [["const a = { b: { c: 1 } } as const satisfies object; a.b!.c"], "1"],
    [["// @ts-ignore\nconst x: string = 5 as any\nx"], "5"],
    [["#!/usr/bin/env node\n5"], "5"],
  ])("%j", async (cells, json) => {
    const { result, error } = await lastOf(cells, "typescript");
    expect(error?.stack).toBeUndefined();
    expect(JSON.stringify(result?.value) ?? "undefined").toBe(json);
  });
});
