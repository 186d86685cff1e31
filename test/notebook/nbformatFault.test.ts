import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonFault } from "../../src/notebook/nbformatFault.ts";

describe("the first fault of a text that is no JSON", () => {
  const check = (text: string, line: number, column: number, what: string) =>
    test(JSON.stringify(text), () => {
      expect(() => JSON.parse(text)).toThrow();
      expect(jsonFault(text)).toEqual({ line, column, what });
    });
  check("hello", 1, 1, "a value must stand here");
  check("{,}", 1, 2, "a name in double quotes must stand here");
  check('{"a": 1,}', 1, 9, "a name in double quotes must stand here");
  check("{'a': 1}", 1, 2, "a name in double quotes must stand here");
  check('{"a" 1}', 1, 6, "a colon must stand here");
  check('{"a": 1\n "b": 2}', 2, 2, "a comma or the closing bracket must stand here");
  check("[1, 2,]", 1, 7, "a value must stand here");
  check("[1 2]", 1, 4, "a comma or the closing bracket must stand here");
  check("[1}", 1, 3, "a comma or the closing bracket must stand here");
  check("[1]\n]", 2, 1, "something follows the value");
  check('"a', 1, 3, "end");
  check('"a\nb"', 1, 1, "the text that begins here is not closed on its line");
  check('["\\x41"]', 1, 3, "this backslash escapes nothing known");
  check('["\\u12', 1, 7, "end");
  check("[01]", 1, 2, "a value must stand here");
  check("[1.]", 1, 2, "a value must stand here");
  check("[NaN]", 1, 2, "a value must stand here");
  check("[truer]", 1, 2, "a value must stand here");
  check("\n// comment\n{}", 2, 1, "a value must stand here");
  check('\r\n{"a":\r\n', 3, 1, "end");
});

test("JSON that is cut off anywhere ends too early, unless what is left is whole", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, at) => {
      const cut = text.slice(0, at % text.length);
      if (!isJson(cut)) expect(jsonFault(cut).what).toBe("end");
    }),
  );
});

test("nothing before the fault is wrong", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom(...'{}[]:,"\\0x \n'), (json, at, character) => {
      const position = at % json.length;
      const text = json.slice(0, position) + character + json.slice(position + 1);
      if (isJson(text)) return;
      const { line, column } = jsonFault(text);
      const before = text
        .split("\n")
        .slice(0, line)
        .join("\n")
        .slice(0, offset(text, line, column));
      expect(isJson(before) || jsonFault(before).what === "end").toBe(true);
    }),
  );
});

function offset(text: string, line: number, column: number): number {
  const before = text.split("\n").slice(0, line - 1);
  return before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
