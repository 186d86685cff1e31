// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs of cells are strings
import { describe, expect, test } from "vitest";
import { fails, lastOf, nothing, shows } from "./shownPrograms.ts";

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
