// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs of cells are strings
import { setTimeout as later } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { describeError } from "../../src/kernel/cellStack.ts";
import { notebook } from "./cellNotebook.ts";

const frames = (stack: string | undefined): string[] => stack?.split("\n").filter((line) => /^ +at /.test(line)) ?? [];

describe("the stack of an error", () => {
  test("has the cell's own lines and nothing of the kernel", async () => {
    const { run } = notebook();
    const { error } = await run(
      "type T = number\nfunction inner(x: T) {\n  throw new RangeError('no ' + x)\n}\n\nconst y: T = 1\ninner(y)",
    );
    expect(error).toEqual({
      name: "RangeError",
      message: "no 1",
      stack: "RangeError: no 1\n    at inner (cell [1]:3:9)\n    at cell [1]:7:1",
    });
  });

  test("names the cells of functions that it passes through, also across awaits", async () => {
    const { run } = notebook();
    await run("async function load(name: string) {\n  await null\n  throw new Error(`no ${name}`)\n}");
    await run("const twice = async () => { await load('a'); }");
    const { error } = await run("1\nawait twice()");
    expect(frames(error?.stack)).toEqual([
      "    at load (cell [1]:3:9)",
      "    at async twice (cell [2]:1:29)",
      "    at async cell [3]:2:1",
    ]);
  });

  test("has absolute paths with line and column for workspace files", async () => {
    const { run, folder } = notebook({
      "lib/a.ts": "import { b } from './b.ts';\n\nexport function a(x: number): number {\n  return b(x);\n}\n",
      "lib/b.ts": "export const b = (x: number): never => {\n  throw new Error(`b${x}`);\n};\n",
    });
    const { error } = await run("import { a } from './lib/a.ts'\na(1)");
    expect(frames(error?.stack)).toEqual([
      `    at b (${folder}/lib/b.ts:2:9)`,
      `    at a (${folder}/lib/a.ts:4:10)`,
      "    at cell [1]:2:1",
    ]);
  });

  test("reads the same when the cell prints it itself", async () => {
    const { run } = notebook();
    const { result } = await run("let text = ''\ntry {\n  null!.x\n} catch (e) { text = (e as Error).stack }\ntext");
    expect(result?.value).toMatch(
      /^TypeError: Cannot read properties of null \(reading 'x'\)\n {4}at cell \[1\]:3:\d+$/,
    );
  });

  test("keeps its places when a package writes stacks in its own way", async () => {
    const { run } = notebook();
    const before = Error.prepareStackTrace;
    const { thrown } = await run("const e = new Error('x')\nthrow e");
    Error.prepareStackTrace = (error, sites) => `${error}\n${sites.map((site) => `    at ${site}`).join("\n")}`;
    const raw = (thrown as Error).stack;
    Error.prepareStackTrace = before;
    expect(raw).toContain("Error: x");
    expect(describeError(thrown).stack).toBe("Error: x\n    at cell [1]:1:11");
  });

  test("is there for errors thrown later", async () => {
    const { run } = notebook();
    await run(
      "let thrown: unknown; setTimeout(() => {\n  try { throw new Error('late') } catch (e) { thrown = e }\n}, 1)",
    );
    let caught: unknown;
    while (caught === undefined) {
      await later(1);
      caught = (await run("thrown")).result?.value;
    }
    expect(describeError(caught).stack).toMatch(/^Error: late\n {4}at .*cell \[1\]:2:15/);
  });

  test("tells causes, and the errors of an AggregateError, once each", async () => {
    const { run } = notebook();
    const { error } = await run(
      "const root: any = new TypeError('root')\nroot.cause = root\nthrow new AggregateError([new Error('one', { cause: root }), 'two'], 'all', { cause: 'tired' })",
    );
    expect(error?.stack.replace(/\n +at .*/g, "")).toBe(
      "AggregateError: all\n[1]: Error: one\nCaused by: TypeError: root\n[2]: two\nCaused by: tired",
    );
  });

  test("names a class of one's own", async () => {
    const { error } = await notebook().run("class NotFound extends Error {}\nthrow new NotFound('x')");
    expect(error?.name).toBe("NotFound");
    expect(error?.stack).toContain("NotFound: x\n    at cell [1]:2:7");
  });

  test("follows eval and endless recursion", async () => {
    const { run } = notebook();
    expect((await run("1\neval('null.x')")).error?.stack).toContain("cell [1]:2:1");
    const deep = await run("function f(): number { return f() + 1 }\nf()");
    expect(deep.error?.message).toBe("Maximum call stack size exceeded");
    expect(frames(deep.error?.stack).length).toBeLessThanOrEqual(50);
  });
});

describe("what is thrown and is no error", () => {
  test.each([
    ["throw 'words'", "words"],
    ["throw 42", "42"],
    ["throw undefined", "undefined"],
    ["throw null", "null"],
    ["throw { code: 5 }", "{ code: 5 }"],
    ["throw Symbol('s')", "Symbol(s)"],
  ])("%s", async (code, message) => {
    const { error } = await notebook().run(code);
    expect(error).toEqual({ name: "Uncaught", message, stack: `Uncaught ${message}` });
  });

  test("hostile values are described all the same", () => {
    const throwing = new Proxy(new Error("x"), {
      get: () => {
        throw new Error("no");
      },
    });
    const getters = Object.defineProperties(new Error("x"), {
      message: { get: () => ({}) },
      name: { get: () => "" },
      stack: { get: () => 5 },
    });
    for (const thrown of [throwing, getters, Object.create(null), new (class {})(), () => 1]) {
      const { name, message, stack } = describeError(thrown);
      for (const text of [name, message, stack]) expect(typeof text).toBe("string");
    }
  });

  test("a huge one is cut", () => {
    const { message, stack } = describeError(new Error("x".repeat(50_000_000)));
    expect(message).toMatch(/^x+\.\.\. 49,992,000 more characters$/);
    expect(stack.length).toBeLessThan(50_000);
    expect(describeError("y".repeat(50_000_000)).message.length).toBeLessThan(500);
  });
});

test("a syntax error shows the line with a mark", async () => {
  const { error } = await notebook().run("const a = 1\n\tconst b c = 2\nconst d = 3\nconst e = 4");
  expect(error?.stack).toBe(
    [
      'SyntaxError: Expected ";" but found "c"',
      "    at cell [1]:2:10",
      "",
      "  1 | const a = 1",
      "> 2 | \tconst b c = 2",
      "    | \t        ^",
      "  3 | const d = 3",
    ].join("\n"),
  );
});
