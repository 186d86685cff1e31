// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources with substitutions are what is tested.
import { spawnSync } from "node:child_process";
import { runInNewContext } from "node:vm";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SourceLanguage, ValueSource } from "../../src/detection/definition.ts";
import { cleanDocstring } from "../../src/detection/docstring.ts";
import { type JavaScriptQuote, javascriptSyntax } from "../../src/detection/javascriptLiteral.ts";
import { hexadecimal } from "../../src/detection/literalText.ts";
import { pythonSyntax } from "../../src/detection/pythonLiteral.ts";
import { editedText, inverseEdits } from "../../src/detection/textEdit.ts";
import { type ValueChange, valueEdits } from "../../src/detection/valueEdit.ts";
import type { OptionValue } from "../../src/system/variable.ts";
import { impliedAt, literalAt, marked } from "./markedSource.ts";

/** Text with everything that literals trip over. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom("\\", '"', "'", "`", "${", "$", "{", "}", "\n", "\r", "\r\n", "\t", "\0", "0", "7", "x41"),
      fc.constantFrom(
        "😀",
        "👩‍🔬",
        "é",
        "\ud800",
        "\udc00",
        "\u2028",
        "\ufeff",
        "\u202e",
        '"""',
        "'''",
        "\\u",
        "\\N",
        "#",
        "//",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom("Answer ", "the question.", " in a word", "\n- "),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(""));

const lineEnds = fc.constantFrom("\n", "\r\n");
const sentinel = "\u0001";

/** Spellings that a person may have chosen: plainly written, or characters as escapes. */
const spelling = (text: string, quote: JavaScriptQuote, eol: string, escapes: readonly boolean[]): string =>
  [...text]
    .map((character, index) => {
      const code = character.codePointAt(0) ?? 0;
      if (escapes[index % escapes.length] && code <= 0xffff) return `\\u${hexadecimal(code, 4)}`;
      return (
        javascriptSyntax({ quote, lineEnd: eol === "\n" ? "\n" : "\r\n", asciiOnly: false }).write(character) ?? ""
      );
    })
    .join("")
    .replace(/\\x00(?=\D|$)/g, "\\0")
    .replace(/\$(?=\{)/g, quote === "`" ? "\\$" : "$");

interface Written {
  readonly text: string;
  readonly was: string;
}

const anyLiteral: fc.Arbitrary<Written> = fc
  .record({
    was: anyText,
    quote: fc.constantFrom<JavaScriptQuote[]>('"', "'", "`"),
    escapes: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
    eol: lineEnds,
  })
  .map(({ was, quote, escapes, eol }) => ({
    was,
    text: [
      `// « is not here${sentinel}`,
      "made = llm({",
      `    prompt: «${quote}${spelling(was, quote, eol, escapes)}${quote}», // the prompt`,
      "});",
      "",
    ]
      .join(eol)
      .replace(`« is not here${sentinel}`, "a component"),
  }));

/** Runs the source and tells what `made` became. */
function ran(source: string): unknown {
  const { code } = transformSync(source, { loader: "ts" });
  const context = { made: undefined, llm: ({ prompt }: { prompt: unknown }) => prompt, style: "concise", tone: "kind" };
  runInNewContext(code, context);
  return context.made;
}

const asWritten = (text: string): string => text;

function applied(source: ReturnType<typeof marked>["source"], changes: readonly ValueChange[]): string {
  const result = valueEdits(source, changes);
  if (result.kind !== "edits") throw new Error(JSON.stringify(result.refusal));
  const after = editedText(source.text, result.edits);
  expect(editedText(after, inverseEdits(source.text, result.edits))).toBe(source.text);
  return after;
}

const change = (source: ValueSource, value: OptionValue, known: readonly string[] = []): ValueChange => ({
  source,
  key: undefined,
  value,
  known,
});

describe("a literal of JavaScript", () => {
  test("evaluates to the value, parses, and is what it was after the edit is taken back", () => {
    fc.assert(
      fc.property(anyLiteral, anyText, fc.boolean(), ({ text, was }, value, asciiOnly) => {
        const place = marked(text, "typescript", asciiOnly);
        expect(ran(place.source.text)).toBe(was);
        const after = applied(place.source, [change(literalAt(place, was), value)]);
        expect(ran(after)).toBe(value);
        if (asciiOnly && /^[\n\r -~]*$/.test(place.source.text)) expect(after).toMatch(/^[\n\r\t -~]*$/);
      }),
      { numRuns: 400 },
    );
  });

  test("written twice is the same as once", () => {
    fc.assert(
      fc.property(anyLiteral, anyText, ({ text, was }, value) => {
        const place = marked(text);
        const after = applied(place.source, [change(literalAt(place, was), value)]);
        const to = after.length - (place.source.text.length - place.to);
        const again = { source: { ...place.source, text: after }, from: place.from, to };
        expect(applied(again.source, [change(literalAt(again, value), value)])).toBe(after);
      }),
      { numRuns: 200 },
    );
  });

  test("written from whatever was there shows no sign of it", () => {
    fc.assert(
      fc.property(anyText, anyText, (first, second) => {
        const place = marked("made = llm({ prompt: «`x`» })");
        const once = applied(place.source, [change(literalAt(place, "x"), first)]);
        const at = { source: { ...place.source, text: once }, from: place.from, to: once.length - 3 };
        expect(ran(applied(at.source, [change(literalAt(at, first), second)]))).toBe(second);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a template with substitutions", () => {
  const part = fc.constantFrom("", "Answer ", "\n", "`", "${no}", " end.", "\\", "concise!", "$", "{", "é");
  const template = fc.record({ before: part, between: part, after: part, eol: lineEnds });

  test("evaluates to the value with its substitutions in place, or is refused", () => {
    let kept = 0;
    const edits = fc.constantFrom<((text: string) => string)[]>(
      (text) => `${text} More.`,
      (text) => `First: ${text}`,
      (text) => text.replace("Answer", "Say"),
      (text) => text.replaceAll(" ", "  "),
      (text) => text.toUpperCase(),
      asWritten,
    );
    fc.assert(
      fc.property(
        template,
        fc.array(edits, { minLength: 1, maxLength: 3 }),
        ({ before, between, after, eol }, todo) => {
          const written = [before, between, after].map((text) =>
            javascriptSyntax({ quote: "`", lineEnd: eol === "\n" ? "\n" : "\r\n", asciiOnly: false }).write(text),
          );
          const text = `made =${eol}  «\`${written.join("\u0002").replace("\u0002", "${style}").replace("\u0002", "${tone}")}\`»;${eol}`;
          const place = marked(text);
          const was = ran(place.source.text);
          if (typeof was !== "string") throw new Error("no text");
          const value = todo.reduce((changed, edit) => edit(changed), was);
          const result = valueEdits(place.source, [change(literalAt(place, undefined), value, [was])]);
          if (result.kind === "refused") {
            expect(result.refusal.kind).toBe("substitution");
            return;
          }
          kept++;
          const edited = applied(place.source, [change(literalAt(place, undefined), value, [was])]);
          expect(ran(edited)).toBe(value);
          expect(edited).toContain("${style}");
          expect(edited).toContain("${tone}");
          const again = { ...place, source: { ...place.source, text: edited }, to: edited.length - eol.length - 1 };
          expect(applied(again.source, [change(literalAt(again, undefined), value, [was, value])])).toBe(edited);
        },
      ),
      { numRuns: 400 },
    );
    expect(kept).toBeGreaterThan(100);
  });
});

describe("options that were not written down", () => {
  const anyOption: fc.Arbitrary<OptionValue> = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    anyText,
  );
  const keys = fc.uniqueArray(fc.oneof(fc.constantFrom("k", "top-p", "__proto__", "a b", "constructor"), anyText), {
    minLength: 1,
    maxLength: 3,
  });
  const shapes = fc.constantFrom(
    ["options({}«»)", "argument"],
    ["options({},«» )", "argument"],
    ["options(\n  {}«»\n)", "argument"],
    ["options(\n  {},«»\n)", "argument"],
    ["options({}, {«»})", "property"],
    ["options({}, { a: 1«» })", "property"],
    ["options({}, {\n    a: 1,«» // one\n  })", "property"],
  ) as fc.Arbitrary<readonly [string, "argument" | "property"]>;

  test("are written in one piece that evaluates to them", () => {
    fc.assert(
      fc.property(
        shapes,
        keys,
        fc.array(anyOption, { minLength: 3, maxLength: 3 }),
        lineEnds,
        ([shape, kind], names, values, eol) => {
          const place = marked(`made = ${shape.replaceAll("\n", eol)};${eol}`);
          const source = impliedAt(place, "\u0003", kind);
          const changes = names.map((key, index) => ({ source, key, value: values[index] ?? 0, known: [] }));
          const after = applied(place.source, changes);
          const context: { made: Record<string, unknown>; options: unknown } = {
            made: {},
            options: (_space: unknown, initial: Record<string, unknown>) => initial,
          };
          runInNewContext(transformSync(after, { loader: "ts" }).code, context);
          for (const { key, value } of changes) {
            expect(Object.getOwnPropertyDescriptor(context.made, key)?.value).toBe(value);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("several components in one file", () => {
  test("are changed together as they are one after the other", () => {
    const values = fc.array(anyText, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(values, values, ([a = "", b = "", c = ""], [x = "", y = "", z = ""]) => {
        const literal = (text: string): string => JSON.stringify(text).replaceAll("\u2028", "\\u2028");
        const texts = [a, b, c].map(literal);
        const source = { text: `made = [${texts.join(", ")}];`, language: "typescript", asciiOnly: false } as const;
        let at = "made = [".length;
        const changes = texts.map((text, index) => {
          const place = { source, from: at, to: at + text.length };
          at += text.length + 2;
          return change(literalAt(place, [a, b, c][index]), [x, y, z][index] ?? "");
        });
        // Of another realm, so it is compared by its parts.
        expect([...(ran(applied(source, changes)) as string[])]).toEqual([x, y, z]);
        expect([...(ran(applied(source, [...changes].reverse())) as string[])]).toEqual([x, y, z]);
      }),
      { numRuns: 200 },
    );
  });
});

const python = spawnSync("python3", ["--version"]).status === 0;

/** What Python makes of sources, each of which assigns `made`. */
function ranInPython(sources: readonly string[]): string[] {
  const program = [
    "import json, sys, inspect",
    "made = []",
    "for source in json.load(sys.stdin):",
    "    names = {}",
    "    exec(compile(source.encode('utf-8', 'surrogatepass'), 'source', 'exec'), names)",
    "    made.append(inspect.cleandoc(names['Made'].__doc__) if 'Made' in names else names['made'])",
    "json.dump(made, sys.stdout)",
  ].join("\n");
  const { stdout, stderr, status } = spawnSync("python3", ["-c", program], { input: JSON.stringify(sources) });
  if (status !== 0) throw new Error(String(stderr));
  return JSON.parse(String(stdout)) as string[];
}

describe("a literal of Python", () => {
  const prefixes = fc.constantFrom("", "r", "f", "u", "rf", "F", "Rb");
  const quotes = fc.constantFrom('"', "'", '"""', "'''");
  const pythonLiteral = fc.record({ was: anyText, prefix: prefixes, quote: quotes, value: anyText, eol: lineEnds });
  const language: SourceLanguage = "python";

  const edited = fc.sample(pythonLiteral, { seed: 4, numRuns: 600 }).flatMap(({ was, prefix, quote, value, eol }) => {
    const lineEnd = eol === "\n" ? "\n" : "\r\n";
    const written = pythonSyntax({ prefix, quote, lineEnd, asciiOnly: false }).write(was);
    if (written === undefined) return [];
    const place = marked(`# a prompt${eol}made = «${prefix}${quote}${written}${quote}»  # kept${eol}`, language);
    return [{ was, value, place, after: applied(place.source, [change(literalAt(place, was), value)]) }];
  });

  test.skipIf(!python)("evaluates to the value", () => {
    expect(edited.length).toBeGreaterThan(300);
    expect(ranInPython(edited.map(({ place }) => place.source.text))).toEqual(edited.map(({ was }) => was));
    expect(ranInPython(edited.map(({ after }) => after))).toEqual(edited.map(({ value }) => value));
  });

  const docstrings = fc.record({
    was: fc.constantFrom("Answer.", "Answer.\n\nBe brief.\n  - really", "Answer: “é”"),
    layout: fc.constantFrom('"""@"""', '"""@\n    """', '"""\n    @\n    """', "'@'", 'r"""@"""'),
    value: fc.oneof(
      anyText,
      fc.array(fc.constantFrom("a", "  b", "", "    c", '"', "\\d"), { maxLength: 6 }).map((lines) => lines.join("\n")),
    ),
    eol: lineEnds,
  });
  const documented = fc.sample(docstrings, { seed: 4, numRuns: 400 }).flatMap(({ was, layout, value, eol }) => {
    if (layout === "'@'" && was.includes("\n")) return [];
    // Below a single line, Python keeps the blanks before the closing quotes.
    if (layout === '"""@\n    """' && !was.includes("\n")) return [];
    const indented = was.replaceAll(/\n(?=.)/g, "\n    ");
    const text = `class Made:\n    «${layout.replace("@", indented)}»\n\n    x = 1\n`.replaceAll("\n", eol);
    const place = marked(text, language);
    const result = valueEdits(place.source, [change(literalAt(place, was), value)]);
    if (result.kind === "refused") {
      expect(result.refusal).toEqual({ kind: "docstring" });
      return [];
    }
    return [{ was, value, place, after: applied(place.source, [change(literalAt(place, was), value)]) }];
  });

  test.skipIf(!python)("evaluates to the value as a docstring", () => {
    expect(documented.length).toBeGreaterThan(150);
    expect(ranInPython(documented.map(({ place }) => place.source.text))).toEqual(documented.map(({ was }) => was));
    expect(ranInPython(documented.map(({ after }) => after))).toEqual(documented.map(({ value }) => value));
  });

  test.skipIf(!python)("is cleaned as Python's inspect cleans it", () => {
    const lines = fc.array(fc.constantFrom("a", "  b", "", "\tc", "   ", " \t d", "e  "), { maxLength: 7 });
    const texts = fc.sample(lines, { seed: 4, numRuns: 300 }).map((some) => some.join("\n"));
    const sources = texts.map((text) => `import inspect\nmade = inspect.cleandoc(${JSON.stringify(text)})`);
    expect(texts.map(cleanDocstring)).toEqual(ranInPython(sources));
  });
});
