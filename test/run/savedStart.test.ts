import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { saveConfiguration } from "../../src/run/configurationFile.ts";
import { savedStart, startFrom } from "../../src/run/savedStart.ts";
import { choice, component, options } from "../../src/system/declaration.ts";
import { llm } from "../../src/system/llm.ts";
import { addSecret, forgetSecrets } from "../../src/system/secrets.ts";
import { workspace } from "../loader/workspace.ts";

const retriever = component({
  name: "retriever",
  description: "Finds passages.",
  inputs: ["question"],
  outputs: ["passages"],
  variable: options({ k: choice([1, 5, 10]) }),
  run: () => ({ passages: "" }),
});
const source = { retriever: { k: 1 } };
const accepted = { retriever: { k: 10 } };

describe("a run starts from", () => {
  test("the source where nothing was accepted", () => {
    const file = join(workspace({}), "qa.optimas.json");
    expect(savedStart(file, [retriever])).toEqual({ configuration: source, taken: [], leftOut: [] });
  });

  test("the accepted value as long as the source says what it replaced", () => {
    const file = join(workspace({}), "qa.optimas.json");
    saveConfiguration(file, { configuration: accepted, replaces: source });
    expect(savedStart(file, [retriever])).toEqual({ configuration: accepted, taken: ["retriever"], leftOut: [] });
  });

  test("the accepted value where the source's holds a key, which no file repeats", () => {
    onTestFinished(forgetSecrets);
    const key = "sk-planted-in-a-source";
    addSecret(key);
    const asking = llm({ name: "asker", description: "", inputs: ["q"], outputs: ["a"], prompt: `Use ${key}.` });
    const file = join(workspace({}), "qa.optimas.json");
    saveConfiguration(file, { configuration: { asker: "Better." }, replaces: { asker: `Use ${key}.` } });
    expect(readFileSync(file, "utf8")).not.toContain(key);
    expect(savedStart(file, [asking])).toEqual({ configuration: { asker: "Better." }, taken: ["asker"], leftOut: [] });
    // One that was never changed is the source's own, key and all.
    saveConfiguration(file, { configuration: { asker: `Use ${key}.` } });
    expect(savedStart(file, [asking]).configuration).toEqual({ asker: `Use ${key}.` });
  });

  test("the value of a file written by hand, which says nothing of the source", () => {
    expect(startFrom({ configuration: accepted }, [retriever]).configuration).toEqual(accepted);
  });

  test("the source where the accepted values are another experiment's, and says so", () => {
    const folder = workspace({ "a.ipynb": "" });
    const file = join(folder, "a.tuning.optimas.json");
    const experiment = { notebook: "a.ipynb", name: "tuning" };
    saveConfiguration(file, { configuration: accepted, replaces: source, experiment });
    expect(savedStart(file, [retriever], experiment).taken).toEqual(["retriever"]);
    expect(savedStart(file, [retriever], { ...experiment, notebook: "a.optnb" })).toEqual({
      configuration: source,
      taken: [],
      leftOut: [expect.stringMatching(/holds the accepted values of another experiment: tuning in a\.ipynb/)],
    });
  });

  test("the source once its author has changed it, and says so", () => {
    const start = startFrom({ configuration: accepted, replaces: { retriever: { k: 5 } } }, [retriever]);
    expect(start).toEqual({
      configuration: source,
      taken: [],
      leftOut: ["The accepted value of retriever is left out: its value in the source has been changed since."],
    });
  });

  test("the source where the value was applied to it: nothing is taken, and nothing left out", () => {
    const start = startFrom({ configuration: source, replaces: { retriever: { k: 5 } } }, [retriever]);
    expect(start).toEqual({ configuration: source, taken: [], leftOut: [] });
  });

  test("the source where the value is none of the search space any more, or the component has gone", () => {
    const start = startFrom({ configuration: { retriever: { k: 7 }, reader: "Read." }, replaces: source }, [retriever]);
    expect(start.configuration).toEqual(source);
    expect(start.leftOut).toEqual([
      'The accepted value of retriever is left out: it must have "k" in 1, 5, 10, not 7.',
      "The accepted value of reader is left out: the system has no such component any more.",
    ]);
  });
});
