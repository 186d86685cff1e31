import { describe, expect, test } from "vitest";
import { knownPrice, unknownPriceText } from "../../src/models/knownPrice.ts";
import type { ModelDescriptions } from "../../src/models/modelAccess.ts";
import { noDescriptions } from "../../src/models/modelDescriptions.ts";
import { priceTable } from "../../src/models/priceTable.ts";

const written = (prices: Readonly<Record<string, number>>): ModelDescriptions => ({
  ...noDescriptions,
  prices: new Map(
    Object.entries(prices).map(([name, price]) => [name, { inputPerMillion: price, outputPerMillion: price }]),
  ),
});

describe("the price of a model", () => {
  test("every price of the table has a day or month, a page, and an input no dearer than the output", () => {
    expect(priceTable.size).toBeGreaterThan(20);
    for (const [name, price] of priceTable) {
      expect(name).toMatch(/^(openai|anthropic):[a-z0-9.-]+$/);
      expect(price.asOf).toMatch(/^20\d\d-\d\d(-\d\d)?$/);
      expect(price.source).toMatch(/^https:\/\//);
      expect(price.inputPerMillion).toBeGreaterThan(0);
      expect(price.outputPerMillion).toBeGreaterThanOrEqual(price.inputPerMillion);
      expect(price.cachedInputPerMillion ?? price.inputPerMillion).toBeLessThanOrEqual(price.inputPerMillion);
    }
  });

  test("is the file's, else the file's for its provider, else the table's", () => {
    expect(knownPrice("openai:gpt-4o-mini", noDescriptions)).toMatchObject({
      inputPerMillion: 0.15,
      outputPerMillion: 0.6,
    });
    expect(knownPrice("openai:gpt-4o-mini", written({ "openai:gpt-4o-mini": 7 }))).toMatchObject({
      inputPerMillion: 7,
    });
    expect(knownPrice("ollama:llama3.2", written({ "ollama:*": 0 }))).toMatchObject({ inputPerMillion: 0 });
  });

  test("of a dated version, or asked for by the other interface, is the model's", () => {
    expect(knownPrice("openai:gpt-4o-mini-2024-07-18", noDescriptions)).toMatchObject({ inputPerMillion: 0.15 });
    expect(knownPrice("anthropic:claude-haiku-4-5-20251001", noDescriptions)).toMatchObject({ outputPerMillion: 5 });
    expect(knownPrice("openai-responses:gpt-5-mini", noDescriptions)).toMatchObject({ inputPerMillion: 0.25 });
    expect(knownPrice("openai:gpt-4o-2024-05-13", noDescriptions)).toBeUndefined();
  });

  test("is not known where it hangs on more than the number of tokens", () => {
    for (const name of ["openai:gpt-5.4", "openai:gpt-5.6-luna", "anthropic:claude-haiku-5-5"]) {
      expect(knownPrice(name, noDescriptions)).toBeUndefined();
    }
  });

  test("of what a provider had read before is told where a page tells it", () => {
    expect(knownPrice("openai:gpt-5-nano", noDescriptions)).toMatchObject({ cachedInputPerMillion: 0.005 });
    expect(knownPrice("anthropic:claude-opus-5-5", noDescriptions)).toMatchObject({ cachedInputPerMillion: 0.2 });
    expect(knownPrice("openai:gpt-5-pro", noDescriptions)).not.toHaveProperty("cachedInputPerMillion");
  });

  test("is not known for other servers, models of the editor and models that no page told of", () => {
    const elsewhere = {
      ...noDescriptions,
      servers: new Map([
        ["openai", { baseUrl: "https://gateway.example.com/v1", keyVariable: undefined, structured: true }],
      ]),
    };
    expect(knownPrice("openai:gpt-4o-mini", elsewhere)).toBeUndefined();
    for (const name of ["ollama:llama3.2", "vscode:copilot/gpt-4o", "openai:gpt-99"]) {
      expect(knownPrice(name, noDescriptions)).toBeUndefined();
    }
    expect(unknownPriceText("vscode:copilot/gpt-4o")).toContain("your editor's plan");
    expect(unknownPriceText("ollama:llama3.2")).toContain("on this machine");
    expect(unknownPriceText("openai:gpt-99")).toContain("optimas.models.json");
  });
});
