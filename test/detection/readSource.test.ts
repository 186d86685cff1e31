import { basename } from "node:path";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Definition, isComponent, type ValueSource } from "../../src/detection/definition.ts";
import { cleanDocstring } from "../../src/detection/docstring.ts";
import { textOf } from "../../src/detection/literalText.ts";
import { pythonSyntax } from "../../src/detection/pythonLiteral.ts";
import { EditedSource, readSource } from "../../src/detection/readSource.ts";
import { valuesOf } from "../../src/detection/workspaceModel.ts";
import { type CorpusText, corpusCases, PLACE } from "./corpusCase.ts";
import { linked, testGrammars } from "./corpusReading.ts";

const cases = corpusCases();
const isSource = (text: CorpusText): boolean => text.language !== undefined;

/** One edit: `length` characters at a place, given as a share of the text, become `text`. */
const edit = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat({ max: 40 }),
  text: fc.oneof(
    fc.constantFrom(
      "",
      "(",
      ")",
      "{",
      "}",
      "`",
      '"',
      "'",
      "\n",
      "\r\n",
      "😀",
      "\ud800",
      "import ",
      "const ",
      "/*",
      "//",
      '"""',
      ",",
      "<",
      "=",
    ),
    fc.string({ maxLength: 8 }),
  ),
});

function edited(text: string, { place, length, text: put }: { place: number; length: number; text: string }): string {
  const at = Math.floor(place * text.length);
  return text.slice(0, at) + put + text.slice(at + length);
}

/** A case with one of its texts edited. */
const editedCase = fc
  .record({
    index: fc.nat({ max: cases.length - 1 }),
    which: fc.nat({ max: 9 }),
    edits: fc.array(edit, { minLength: 1, maxLength: 6 }),
  })
  .map(({ index, which, edits }) => {
    const texts = (cases[index]?.texts ?? []).filter(isSource);
    const place = which % Math.max(1, texts.length);
    return { texts, place, edits };
  })
  .filter(({ texts }) => texts.length > 0);

describe("whatever a text holds", () => {
  test("it is read, and every place that is named holds what is said of it", async () => {
    const grammars = await testGrammars();
    fc.assert(
      fc.property(editedCase, ({ texts, place, edits }) => {
        const broken = texts.map((text, index) => {
          return index === place ? { ...text, text: edits.reduce(edited, text.text) } : text;
        });
        for (const definition of linked(grammars, broken).definitions()) expectTrue(definition, broken);
      }),
      { numRuns: 600 },
    );
  });

  test("it may end anywhere, and still tells nothing that the whole does not", async () => {
    const grammars = await testGrammars();
    for (const { file, texts } of cases) {
      const sources = texts.filter(isSource);
      // What hides a name below its use is gone when the end is cut off.
      const hidesLater = basename(file) === "trap-shadowed-block.md";
      const whole = new Set(linked(grammars, sources).definitions().map(placeOf));
      for (const [index, text] of texts.filter(isSource).entries()) {
        if (text.text.length > 2000) continue;
        for (let length = 0; length < text.text.length; length += 17) {
          const cut = texts.filter(isSource).map((other, place) => {
            return place === index ? { ...other, text: text.text.slice(0, length) } : other;
          });
          for (const definition of linked(grammars, cut).definitions()) {
            expectTrue(definition, cut);
            const isCut = definition.at.uri === PLACE + text.name && definition.at.cell === text.cell;
            if (isCut && !hidesLater) expect(whole).toContain(placeOf(definition));
          }
        }
      }
    }
  });

  test("after edits it tells the same as when it is read anew, as soon as it is whole", async () => {
    const grammars = await testGrammars();
    fc.assert(
      fc.property(editedCase, ({ texts, place, edits }) => {
        const text = texts[place];
        if (text?.language === undefined) return;
        const { language } = text;
        const location = { uri: PLACE + text.name, ...(text.cell === undefined ? {} : { cell: text.cell }) };
        const source = new EditedSource(grammars, location, language);
        const versions = [text.text];
        for (const next of edits) versions.push(edited(versions.at(-1) ?? "", next));
        for (const current of [...versions, ...versions.toReversed()]) {
          const facts = source.read(current);
          const tree = grammars.parse(language, current);
          const isWhole = tree?.rootNode.hasError === false;
          tree?.delete();
          if (isWhole) expect(facts).toEqual(readSource(grammars, { location, language, text: current }));
        }
        source.dispose();
      }),
      { numRuns: 400 },
    );
  });
});

describe("code that no person wrote", () => {
  const declared = (prompt: string): string =>
    `import { llm } from "optimas";\nexport const a = llm({ name: "a", inputs: ["x"], outputs: ["y"], prompt: ${prompt} });\n`;
  const check = (title: string, text: string, sites: number, language: "typescript" | "python" = "typescript") =>
    test(`${title} is read all the same`, async () => {
      const facts = readSource(await testGrammars(), { location: { uri: `${PLACE}main` }, language, text });
      expect(facts.sites.length).toBe(sites);
    });
  const many = 20_000;
  check("a sum of many literals", declared(`"a"${' + "b"'.repeat(many)}`), 1);
  check("a literal in many parentheses", declared(`${"(".repeat(many)}"a"${")".repeat(many)}`), 1);
  check("a list in many lists", declared("[".repeat(many) + "]".repeat(many)), 1);
  check("a long way of members", declared(`a${".a".repeat(many)}`), 1);
  check("a deep pattern", `const ${"[".repeat(many)}a${"]".repeat(many)} = b;\n${declared('"Ask."')}`, 1);
  check("a deep function", `${declared('"Ask."')}${"function f() { ".repeat(3000)}llm({})${"}".repeat(3000)}`, 1);
  check("a row of calls that nobody closed", `import { llm } from "optimas";\n${"llm({".repeat(5000)}`, 0);
  check("a long word", `${declared('"Ask."')}${"a".repeat(500_000)}`, 1);
  check("much space", `${declared('"Ask."')}a${" ".repeat(500_000)}== b`, 1);
  check(
    "a deep block of Python",
    `${Array.from({ length: 500 }, (_, i) => `${" ".repeat(i)}if x:\n`).join("")}${" ".repeat(500)}y = 1`,
    0,
    "python",
  );
});

function placeOf({ at, kind, nameSpan }: Definition): string {
  return `${kind} ${at.uri}#${at.cell ?? ""}:${nameSpan.from}`;
}

/** Reads the code at every place of a definition again. */
function expectTrue(definition: Definition, texts: readonly CorpusText[]): void {
  const at = ({ uri, cell }: Definition["at"]): string => {
    const text = texts.find(({ name, cell: own }) => PLACE + name === uri && own === cell)?.text;
    if (text === undefined) throw new Error(`${uri} is none of the texts`);
    return text;
  };
  const own = at(definition.at);
  for (const { from, to, start, end } of [definition.span, definition.nameSpan]) {
    expect(from).toBeLessThanOrEqual(to);
    expect(to).toBeLessThanOrEqual(own.length);
    for (const [offset, point] of [
      [from, start],
      [to, end],
    ] as const) {
      const before = own.slice(0, offset).split(/\r\n|\r|\n/);
      // Within a pair that ends a line, the text before ends in a line of its own.
      const inPair = own[offset - 1] === "\r" && own[offset] === "\n";
      if (!inPair) expect(point).toEqual({ line: before.length - 1, character: before.at(-1)?.length });
    }
  }
  if (!isComponent(definition)) return;
  for (const value of valuesOf(definition)) expectValue(value, at(value.at), definition);
}

function expectValue(value: ValueSource, text: string, definition: Definition): void {
  if (value.kind === "implied") {
    const { from, to } = value.insertion.span;
    expect(from).toBe(to);
    const before = text.slice(0, from).replace(/(?:\s|\/\*[^*]*\*\/)*$/, "");
    const { insertion } = value;
    const comma = insertion.kind === "argument" ? insertion.comma : insertion.trailingComma;
    expect(before.endsWith(",")).toBe(comma);
    return;
  }
  if (value.kind !== "literal") return;
  const code = text.slice(value.span.from, value.span.to);
  if (definition.language === "python") {
    if (value.form.kind !== "python string") return;
    const { prefix, quote } = value.form;
    const inner = code.slice(prefix.length + quote.length, -quote.length);
    const pieces = pythonSyntax({ prefix, quote, lineEnd: "\n", asciiOnly: false }).read(inner);
    const written = pieces === undefined ? undefined : textOf(pieces);
    expect([written, written === undefined ? undefined : cleanDocstring(written)]).toContain(value.value);
  } else if (value.value !== undefined) {
    // What JavaScript itself makes of the code.
    expect(runInNewContext(`(${code})`)).toBe(value.value);
  } else if (value.form.kind === "template") {
    let from = value.span.from + 1;
    const ends = [...value.form.substitutions.map((substitution) => substitution.from), value.span.to - 1];
    const parts = ends.map((end, index) => {
      const part: unknown = runInNewContext(`\`${text.slice(from, end)}\``);
      from = value.form.kind === "template" ? (value.form.substitutions[index]?.to ?? end) : end;
      return part;
    });
    expect(parts).toEqual(value.form.parts);
    for (const substitution of value.form.substitutions) {
      expect(text.slice(substitution.from, substitution.to)).toMatch(/^\$\{[\s\S]*\}$/);
    }
  }
}
