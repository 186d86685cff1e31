import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseSettings } from "../../src/optimize/settings.ts";
import { prepareExperiment } from "../../src/sdk/preparation.ts";
import { llm } from "../../src/system/llm.ts";
import { wireSystem } from "../../src/system/system.ts";
import { toyModel } from "../optimize/toySystem.ts";
import { toyExperiment } from "./toyExperiment.ts";

const signal = new AbortController().signal;

const asking = wireSystem({
  name: "asking",
  components: [
    llm({ name: "writer", description: "Writes.", inputs: ["question"], outputs: ["draft"], prompt: "Write." }),
  ],
  outputs: ["draft"],
  route: undefined,
});

describe("models of a prepared experiment", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "optimas-models-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const prepared = (given: { readonly model?: string; readonly cache?: "on" | "off" } = {}) =>
    prepareExperiment(
      { ...toyExperiment(), system: asking, model: toyModel, proposer: undefined },
      parseSettings({ cache: given.cache ?? "on" }),
      { baseDirectory: folder, model: given.model, out: join(folder, "runs"), estimateOnly: true },
      signal,
    );

  test("of one's own go through no record, and repeat themselves as their author says", async () => {
    const { paid, repeatable, around } = await prepared();
    expect([...paid]).toEqual([]);
    expect(repeatable).toBe(true);
    expect(around(toyModel, async () => undefined)).toBe(toyModel);
  });

  test("asked by name in the place of one's own are those of a provider", async () => {
    const { paid, repeatable, model } = await prepared({ model: "ollama:llama3.2" });
    expect([...paid]).toEqual(["ollama:llama3.2"]);
    expect(model.name).toBe("ollama:llama3.2");
    expect(repeatable).toBe(true);
  });

  test("answer differently each time where no record holds what they said", async () => {
    expect(await prepared({ model: "ollama:llama3.2", cache: "off" })).toMatchObject({ repeatable: false });
  });
});
