import { describe, expect, test } from "vitest";
import { type KnownModels, modelNameProblem, modelRows } from "../../src/extension/models/modelRows.ts";
import { english } from "../../src/run/l10n.ts";

const known: KnownModels = {
  current: "openai:gpt-4o-mini",
  named: ["ollama:llama3.2", "openai:gpt-4o-mini"],
  descriptions: {
    servers: new Map([["mine", { baseUrl: "https://models.example/v1", keyVariable: undefined, structured: false }]]),
    prices: new Map([
      ["mine:large", { inputPerMillion: 2, outputPerMillion: 0.5 }],
      ["ollama:*", { inputPerMillion: 0, outputPerMillion: 0 }],
    ]),
  },
  keys: new Map([
    ["openai", "stored"],
    ["anthropic", "none"],
  ]),
  editor: new Map([["vscode:maker/talker", "Talker"]]),
  local: undefined,
};

const rows = modelRows(known, english);
const descriptionOf = (name: string) =>
  rows.flatMap((row) => (row.kind === "model" && row.name === name ? row.description : []));

describe("the models that an experiment can ask", () => {
  test("stand below where they are asked, each once, what it asks now first", () => {
    const names = rows.flatMap((row) => (row.kind === "model" ? row.name : []));
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(0, 3)).toEqual(["openai:gpt-4o-mini", "mine:large", "ollama:llama3.2"]);
    expect(names.at(-1)).toBe("simulated:text");
    expect(names.filter((name) => name.startsWith("anthropic:")).length).toBeGreaterThan(3);
    const headings = rows.flatMap((row) => (row.kind === "heading" ? row.label : []));
    expect(headings).toEqual([
      "In this workspace",
      "Models of the editor",
      "openai · API key set",
      "anthropic · no API key yet",
      "Without any provider",
    ]);
    expect(rows.every((row, at) => row.kind === "model" || rows[at + 1]?.kind === "model")).toBe(true);
  });

  test("say what they cost, and that nobody knows it", () => {
    expect(descriptionOf("openai:gpt-4o-mini")).toEqual(["$0.15 in, $0.60 out, a million tokens · asked now"]);
    expect(descriptionOf("mine:large")).toEqual(["$2.00 in, $0.50 out, a million tokens"]);
    expect(descriptionOf("ollama:llama3.2")).toEqual(["free"]);
    expect(descriptionOf("vscode:maker/talker")).toEqual(["Talker · paid for by the editor's plan"]);
    expect(descriptionOf("simulated:text")).toEqual(["simulated model, costs nothing"]);
    const unpriced = modelRows({ ...known, named: ["mine:other"] }, english);
    expect(unpriced).toContainEqual({
      kind: "model",
      name: "mine:other",
      description: "price not known",
      isCurrent: false,
    });
  });

  test("are those of servers that were found as well", () => {
    const server = { provider: "ollama", baseUrl: "http://127.0.0.1:11434/v1", kind: "ollama" };
    const local = { servers: [{ ...server, models: ["ollama:qwen3", "ollama:llama3.2"] }], strangers: [], silent: [] };
    const found = modelRows({ ...known, local }, english);
    const at = found.findIndex((row) => row.kind === "heading" && row.label === "ollama · http://127.0.0.1:11434/v1");
    // The other one stands in the workspace already.
    expect(found.slice(at + 1, at + 3).map((row) => (row.kind === "model" ? row.name : "heading"))).toEqual([
      "ollama:qwen3",
      "heading",
    ]);
  });

  test("can be typed as provider:model alone", () => {
    for (const name of ["openai:gpt-4o-mini", " ollama:llama3.2:1b ", "my-server:org/model", "simulated"]) {
      expect(modelNameProblem(name, english)).toBeUndefined();
    }
    for (const name of ["gpt-4o-mini", "openai:", ":x", "openai:a b", 'openai:"x"', "openai:`"]) {
      expect(modelNameProblem(name, english)).toMatch(/provider:model/);
    }
  });
});
