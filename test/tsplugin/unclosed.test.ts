import fc from "fast-check";
import ts from "typescript-services";
import { describe, expect, test } from "vitest";
import { closersOf } from "../../src/tsplugin/unclosed.ts";

describe("what closes", () => {
  const check = (text: string, closers: string) => test(text, () => expect(closersOf(ts, text)).toBe(closers));

  check("a + b", "");
  check("f(a, [b", "])");
  check("function f() {\n  if (a) {", "}}");
  check("const s = `a", "`");
  check(`const s = \`a \${b`, "}`");
  check(`const s = \`a \${f({ c: \`d`, "`})}`");
  check(`\`a \${b} c`, "`");
  check("/* open", "*/");
  check("f( /* open", "*/)");
  check("// a comment (", "");
  check("'a string (", "");
  check("/[(]/.test(x", ")");
  check("a / b / (c", ")");
  check("x = y ? /a{/ : /b(/", "");
  check("return /(/", "");
  check("f()) }", "");
  check("{ ( }", ")}");
});

const pieces = fc.array(
  fc.constantFrom("{", "}", "(", ")", "[", "]", "`", "${", "/*", "*/", "//", "\n", "a", " ", "/", ";", "'"),
);

test("nothing stands open behind its closers", () => {
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join("");
      expect(closersOf(ts, `${text}\n${closersOf(ts, text)}\n`)).toBe("");
    }),
    { numRuns: 500 },
  );
});
