import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { descriptionsSchema, parseDescriptions } from "../../src/models/modelDescriptions.ts";
import { modelsNamedIn, newDescriptions } from "../../src/models/newDescriptions.ts";

const schemaFile = new URL("../../schemas/optimas.models.schema.json", import.meta.url);

describe("a new optimas.models.json", () => {
  test("has the prices of the models that are in use, each with day and page", () => {
    const names = modelsNamedIn([
      'model: "openai:gpt-4o-mini"',
      "modelChoice(['anthropic:claude-haiku-4-5', `openai:gpt-4o-mini`])",
    ]);
    expect(names).toEqual(["anthropic:claude-haiku-4-5", "openai:gpt-4o-mini"]);
    const { prices } = parseDescriptions(newDescriptions(names), "new");
    expect([...prices.keys()]).toEqual(names);
    for (const price of prices.values())
      expect(price).toMatchObject({ asOf: expect.any(String), source: expect.any(String) });
  });

  test("writes a model of this machine down as free, and leaves out what nobody knows", () => {
    const { prices } = parseDescriptions(newDescriptions(["ollama:llama3.2", "openai:gpt-99"]), "new");
    expect([...prices]).toEqual([
      ["ollama:llama3.2", { inputPerMillion: 0, outputPerMillion: 0, source: "runs on this machine" }],
    ]);
  });
});

describe("the schema that the editor completes from", () => {
  const made = { $id: "optimas.models.schema.json", ...z.toJSONSchema(descriptionsSchema, { io: "input" }) };
  const written: unknown = JSON.parse(readFileSync(schemaFile, "utf8"));

  test("is that of what is read (schemas/optimas.models.schema.json)", () => {
    expect(written).toEqual(JSON.parse(JSON.stringify(made)));
  });

  test("takes and refuses what the reader does", () => {
    const valid = new Ajv2020({ strict: false }).compile(written as object);
    const price = { inputPerMillion: 1, outputPerMillion: 2 };
    const texts = [
      { version: 1 },
      { version: 1, prices: { "openai:x": price } },
      { version: 1, prices: { "openai:x": { inputPerMillion: -1, outputPerMillion: 2 } } },
      { version: 1, prices: { "openai:x": { inputPerMillion: 1 } } },
      { version: 2 },
      { version: 1, price: {} },
      { version: 1, limits: { openai: { requestsPerMinute: 0 } } },
      { version: 1, limits: { openai: { requestsPerMinute: 5, concurrency: 2 } } },
      { version: 1, models: { "openai:x": { effort: "low", thinkingTokens: 2_048, timeoutSeconds: 600 } } },
      { version: 1, models: { "openai:x": { thinkingTokens: 10 } } },
    ];
    const read = texts.map((text) => descriptionsSchema.safeParse(text).success);
    expect(texts.map((text) => valid(text))).toEqual(read);
    expect(read).toEqual([true, true, false, false, false, false, false, true, true, false]);
  });
});
