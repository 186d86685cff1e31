import { describe, expect, test } from "vitest";
import type { ComponentDefinition, TextSpan } from "../../src/detection/definition.ts";
import { definitionCode } from "../../src/detection/definitionCode.ts";
import { aComponent } from "../extension/anyDefinition.ts";

/** The definition that begins with `llm(` and ends with the text; its value is the literal after `prompt:`. */
function codeOf(text: string): string {
  const span = (from: number, to: number): TextSpan => {
    const start = { line: 0, character: from };
    return { from, to, start, end: { line: 0, character: to } };
  };
  const value = /(?<=prompt:\s*)"[^"]*"/.exec(text);
  if (value === null) throw new Error(`no prompt in ${text}`);
  const { at } = aComponent("writer");
  const definition: ComponentDefinition = aComponent("writer", {
    kind: "llm",
    span: span(text.indexOf("llm("), text.length),
    variable: {
      kind: "prompt",
      maxLength: undefined,
      value: {
        kind: "literal",
        at,
        span: span(value.index, value.index + value[0].length),
        form: { kind: "string", quote: '"' },
        value: value[0].slice(1, -1),
      },
    },
  });
  return definitionCode(text, definition);
}

const code = codeOf('const w = llm({ name: "writer", prompt: "Write." })');

describe("the code of a definition", () => {
  test("stays the same when its value is replaced, when it moves, and when it is formatted", () => {
    expect(codeOf('const w = llm({ name: "writer", prompt: "Write a much better text." })')).toBe(code);
    expect(codeOf('// A comment.\n\nconst w = llm({ name: "writer", prompt: "Write." })')).toBe(code);
    expect(codeOf('const w = llm({\n  name: "writer",\n  prompt:\n    "Write.",\n})')).toBe(code);
  });

  test("is another when anything else of it changes", () => {
    expect(codeOf('const w = llm({ name: "author", prompt: "Write." })')).not.toBe(code);
    expect(codeOf('const w = llm({ name: "writer", prompt: "Write.", inputs: ["x"] })')).not.toBe(code);
  });
});
