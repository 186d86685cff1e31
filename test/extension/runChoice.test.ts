import { describe, expect, test } from "vitest";
import { WorkspaceModel } from "../../src/detection/workspaceModel.ts";
import { english } from "../../src/extension/l10n.ts";
import {
  aboutFile,
  definitionsAt,
  experimentName,
  experimentsFor,
  inOrder,
  LastChosen,
  landscapeKeys,
  ownSystem,
  whyNotOptimized,
} from "../../src/extension/runs/runChoice.ts";
import { aComponent, anExperiment, aSystem } from "./anyDefinition.ts";
import { memory } from "./memory.ts";

const [retriever, answerer] = [aComponent("retriever"), aComponent("answerer")];
const system = aSystem("qa", [retriever, answerer], { name: "hotpotqa" });
const [first, second] = [anExperiment("first", system), anExperiment("second", system)];
const alone = aComponent("alone");
const model = new WorkspaceModel([retriever, answerer, alone, system, first, second]);

describe("what a definition can be worked on with", () => {
  test("is every experiment that contains it", () => {
    expect(experimentsFor(retriever, model)).toEqual([first, second]);
    expect(experimentsFor(system, model)).toEqual([first, second]);
    expect(experimentsFor(second, model)).toEqual([second]);
    expect(experimentsFor(alone, model)).toEqual([]);
  });

  test("from a file's menu is what the file declares, else what shares an experiment with that, else anything", () => {
    const elsewhere = { uri: "file:///w/other.ts" };
    const other = aComponent("other", { id: "other", at: elsewhere });
    const away = anExperiment("away", system, { id: "away", at: { uri: "file:///w/experiment.ts" } });
    const all = new WorkspaceModel([retriever, answerer, alone, other, system, first, away]);
    expect(aboutFile(all.components(), retriever.at.uri, all)).toEqual([retriever, answerer, alone]);
    expect(aboutFile(all.experiments(), away.at.uri, all)).toEqual([away]);
    expect(aboutFile(all.components(), away.at.uri, all)).toEqual([retriever, answerer]);
    expect(aboutFile(all.experiments(), elsewhere.uri, all)).toEqual([first, away]);
    expect(aboutFile(all.experiments(), "file:///w/README.md", all)).toEqual([first, away]);
  });

  test("is called by the system's name", () => {
    expect(experimentName(first, model)).toBe("hotpotqa");
    expect(experimentName(anExperiment("lost", aSystem("gone", [])), model)).toBe("lost");
  });

  test("is made around the component's system", () => {
    expect(ownSystem(retriever, model)).toBe(system);
    expect(ownSystem(alone, model)).toBeUndefined();
  });
});

describe("a component", () => {
  test("has a landscape over its options, or its models", () => {
    expect(landscapeKeys(retriever)).toEqual(["k"]);
    const value = { kind: "computed", at: retriever.at, span: retriever.span, why: "" } as const;
    expect(landscapeKeys({ ...retriever, variable: { kind: "model", models: ["a"], value } })).toEqual(["model"]);
    expect(landscapeKeys({ ...retriever, variable: { kind: "prompt", value, maxLength: undefined } })).toEqual([]);
  });

  test("cannot be optimized in Python, without a name, or without a variable", () => {
    expect(whyNotOptimized(retriever, english)).toBeUndefined();
    expect(whyNotOptimized({ ...retriever, language: "python" }, english)).toMatch(/retriever is written in Python/);
    expect(whyNotOptimized({ ...retriever, name: undefined }, english)).toMatch(/is computed/);
    expect(whyNotOptimized({ ...retriever, variable: { kind: "none" } }, english)).toMatch(/has no variable/);
  });
});

describe("a choice", () => {
  test("begins with what is at the cursor, then with what was chosen last", () => {
    const all = [retriever, answerer, alone];
    expect(inOrder(all, [])).toEqual(all);
    expect(inOrder(all, [alone.id])).toEqual([alone, retriever, answerer]);
    expect(inOrder(all, [alone.id], [answerer.id])).toEqual([answerer, alone, retriever]);
  });

  test("finds the innermost definition at a line", () => {
    const inner = {
      ...aComponent("inner"),
      span: { ...first.span, from: first.span.from + 10, to: first.span.from + 90 },
    };
    const { line } = first.span.start;
    expect(definitionsAt([first, inner, retriever], line)).toEqual([inner.id, first.id]);
    expect(definitionsAt([first], line - 1)).toEqual([]);
  });

  test("is remembered, the latest first and each once", async () => {
    const chosen = new LastChosen(memory());
    for (const id of ["a", "b", "a"]) await chosen.add(id);
    expect(chosen.ids).toEqual(["a", "b"]);
    for (let at = 0; at < 30; at++) await chosen.add(String(at));
    expect(chosen.ids).toHaveLength(20);
  });
});
