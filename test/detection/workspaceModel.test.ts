import { describe, expect, test } from "vitest";
import type { ComponentDefinition, SystemDefinition } from "../../src/detection/definition.ts";
import { valuesOf, WorkspaceModel } from "../../src/detection/workspaceModel.ts";
import { linked, testGrammars } from "./corpusReading.ts";

const file = (name: string, text: string) => ({ name, cell: undefined, language: "typescript" as const, text });

const texts = [
  file(
    "steps.ts",
    `import { choice, component, llm, options } from "optimas";
const PROMPT = "Shared.";
export const first = llm({ name: "first", inputs: ["a"], outputs: ["b"], prompt: PROMPT });
export const second = llm({ name: "second", inputs: ["b"], outputs: ["c"], prompt: PROMPT });
export const alone = component({ name: "alone", inputs: ["a"], outputs: ["d"], variable: options({ k: choice([1, 2]), n: choice([3]) }), run });`,
  ),
  file(
    "systems.ts",
    `import { system } from "optimas";
import { first, second, alone } from "./steps.ts";
export const both = system({ name: "both", components: [second, first, second, unknown], outputs: ["c"] });
export const one = system({ name: "one", components: [first], outputs: ["b"] });`,
  ),
  file(
    "experiments.ts",
    `import { experiment } from "optimas";
import { both, one } from "./systems.ts";
export const quick = experiment({ system: both, data, reward });
export const long = experiment({ system: both, data, reward, settings: { iterations: 40 } });
export default experiment({ system: one, data, reward });`,
  ),
];

async function model(): Promise<WorkspaceModel> {
  return new WorkspaceModel(linked(await testGrammars(), texts).definitions());
}

function named<T extends { readonly name: string | undefined }>(list: readonly T[], name: string): T {
  const found = list.find((definition) => definition.name === name);
  if (found === undefined) throw new Error(`${name} is not among them`);
  return found;
}

const names = (list: readonly (ComponentDefinition | SystemDefinition)[]) => list.map(({ name }) => name);

describe("the model of a workspace", () => {
  test("knows components, systems and experiments, each by its id", async () => {
    const workspace = await model();
    expect(names(workspace.components())).toEqual(["first", "second", "alone"]);
    expect(names(workspace.systems())).toEqual(["both", "one"]);
    expect(workspace.experiments().map(({ name }) => name)).toEqual(["quick", "long", undefined]);
    for (const definition of workspace.definitions) expect(workspace.definition(definition.id)).toBe(definition);
    expect(workspace.definition("file:///work/steps.ts:llm:gone")).toBeUndefined();
  });

  test("leads from a component to its systems and experiments", async () => {
    const workspace = await model();
    const first = named(workspace.components(), "first");
    expect(names(workspace.systemsOf(first))).toEqual(["both", "one"]);
    expect(workspace.experimentsOf(first).map(({ name }) => name)).toEqual(["quick", "long", undefined]);
    const alone = named(workspace.components(), "alone");
    expect(workspace.systemsOf(alone)).toEqual([]);
    expect(workspace.experimentsOf(alone)).toEqual([]);
  });

  test("leads from a system to its components, each once and in the order written, and to its experiments", async () => {
    const workspace = await model();
    const both = named(workspace.systems(), "both");
    expect(names(workspace.componentsOf(both))).toEqual(["second", "first"]);
    expect(workspace.experimentsOf(both).map(({ name }) => name)).toEqual(["quick", "long"]);
  });

  test("leads from an experiment to its system", async () => {
    const workspace = await model();
    const quick = named(workspace.experiments(), "quick");
    expect(workspace.systemOf(quick)?.name).toBe("both");
    expect(workspace.systemOf({ ...quick, system: undefined })).toBeUndefined();
  });

  test("tells which components share a place of their value", async () => {
    const workspace = await model();
    const [shared] = valuesOf(named(workspace.components(), "first"));
    const [own] = valuesOf(named(workspace.components(), "alone"));
    if (shared === undefined || own === undefined) throw new Error("they have values");
    expect(names(workspace.sharing(shared))).toEqual(["first", "second"]);
    expect(names(workspace.sharing(own))).toEqual(["alone"]);
  });

  test("of an empty workspace is empty", () => {
    expect(new WorkspaceModel([]).definitions).toEqual([]);
  });
});
