// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs of cells are strings
import { Script } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { notebook } from "./cellNotebook.ts";

/** Line and column of the innermost frame, as V8 gives them for the code where it stands. */
function nativePlace(code: string): string {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, sites) => `${sites[0]?.getLineNumber()}:${sites[0]?.getColumnNumber()}`;
  try {
    // The same kind of function around the same lines.
    const run: unknown = new Script(`"use strict"; (() => {\n${code}\n})`, {
      filename: "native",
      lineOffset: -1,
    }).runInThisContext();
    (run as () => void)();
    return "nothing was thrown";
  } catch (error) {
    return String((error as Error).stack);
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

async function cellPlace(code: string, language: "javascript" | "typescript"): Promise<string> {
  const { run } = notebook();
  const { error } = await run(code, { language });
  return /cell \[1\]:(\d+:\d+)/.exec(error?.stack ?? "")?.[1] ?? `no place: ${error?.stack}`;
}

const keywords = new Set([
  "do",
  "if",
  "in",
  "as",
  "of",
  "is",
  "new",
  "var",
  "let",
  "for",
  "try",
  "eval",
  "async",
  "await",
  "case",
  "else",
  "enum",
  "null",
  "this",
  "true",
  "void",
  "with",
  "NaN",
]);

const name = fc
  .stringMatching(/^[a-zA-Z_$\u00e4\u4e2d][a-zA-Z0-9_$\u00e4\u4e2d]{0,5}$/)
  .filter((text) => !keywords.has(text) && !(text in globalThis));

/** Statements that throw nothing, over several lines and with the traps of the grammar. */
const harmless = fc.oneof(
  fc
    .tuple(fc.constantFrom("const", "let", "var"), name)
    .map(([keyword, id]) => ({ declares: [id], code: `${keyword} ${id} = 1;` })),
  name.map((id) => ({ declares: [id], code: `let ${id} = 0; ${id}++; ${id} += 2; [${id}] = [${id}--]` })),
  name.map((id) => ({ declares: [id], code: `function ${id}(a, { b } = {}) {\n  return a\n}` })),
  name.map((id) => ({ declares: [id], code: `class ${id} { static x = 1; m() { return ${id} } }` })),
  name.map((id) => ({ declares: [id], code: `const { ${id}, ...rest_${id} } = { ${id}: () => 1 }` })),
  fc.constant({ declares: [], code: "for (let i = 0, n = 2; i < n; i++) { if (i / 2 / 1) continue }" }),
  fc.constant({ declares: [], code: ";`a ${`b${1}\n`} c`;" }),
  fc.constant({ declares: [], code: "'x'; /* é 🙂 \n */ /[/'\"`]/g;" }),
  fc.constant({ declares: [], code: "\t{ a: 1 }\r\n// {\r\n" }),
  fc.constant({ declares: [], code: "label: { break label }" }),
);

/** Each throws at a place of its own; %s is a name that was declared before. */
const throwing = fc.constantFrom(
  "throw new Error('x')",
  "  null.property",
  "(() => { (undefined)() })()",
  "if (%s !== Symbol()) { [1].map(() => { throw new TypeError('x') }) }",
  "const lateness = %s, valuable = nowhere",
  "%s = null.x",
  "functioned();\n  let lateness = 1; function functioned() { return [lateness] }",
  "function functioned() {\n  return nowhere\n}\nfunctioned()",
  "new (class { constructor() { this.a.b } })()",
  "for (const x of [1]) null[x]",
  "`${nowhere}`",
  "[%s, nowhere]",
  "const { a: { bindings } } = {}",
  "switch (1) { case nowhere: }",
);

const program = fc
  .tuple(
    fc.uniqueArray(harmless, { selector: ({ declares, code }) => declares[0] ?? code, maxLength: 6 }),
    throwing,
    fc.string({ unit: fc.constantFrom(" ", "\t", "\n", "/*🙂*/"), maxLength: 4 }),
  )
  .map(([before, last, space]) => {
    const variable = before.find(({ code }) => code.startsWith("let"))?.declares[0] ?? "globalThis.q";
    // The value of the last expression is shown, which V8 places a little more exactly.
    return [...before.map(({ code }) => code), `${space};${last.replaceAll("%s", variable)}`, ";undefined"].join("\n");
  });

describe("the place of an error in a cell", () => {
  test("is the one that the language gives, to the column", async () => {
    await fc.assert(
      fc.asyncProperty(program, async (code) => {
        expect(await cellPlace(code, "javascript")).toBe(nativePlace(code));
      }),
      { numRuns: 150 },
    );
  });

  test("is the same in a cell with types", async () => {
    await fc.assert(
      fc.asyncProperty(program, async (code) => {
        // Types behind the end change no position, and make the compiler translate the whole cell.
        const [line] = nativePlace(code).split(":");
        const place = await cellPlace(`${code}\n;type T = Array<number>; (x: T) => x`, "typescript");
        expect(place.split(":")[0]).toBe(line);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["const x: number = 1;\n  const y = <any>x as string; y.a.b.c", "2:35"],
    [
      "interface A { a: string }\nconst a = (x: A): never => { throw new Error(x.a) };\n\na({ a: 'é' } satisfies A)",
      "2:36",
    ],
    ["enum E { A }\nfunction f<T>(x: T): T {\n\treturn (x as any).y.z\n}\nf<E>(E.A)", "3:22"],
    [
      "abstract class B<T> { constructor(private readonly t: T) {\n  null!.x } }\nnew (class extends B<1> {})(1)",
      "2:9",
    ],
  ])("with types: %j", async (code, place) => {
    expect(await cellPlace(code, "typescript")).toBe(place);
  });
});

test("counts lines as editors do, not as the language does", async () => {
  expect(await cellPlace("'\u2028';\r\n  null.x", "javascript")).toBe("2:8");
  expect(await cellPlace("const s: string = '\u2028';\r\n  null!.x", "typescript")).toBe("2:9");
});

test("any name that the language allows is kept from cell to cell", async () => {
  await fc.assert(
    fc.asyncProperty(name, fc.constantFrom("const", "let", "var"), fc.integer(), async (id, keyword, value) => {
      const { run } = notebook();
      await run(`${keyword} ${id} = ${value}; function get_${id}() { return ${id} }`);
      expect((await run(`[${id}, get_${id}(), { ${id} }.${id}]`)).result?.value).toEqual([value, value, value]);
      await run(`let ${id}: number = ${value} + 1`);
      await run(`${id} += 1`);
      expect((await run(`get_${id}()`)).result?.value).toBe(value + 2);
    }),
    { numRuns: 60 },
  );
});
