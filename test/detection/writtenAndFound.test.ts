import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ComponentDefinition, isComponent, type ValueSource } from "../../src/detection/definition.ts";
import type { Grammars } from "../../src/detection/grammars.ts";
import { editedText } from "../../src/detection/textEdit.ts";
import { type ValueChange, valueEdits } from "../../src/detection/valueEdit.ts";
import type { OptionValue } from "../../src/system/variable.ts";
import { type CorpusText, corpusCases, PLACE } from "./corpusCase.ts";
import { linked, testGrammars } from "./corpusReading.ts";

/** Broken code is not written to: what follows is about code that can be run. */
const cases = corpusCases().filter(({ file }) => !/\/(?:broken-|python-broken|text-invalid)/.test(file));

interface Place {
  readonly texts: readonly CorpusText[];
  readonly id: string;
  readonly key: string | undefined;
  readonly source: Exclude<ValueSource, { kind: "computed" }>;
}

function componentsIn(grammars: Grammars, texts: readonly CorpusText[]): ComponentDefinition[] {
  return linked(grammars, texts).definitions().filter(isComponent);
}

/** Every value of the corpus that can be written to. */
function placesIn(grammars: Grammars): Place[] {
  return cases.flatMap(({ texts }) =>
    componentsIn(grammars, texts).flatMap(({ id, variable }) => {
      const values: (readonly [string | undefined, ValueSource])[] =
        variable.kind === "options"
          ? Object.entries(variable.values)
          : variable.kind === "prompt" || variable.kind === "model"
            ? [[undefined, variable.value]]
            : [];
      return values.flatMap(([key, source]) =>
        // What a template with substitutions shall give must hold what they gave, which nothing here knows.
        source.kind === "computed" || (source.kind === "literal" && source.value === undefined)
          ? []
          : [{ texts, id, key, source }],
      );
    }),
  );
}

function valueAt(grammars: Grammars, texts: readonly CorpusText[], id: string, key: string | undefined): ValueSource {
  const found = componentsIn(grammars, texts).find((component) => component.id === id);
  const variable = found?.variable;
  const value =
    variable?.kind === "options" && key !== undefined
      ? variable.values[key]
      : variable?.kind === "prompt" || variable?.kind === "model"
        ? variable.value
        : undefined;
  if (value === undefined) throw new Error(`${id} has no such value any more`);
  return value;
}

const prompt = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !/\p{Cs}/u.test(text)),
  fc.string({ unit: fc.constantFrom("a", " ", "\n", "`", "'", '"', "\\", "$", "{", "}", "é", "😀"), maxLength: 30 }),
);
const option = fc.oneof(fc.boolean(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), prompt);

describe("a value that is written to its place", () => {
  test("is found there again, and nothing else changes", async () => {
    const grammars = await testGrammars();
    const places = placesIn(grammars);
    expect(places.length).toBeGreaterThan(100);
    let written = 0;
    fc.assert(
      fc.property(fc.nat({ max: places.length - 1 }), prompt, option, (index, text, other) => {
        const place = places[index];
        if (place === undefined) return;
        const { source, key, texts, id } = place;
        const value: OptionValue = key === undefined ? text : Object.is(other, -0) ? 0 : other;
        const target = texts.find(({ name, cell }) => PLACE + name === source.at.uri && cell === source.at.cell);
        if (target?.language === undefined) throw new Error(`${source.at.uri} is none of the texts`);
        const change: ValueChange = { source, key, value, known: [] };
        const edits = valueEdits({ text: target.text, language: target.language, asciiOnly: false }, [change]);
        // Some literals of Python have no way to hold some texts; that is said, and nothing is written.
        if (edits.kind === "refused") {
          expect(target.language).toBe("python");
          return;
        }
        written++;
        const after = texts.map((other) =>
          other === target ? { ...target, text: editedText(target.text, edits.edits) } : other,
        );
        const found = valueAt(grammars, after, id, key);
        if (found.kind === "computed") throw new Error(`${id} is computed now: ${found.why}`);
        expect(found.value).toEqual(value);
        const names = (all: readonly CorpusText[]) =>
          linked(grammars, all)
            .definitions()
            .map((definition) => definition.id);
        expect(names(after)).toEqual(names(texts));
      }),
      { numRuns: 500 },
    );
    expect(written).toBeGreaterThan(300);
  });
});
