import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ExperimentDefinition } from "../../src/detection/definition.ts";
import { stateFileOf, stateFileOfRun } from "../../src/extension/updates/experimentValues.ts";
import { movedStateFiles } from "../../src/extension/updates/movedStateFiles.ts";
import { notebookConfigurationFile, saveConfiguration } from "../../src/run/configurationFile.ts";
import { workspace } from "../loader/workspace.ts";
import { anExperiment, aSystem } from "./anyDefinition.ts";

describe("the file of accepted values", () => {
  const declared = anExperiment("tuning", aSystem("qa", []));
  const inCell: ExperimentDefinition = { ...declared, at: { ...declared.at, cell: "a1" } };

  test("of an experiment is where its runs look for it", () => {
    expect(stateFileOf(declared, "/w/qa.ts")).toEqual({ file: "/w/qa.optimas.json", experiment: undefined });
    expect(stateFileOf(inCell, "/w/qa.optnb")).toEqual({
      file: notebookConfigurationFile({ notebook: "/w/qa.optnb", name: "tuning" }),
      experiment: { notebook: "qa.optnb", name: "tuning" },
    });
  });

  test("is none where a notebook's experiment has no name", () => {
    expect(stateFileOf({ ...inCell, exportedAs: [] }, "/w/qa.optnb")).toBeUndefined();
    expect(stateFileOf({ ...inCell, exportedAs: ["default"] }, "/w/qa.optnb")).toBeUndefined();
  });

  test("of a run is what the run says, else that of its experiment's file", () => {
    const values = { file: "/w/qa.tuning.optimas.json", experiment: { notebook: "qa.optnb", name: "tuning" } };
    expect(stateFileOfRun({ experiment: { path: "", given: "", values } })).toEqual(values);
    expect(stateFileOfRun({ experiment: { path: "/w/qa.ts", given: "qa.ts" } })?.file).toBe("/w/qa.optimas.json");
    expect(stateFileOfRun({ experiment: { path: "", given: "" } })).toBeUndefined();
  });
});

describe("when an experiment is renamed, its accepted values", () => {
  const save = (folder: string, name: string, experiment?: { notebook: string; name: string }) =>
    saveConfiguration(join(folder, name), { configuration: {}, ...(experiment && { experiment }) });

  test("go with the notebook, of all its experiments and of no other", () => {
    const folder = workspace({ "a.optnb": "", "a.b.optnb": "", "sub/x": "" });
    save(folder, "a.one.optimas.json", { notebook: "a.optnb", name: "one" });
    save(folder, "a.two.optimas.json", { notebook: "a.optnb", name: "two" });
    save(folder, "a.b.one.optimas.json", { notebook: "a.b.optnb", name: "one" });
    save(folder, "a.optimas.json");
    writeFileSync(join(folder, "a.broken.optimas.json"), "{");
    expect(movedStateFiles({ from: join(folder, "a.optnb"), to: join(folder, "sub/c.optnb") })).toEqual([
      { from: join(folder, "a.one.optimas.json"), to: join(folder, "sub/c.one.optimas.json") },
      { from: join(folder, "a.two.optimas.json"), to: join(folder, "sub/c.two.optimas.json") },
    ]);
  });

  test("go with the experiment's file", () => {
    const folder = workspace({ "a.ts": "" });
    save(folder, "a.optimas.json");
    expect(movedStateFiles({ from: join(folder, "a.ts"), to: join(folder, "b.mts") })).toEqual([
      { from: join(folder, "a.optimas.json"), to: join(folder, "b.optimas.json") },
    ]);
    expect(movedStateFiles({ from: join(folder, "a.ts"), to: join(folder, "a.mts") })).toEqual([]);
    expect(movedStateFiles({ from: join(folder, "a.md"), to: join(folder, "b.md") })).toEqual([]);
  });

  test("stay where another file is in their place", () => {
    const folder = workspace({ "a.ts": "", "b.optimas.json": "" });
    save(folder, "a.optimas.json");
    expect(movedStateFiles({ from: join(folder, "a.ts"), to: join(folder, "b.ts") })).toEqual([]);
  });
});
