import { describe, expect, test } from "vitest";
import type { LanguageModel } from "../../src/models/languageModel.ts";
import { wrappedModel } from "../../src/models/wrappedModel.ts";

const complete: LanguageModel["complete"] = () => Promise.reject(new Error("not asked"));

describe("a layer around a model", () => {
  test("passes on its name, what it costs and what it keeps to, asked by whatever name", () => {
    const price = { inputPerMillion: 1, outputPerMillion: 2 };
    class Model implements LanguageModel {
      readonly name = "a:b";
      readonly simulated = true;
      readonly complete = complete;
      readonly #known = "a:c";
      priceOf(name: string) {
        return name === this.#known ? price : undefined;
      }
      structured(name: string) {
        return name === this.#known;
      }
    }
    const wrapped = wrappedModel(wrappedModel(new Model(), complete), complete);
    expect(wrapped).toMatchObject({ name: "a:b", simulated: true });
    expect([wrapped.priceOf?.("a:c"), wrapped.priceOf?.("a:b")]).toEqual([price, undefined]);
    expect([wrapped.structured?.("a:c"), wrapped.structured?.("a:b")]).toEqual([true, false]);
  });

  test("knows nothing that the model does not know", () => {
    const wrapped = wrappedModel({ name: "a:b", simulated: false, complete }, complete);
    expect(Object.keys(wrapped).sort()).toEqual(["complete", "name", "simulated"]);
  });
});
