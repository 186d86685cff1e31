// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources with substitutions are what is tested.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type ComponentDefinition,
  isComponent,
  type SourceLanguage,
  type ValueSource,
} from "../../src/detection/definition.ts";
import { editedText, inverseEdits } from "../../src/detection/textEdit.ts";
import { type ValueChange, valueEdits } from "../../src/detection/valueEdit.ts";
import type { OptionValue } from "../../src/system/variable.ts";
import { type CorpusText, corpusCases, PLACE } from "./corpusCase.ts";
import { linked, testGrammars } from "./corpusReading.ts";

const grammars = await testGrammars();

/** What finding components makes of texts. */
function components(texts: readonly CorpusText[]): ComponentDefinition[] {
  const linker = linked(grammars, texts);
  return linker.files().flatMap(({ definitions }) => definitions.filter(isComponent));
}

interface Place {
  readonly component: string;
  readonly key: string | undefined;
  readonly source: ValueSource;
}

function placesOf({ id, variable }: ComponentDefinition): Place[] {
  if (variable.kind === "prompt" || variable.kind === "model") {
    return [{ component: id, key: undefined, source: variable.value }];
  }
  if (variable.kind !== "options") return [];
  return Object.entries(variable.values).map(([key, source]) => ({ component: id, key, source }));
}

const isIn = (text: CorpusText, { at }: ValueSource): boolean => PLACE + text.name === at.uri && text.cell === at.cell;

const newValues: readonly OptionValue[] = ["Answer\nin \"three\"\n'lines' of `${code}`\\.", "é 😀", 12.5, true];

/** Writes a value to a place, finds it again there, takes it back. */
function holds(texts: readonly CorpusText[], place: Place, value: OptionValue): "written" | "refused" {
  const text = texts.find((one) => isIn(one, place.source));
  if (text?.language === undefined) throw new Error(`no text at ${place.source.at.uri}`);
  const change: ValueChange = { source: place.source, key: place.key, value, known: [] };
  const result = valueEdits({ text: text.text, language: text.language, asciiOnly: false }, [change]);
  if (result.kind === "refused") {
    expect(["computed", "substitution", "bytes", "docstring", "comments"]).toContain(result.refusal.kind);
    return "refused";
  }
  const after = editedText(text.text, result.edits);
  expect(editedText(after, inverseEdits(text.text, result.edits))).toBe(text.text);
  const others = texts.map((one) => (one === text ? { ...one, text: after } : one));
  const again = components(others)
    .flatMap(placesOf)
    .find(({ component, key }) => component === place.component && key === place.key);
  const found = again === undefined || again.source.kind === "computed" ? undefined : again.source.value;
  expect(found, after).toBe(value);
  return "written";
}

function holdsEverywhere(texts: readonly CorpusText[]): number {
  let written = 0;
  for (const place of components(texts).flatMap(placesOf)) {
    for (const value of newValues) {
      // A prompt or a model is a text, whatever else options may be.
      if (place.key === undefined && typeof value !== "string") continue;
      if (holds(texts, place, value) === "written") written++;
    }
  }
  return written;
}

const file = (name: string, language: SourceLanguage, text: string): CorpusText => ({
  name,
  cell: undefined,
  language,
  text,
});

describe("a value that was found in the source", () => {
  test("of the example is written, found again with the new value, and taken back", () => {
    const text = readFileSync(new URL("../../examples/hotpotqa/system.ts", import.meta.url), "utf8");
    expect(holdsEverywhere([file("system.ts", "typescript", text)])).toBe(12);
    expect(holdsEverywhere([file("system.ts", "typescript", text.replaceAll("\n", "\r\n"))])).toBe(12);
  });

  test("in many shapes is written, found again with the new value, and taken back", () => {
    const text = `import { choice, component, llm, modelChoice, options, prompt, range } from "optimas";
import { FAR } from "./far";
const NEAR = ["One.", "Two."].join("\\n");
const run = () => ({ b: "" });
const common = { description: "", inputs: ["a"], outputs: ["b"] } as const;
export const a = llm({ name: "a", ...common, prompt: NEAR });
export const b = llm({ name: "b", ...common, prompt: FAR, });
export const c = llm({ name: "c", ...common, prompt: "One. " +
  "Two." });
export const d = component({ name: "d", ...common, variable: prompt(\`Answer.\`, 500), run });
export const e = component({ name: "e", ...common, variable: modelChoice(["small", "large"]), run });
export const f = component({ name: "f", ...common, variable: modelChoice(["small", "large"], 'large'), run });
export const g = component({
  name: "g", ...common,
  variable: options(
    { k: choice([1, "auto"]), t: range(0, 1), "top-p": range(0, 1) }, // the space
    { t: 0.5, },
  ),
  run,
});
export const h = component({ name: "h", ...common, variable: options({ k: choice([1, 2]) }, {}), run });
`;
    const far = "export const FAR = 'Far away.';\r\n";
    const texts = [file("near.ts", "typescript", text), file("far.ts", "typescript", far)];
    expect(components(texts)).toHaveLength(8);
    expect(holdsEverywhere(texts)).toBeGreaterThanOrEqual(24);
  });

  test("in the corpus is written, found again with the new value, and taken back", () => {
    const cases = corpusCases();
    const written = cases.map(({ texts }) => holdsEverywhere(texts));
    expect(written.filter((count) => count > 0).length).toBeGreaterThan(20);
  });
});
