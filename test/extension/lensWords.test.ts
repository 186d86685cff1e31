import { describe, expect, test } from "vitest";
import type { Definition } from "../../src/detection/definition.ts";
import { type Facts, nothingKnown } from "../../src/extension/components/componentFacts.ts";
import { lensPlaces, lensWords } from "../../src/extension/components/lensWords.ts";
import { english } from "../../src/extension/l10n.ts";
import { aComponent, anExperiment, aSystem } from "./anyDefinition.ts";
import { anActivity, aStanding, factsOf, known } from "./knownFacts.ts";

const retriever = aComponent("retriever");
const system = aSystem("qa", [retriever]);

function lenses(definition: Definition, facts: Facts) {
  return lensPlaces(definition, facts).map((place) => lensWords(place, definition, facts, 10, english));
}
const titles = (definition: Definition, facts: Facts) => lenses(definition, facts).map(({ title }) => title);

describe("the lenses over a component", () => {
  test("say what can be done, and what is known", () => {
    expect(titles(retriever, factsOf(known()))).toEqual([
      "Optimize",
      "Evaluate",
      "Tweak",
      "local reward 0.62, aligned 0.78",
      "2 accepted, 5 rejected",
      "Diff",
    ]);
  });

  test("do what they say, with the definition or the run", () => {
    const does = lenses(retriever, factsOf(known())).map((lens) => lens.does);
    const definition = { definition: retriever.id };
    expect(does).toEqual([
      { command: "optimas.optimizeComponent", argument: definition },
      { command: "optimas.evaluate", argument: definition },
      { command: "optimas.tweakComponent", argument: definition },
      { command: "optimas.openReport", argument: { run: "/w/.optimas/runs/a" } },
      { command: "optimas.openRun", argument: { run: "/w/.optimas/runs/a" } },
      { command: "optimas.showDiff", argument: definition },
    ]);
  });

  test("say in a word that nothing is known, where the figures will stand", () => {
    expect(titles(retriever, factsOf(nothingKnown))).toEqual(["Optimize", "Evaluate", "Tweak", "never fitted"]);
    expect(lenses(retriever, factsOf(nothingKnown)).at(-1)?.does).toBeUndefined();
  });

  test("call nothing simulated where nothing was measured", () => {
    const bare = { ...aStanding, fitted: undefined, localReward: undefined, simulated: true };
    expect(titles(retriever, factsOf(known({ standing: bare })))[3]).toBe("never fitted");
  });

  test.each([
    ["the simulated model", known({ standing: { ...aStanding, simulated: true } }), /, simulated model$/],
    ["changed code", known({ freshness: "changed" }), /aligned 0\.78, code changed since$/],
    ["a changed file", known({ freshness: "file changed" }), /aligned 0\.78, file changed since$/],
    [
      "distrust",
      known({ standing: { ...aStanding, fitted: { ...aStanding.fitted, trusted: false, reason: "x" } as never } }),
      /not trusted, aligned 0\.78$/,
    ],
  ])("say so of %s", (_what, facts, words) => {
    expect(titles(retriever, factsOf(facts))[3]).toMatch(words);
  });

  test("show the run that is at work, and stop it, in the same places", () => {
    const [optimize, evaluate, ...others] = lenses(retriever, factsOf(known({ activity: anActivity })));
    expect(optimize?.title).toBe("$(sync~spin) Optimizing 3 of 10, simulated model");
    expect(evaluate).toMatchObject({ title: "Stop", does: { argument: { editorRun: "editor run 1" } } });
    expect(others).toHaveLength(4);
    const elsewhere = factsOf(known({ activity: { ...anActivity, stop: undefined } }));
    expect(titles(retriever, elsewhere)[1]).toBe("Evaluate");
  });

  test("offer no search where there is nothing to search for", () => {
    const fixed = aComponent("fixed", { variable: { kind: "none" } });
    expect(titles(fixed, factsOf(nothingKnown))).toEqual(["Evaluate", "no variable"]);
  });

  test("are missing in Python, which is only listed", () => {
    expect(lenses(aComponent("x", { kind: "predictor", language: "python" }), factsOf(nothingKnown))).toEqual([]);
  });
});

describe("the lenses over a system or an experiment", () => {
  test("run, evaluate, draw, and open", () => {
    const four = ["Run 10 iterations", "Evaluate", "Landscape", "Open notebook"];
    expect(titles(system, factsOf(nothingKnown))).toEqual(four);
    const five = [...four.slice(0, 3), "Choose model", ...four.slice(3)];
    expect(titles(anExperiment("e", system), factsOf(nothingKnown))).toEqual(five);
    expect(lensWords("run", system, factsOf(nothingKnown), 1, english).title).toBe("Run 1 iteration");
  });

  test("show the run that is at work, and stop it", () => {
    const queued = { ...anActivity, state: "queued", iteration: undefined, simulated: false } as const;
    expect(titles(system, factsOf(nothingKnown, queued))).toEqual([
      "$(clock) Queued",
      "Stop",
      "Landscape",
      "Open notebook",
    ]);
  });
});
