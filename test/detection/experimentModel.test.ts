import { describe, expect, test } from "vitest";
import type { ExperimentDefinition, ValueSource } from "../../src/detection/definition.ts";
import { editedText } from "../../src/detection/textEdit.ts";
import { valueEdits } from "../../src/detection/valueEdit.ts";
import { type CorpusText, PLACE } from "./corpusCase.ts";
import { linked, testGrammars } from "./corpusReading.ts";

const grammars = await testGrammars();

function experimentIn(...texts: readonly [name: string, text: string][]): ExperimentDefinition {
  const files = texts.map(([name, text]): CorpusText => ({ name, text, language: "typescript", cell: undefined }));
  const found = linked(grammars, files)
    .files()
    .flatMap(({ definitions }) => definitions);
  const experiment = found.find(({ kind }) => kind === "experiment");
  if (experiment?.kind !== "experiment") throw new Error("no experiment was found");
  return experiment;
}

const file = (entries: string) => `import { experiment } from "optimas";
export default experiment({ system: qa, data, reward${entries} });
`;

/** The text once the model is another one. */
function written(text: string, name: string): string {
  const source = modelOf(experimentIn(["experiment.ts", text]));
  const made = valueEdits({ text, language: "typescript", asciiOnly: false }, [
    { source, key: "model", value: name, known: [] },
  ]);
  if (made.kind === "refused") throw new Error(made.refusal.kind);
  return editedText(text, made.edits);
}

function modelOf({ model }: ExperimentDefinition): ValueSource {
  if (model === undefined) throw new Error("nothing is said of a model");
  return model;
}

describe("the model of an experiment", () => {
  test("is found where it is written, and replaced there in the manner of what stands there", () => {
    const text = file(", model: 'openai:gpt-4o-mini', settings: {}");
    expect(modelOf(experimentIn(["experiment.ts", text]))).toMatchObject({
      kind: "literal",
      value: "openai:gpt-4o-mini",
    });
    expect(written(text, "ollama:llama3.2")).toBe(file(", model: 'ollama:llama3.2', settings: {}"));
  });

  test("is the simulated one where none is named, and written as a further entry", () => {
    expect(modelOf(experimentIn(["experiment.ts", file("")]))).toMatchObject({
      kind: "implied",
      value: "simulated:text",
    });
    expect(written(file(""), "anthropic:claude-haiku-4-5")).toBe(file(', model: "anthropic:claude-haiku-4-5"'));
    expect(written(file(""), "simulated:text")).toBe(file(""));
    const lines = 'import { experiment } from "optimas";\nexport default experiment({\n  system: qa,\n  data,\n});\n';
    expect(written(lines, "openai:gpt-5")).toBe(lines.replace("  data,\n", '  data,\n  model: "openai:gpt-5",\n'));
    // What was written is found again.
    const again = modelOf(experimentIn(["experiment.ts", written(lines, "openai:gpt-5")]));
    expect(again).toMatchObject({ kind: "literal", value: "openai:gpt-5" });
  });

  test("is followed to a constant of another file", () => {
    const experiment = experimentIn(
      ["experiment.ts", `import { MODEL } from "./models.ts";\n${file(", model: MODEL")}`],
      ["models.ts", 'export const MODEL = "openai:gpt-4o";\n'],
    );
    expect(modelOf(experiment)).toMatchObject({
      kind: "literal",
      at: { uri: `${PLACE}models.ts` },
      constant: "MODEL",
      value: "openai:gpt-4o",
    });
  });

  test.each([
    ["is read from the environment", ", model: process.env.MODEL ?? 'simulated:text'"],
    ["may come from what is spread", ", ...common"],
    ["is made by code", ", model: myModel()"],
  ])("that %s is computed, and says so", (_, entries) => {
    const source = modelOf(experimentIn(["experiment.ts", file(entries)]));
    expect(source.kind).toBe("computed");
    expect(source.kind === "computed" && source.why).not.toBe("");
  });
});

describe("the settings of an experiment", () => {
  test("are known where they are single values, null among them", () => {
    const text = file(", settings: { budgetRuns: 500, budgetUsd: null, cache: 'off', components: ['a'] }");
    expect(experimentIn(["experiment.ts", text]).settings).toEqual({ budgetRuns: 500, budgetUsd: null, cache: "off" });
    expect(experimentIn(["experiment.ts", file("")]).settings).toEqual({});
  });

  test("are not known where code computes them, or one that limits the run", () => {
    for (const settings of ["common", "{ ...common, budgetRuns: 4 }", "{ budgetUsd: cheap() }"]) {
      expect(experimentIn(["experiment.ts", file(`, settings: ${settings}`)]).settings).toBeUndefined();
    }
    const computedElsewhere = experimentIn(["experiment.ts", file(", settings: { budgetUsd: 2, seed: draw() }")]);
    expect(computedElsewhere.settings).toEqual({ budgetUsd: 2 });
  });
});
