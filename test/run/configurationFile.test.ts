import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configurationFile, readConfiguration, saveConfiguration } from "../../src/run/configurationFile.ts";
import { workspace } from "../loader/workspace.ts";

const saved = {
  configuration: { retriever: { k: 10 }, answerer: "Answer briefly.", reranker: null },
  origin: {
    system: "qa",
    run: "20261121-150307-qa-k3f9",
    model: "simulated:text (simulated model)",
    validation: { unoptimized: 0.4, optimized: 0.5, n: 20 },
  },
};

describe("a configuration file", () => {
  test("lies beside its experiment", () => {
    expect(configurationFile("/work/qa/experiment.ts")).toBe("/work/qa/experiment.optimas.json");
  });

  test("is read as it was saved, and replaced by the next", () => {
    const file = join(workspace({}), "qa.optimas.json");
    saveConfiguration(file, saved);
    expect(readConfiguration(file)).toEqual(saved.configuration);
    saveConfiguration(file, { configuration: { retriever: { k: 5 } } });
    expect(readConfiguration(file)).toEqual({ retriever: { k: 5 } });
  });

  test("has the same bytes for the same configuration", () => {
    const [one, two] = ["one.json", "two.json"].map((name) => join(workspace({}), name));
    saveConfiguration(one ?? "", saved);
    saveConfiguration(two ?? "", saved);
    expect(readFileSync(one ?? "", "utf8")).toBe(readFileSync(two ?? "", "utf8"));
  });

  const check = (name: string, content: string, message: RegExp) =>
    test(`${name} is refused and never overwritten`, () => {
      const file = join(workspace({ "qa.optimas.json": content }), "qa.optimas.json");
      expect(() => readConfiguration(file)).toThrow(message);
      expect(() => saveConfiguration(file, saved)).toThrow(message);
      expect(readFileSync(file, "utf8")).toBe(content);
    });
  check(
    "of a newer version",
    '{ "format": 2, "configuration": {} }',
    /written by a newer version of Optimas \(format 2/,
  );
  check("that is no JSON", "{", /is not valid JSON .* Mend it or remove it\./);
  check("that is something else", '{ "name": "package" }', /is no configuration \(format: /);
  check("with an impossible value", '{ "format": 1, "configuration": { "a": [1] } }', /configuration\.a: /);

  test("that is not there is told with the remedy", () => {
    expect(() => readConfiguration("/nowhere/qa.optimas.json")).toThrow(/Cannot read \/nowhere\/qa\.optimas\.json: /);
  });
});
