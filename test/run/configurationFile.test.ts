import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  configurationFile,
  experimentMark,
  foreignValues,
  notebookConfigurationFile,
  readConfiguration,
  readSaved,
  saveConfiguration,
} from "../../src/run/configurationFile.ts";
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

describe("the configuration file of an experiment in a notebook", () => {
  const named = (folder: string, notebook: string, name: string) => ({ notebook: join(folder, notebook), name });
  /** Saves a configuration as a run of the experiment does. */
  const save = (of: ReturnType<typeof named>, k: number) => {
    const file = notebookConfigurationFile(of);
    saveConfiguration(file, { configuration: { retriever: { k } }, experiment: experimentMark(of) });
    return file;
  };

  test("lies beside the notebook, under the notebook's and the experiment's name", () => {
    expect(notebookConfigurationFile(named("/work/qa", "experiment.optnb", "tuning"))).toBe(
      "/work/qa/experiment.tuning.optimas.json",
    );
  });

  test("is no other experiment's: not that of a file, of another notebook, or of another name in the same one", () => {
    const identifier = fc.stringMatching(/^[A-Za-z_$][\w$]{0,8}$/);
    const stem = fc.stringMatching(/^[\w$ -][\w$. -]{0,8}$/);
    fc.assert(
      fc.property(stem, identifier, stem, identifier, (stemA, nameA, stemB, nameB) => {
        fc.pre(stemA !== stemB || nameA !== nameB);
        const [a, b] = [named("/w", `${stemA}.optnb`, nameA), named("/w", `${stemB}.optnb`, nameB)];
        expect(notebookConfigurationFile(a)).not.toBe(notebookConfigurationFile(b));
        expect(notebookConfigurationFile(a)).not.toBe(configurationFile(`/w/${stemA}.ts`));
        expect(notebookConfigurationFile(a).endsWith(".optimas.json")).toBe(true);
      }),
    );
  });

  test("names its experiment, and is read as it was saved", () => {
    const of = named(workspace({ "a.optnb": "" }), "a.optnb", "tuning");
    expect(readSaved(save(of, 3))).toEqual({
      configuration: { retriever: { k: 3 } },
      experiment: { notebook: "a.optnb", name: "tuning" },
    });
  });

  test("of another notebook of the same name is left as it is, with words for what to do", () => {
    const folder = workspace({ "a.optnb": "", "a.ipynb": "" });
    const file = save(named(folder, "a.ipynb", "tuning"), 3);
    const before = readFileSync(file, "utf8");
    expect(() => save(named(folder, "a.optnb", "tuning"), 5)).toThrow(
      /a\.tuning\.optimas\.json holds the accepted values of another experiment: tuning in a\.ipynb\. Give one of the two another name/,
    );
    // So is one that a file of an experiment would write to, and one that only case tells apart.
    expect(foreignValues(file, readSaved(file), undefined)).toMatch(/another experiment/);
    expect(foreignValues(file, readSaved(file), { notebook: "a.ipynb", name: "Tuning" })).toMatch(/another experiment/);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("follows its notebook where both were renamed or copied", () => {
    const folder = workspace({ "b.optnb": "", "copy.optnb": "" });
    const experiment = { notebook: "b.optnb", name: "tuning" };
    for (const notebook of ["renamed.optnb", "copy.optnb"]) {
      const of = named(folder, notebook, "tuning");
      const file = notebookConfigurationFile(of);
      saveConfiguration(file, { configuration: {}, experiment });
      expect(foreignValues(file, readSaved(file), experimentMark(of))).toBeUndefined();
      expect(readSaved(save(of, 3)).experiment).toEqual({ notebook, name: "tuning" });
    }
  });

  test("belongs to whoever comes when its notebook has gone", () => {
    const folder = workspace({ "a.optnb": "" });
    const file = save(named(folder, "a.ipynb", "tuning"), 3);
    expect(foreignValues(file, readSaved(file), { notebook: "a.optnb", name: "tuning" })).toBeUndefined();
  });
});
