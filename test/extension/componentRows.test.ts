import { describe, expect, test } from "vitest";
import type { Definition } from "../../src/detection/definition.ts";
import { WorkspaceModel } from "../../src/detection/workspaceModel.ts";
import { type Facts, nothingKnown } from "../../src/extension/components/componentFacts.ts";
import { componentRows } from "../../src/extension/components/componentRows.ts";
import type { Row } from "../../src/extension/components/row.ts";
import { english } from "../../src/extension/l10n.ts";
import { aComponent, anExperiment, aSystem } from "./anyDefinition.ts";
import { anActivity, aStanding, factsOf, known } from "./knownFacts.ts";

const retriever = aComponent("retriever");
const writer = aComponent("writer", { name: undefined, binding: "writer\u202e\n" });
const alone = aComponent("alone", { at: { uri: "file:///w/other.ts" } });
const listed = aComponent("Predict", { at: { uri: "file:///w/a.py" }, kind: "predictor", language: "python" });
const system = aSystem("qa", [retriever, writer, retriever]);

function rows(definitions: readonly Definition[], facts: Facts = factsOf(nothingKnown)): Row[] {
  const pathOf = (uri: string) => uri.replace("file:///w/", "");
  return componentRows({ model: new WorkspaceModel(definitions), facts, pathOf, l10n: english });
}
const children = (row: Row | undefined) => row?.children?.() ?? [];

describe("the tree of components", () => {
  test("lists systems with their components, then files of components without one", () => {
    const tree = rows([retriever, writer, system, alone, listed]);
    expect(tree.map(({ label, description }) => [label, description])).toEqual([
      ["qa", "system.ts"],
      ["other.ts", undefined],
      ["a.py", undefined],
    ]);
    expect(tree.map((row) => children(row).map(({ label }) => label))).toEqual([
      ["retriever", "writer<U+202E>"],
      ["alone"],
      ["Predict"],
    ]);
  });

  test("never gives two rows the same id, also not to a component of two systems", () => {
    const tree = rows([retriever, writer, system, aSystem("second", [retriever]), alone]);
    const ids = tree.flatMap((row) => [row.id, ...children(row).map(({ id }) => id)]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(rows([retriever, writer, system, alone]).map(({ id }) => id)).toEqual(
      tree.filter(({ label }) => label !== "second").map(({ id }) => id),
    );
  });

  test("shows what a system lists and nobody defines, and an experiment of an unknown system", () => {
    const references = [{ name: "gone", span: system.span, definition: undefined }];
    const [row] = rows([aSystem("qa", [], { components: references })]);
    expect(children(row)).toMatchObject([{ label: "gone", description: "not found", context: "component.missing" }]);
    const lost = anExperiment("lost", system, { system: undefined });
    expect(children(rows([lost])[0])).toMatchObject([{ label: "lost", context: "experiment", definition: lost.id }]);
  });

  const health = (facts: Facts, component = retriever) => {
    const [row] = children(rows([component, aSystem("qa", [component])], facts)[0]);
    return { words: row?.description, icon: row?.icon.name, color: row?.icon.color, context: row?.context };
  };
  test.each([
    [
      "never fitted",
      nothingKnown,
      { words: "never fitted", icon: "circle-outline", color: undefined, context: "component.tunable" },
    ],
    [
      "fitted",
      known(),
      { words: "aligned 0.78", icon: "pass", color: "charts.green", context: "component.tunable.accepted" },
    ],
    [
      "stale",
      known({ freshness: "changed" }),
      { words: "stale because code changed", icon: "history", color: "charts.orange" },
    ],
    ["perhaps stale", known({ freshness: "file changed" }), { words: "aligned 0.78, file changed since" }],
    [
      "of the simulated model",
      known({ standing: { ...aStanding, simulated: true } }),
      { words: "aligned 0.78, simulated model" },
    ],
    [
      "not trusted",
      known({ standing: { ...aStanding, fitted: { ...aStanding.fitted, trusted: false } as never } }),
      { words: "not trusted, aligned 0.78", icon: "warning" },
    ],
    [
      "at work",
      known({ activity: anActivity }),
      {
        words: "optimizing 3 of 10, simulated model",
        icon: "sync~spin",
        context: "component.tunable.live.accepted",
      },
    ],
  ])("says that a component is %s", (_what, facts, expected) => {
    expect(health(factsOf(facts))).toMatchObject(expected);
  });

  test("says what is only run, and what is only listed", () => {
    const fixed = aComponent("fixed", { variable: { kind: "none" } });
    expect(health(factsOf(nothingKnown), fixed)).toMatchObject({ words: "no variable", context: "component.fixed" });
    expect(children(rows([listed])[0])).toMatchObject([
      { description: "DSPy predictor", context: "component.listed", definition: listed.id },
    ]);
  });

  test("tells screen readers what icons show, and commands what they act on", () => {
    const [row] = children(rows([retriever, system], factsOf(known({ activity: anActivity })))[0]);
    expect(row).toMatchObject({
      spoken: "Component retriever, optimizing 3 of 10, simulated model",
      definition: retriever.id,
      editorRun: "editor run 1",
      does: "go to definition",
    });
    expect(rows([retriever, system], factsOf(nothingKnown, anActivity))[0]?.description).toBe("optimizing 3 of 10");
  });
});
