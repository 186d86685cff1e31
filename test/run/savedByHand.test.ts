import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readSaved, saveConfiguration } from "../../src/run/configurationFile.ts";
import { dropByHand, saveByHand } from "../../src/run/savedByHand.ts";
import { canonicalJson } from "../../src/system/configuration.ts";

describe("a value saved by hand", () => {
  let folder = "";
  let file = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "optimas-by-hand-"));
    file = join(folder, "experiment.optimas.json");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("makes the file, with what it replaces", () => {
    saveByHand(file, [{ component: "retriever", value: { k: 5 }, source: { k: 1 } }]);
    expect(readSaved(file)).toEqual({ configuration: { retriever: { k: 5 } }, replaces: { retriever: { k: 1 } } });
  });

  test("leaves the values of other components, and no scores that were measured with other values", () => {
    saveConfiguration(file, {
      configuration: { retriever: { k: 5 }, writer: "Write." },
      replaces: { retriever: { k: 1 }, writer: "Write it." },
      origin: { system: "s", run: "r", model: "m", validation: { unoptimized: 0, optimized: 1, n: 2 } },
    });
    saveByHand(file, [{ component: "writer", value: "Write well.", source: "Write it." }]);
    expect(readSaved(file)).toEqual({
      configuration: { retriever: { k: 5 }, writer: "Write well." },
      replaces: { retriever: { k: 1 }, writer: "Write it." },
    });
  });

  test("has no place in the file where the source says the same", () => {
    saveByHand(file, [{ component: "writer", value: "Write well.", source: "Write it." }]);
    saveByHand(file, [{ component: "retriever", value: { k: 5 }, source: { k: 1 } }]);
    saveByHand(file, [{ component: "writer", value: "Write it.", source: "Write it." }]);
    expect(readSaved(file)).toEqual({ configuration: { retriever: { k: 5 } }, replaces: { retriever: { k: 1 } } });
    saveByHand(file, [{ component: "retriever", value: { k: 1 }, source: { k: 1 } }]);
    expect(readSaved(file)).toEqual({ configuration: {} });
  });

  test("keeps scores where it is of the run that they were measured in, and says whose the file is", () => {
    const origin = { system: "s", run: "r", model: "m", validation: { unoptimized: 0, optimized: 1, n: 2 } };
    const experiment = { notebook: "a.optnb", name: "tuning" };
    saveConfiguration(file, { configuration: {}, origin });
    saveByHand(file, [{ component: "writer", value: "Write well." }], { run: "r", experiment });
    expect(readSaved(file)).toEqual({ configuration: { writer: "Write well." }, experiment, origin });
    saveByHand(file, [{ component: "writer", value: "Write." }], { run: "another" });
    expect(readSaved(file)).toEqual({ configuration: { writer: "Write." }, experiment });
  });

  test("keeps what it replaces where the source does not tell", () => {
    saveByHand(file, [{ component: "writer", value: "Write well.", source: "Write it." }]);
    saveByHand(file, [{ component: "writer", value: "Write better." }]);
    expect(readSaved(file)).toEqual({ configuration: { writer: "Write better." }, replaces: { writer: "Write it." } });
  });

  test("and taken out again leaves what the file said of the others, whatever it was", () => {
    const value = fc.oneof(fc.string(), fc.record({ k: fc.integer() }), fc.constant(null));
    // No component can be called so: declaring one is refused.
    const component = fc.string().filter((name) => name !== "__proto__");
    const values = fc.dictionary(component, value, { maxKeys: 4 });
    const experiment = fc.record({ notebook: fc.string(), name: fc.string() });
    const saved = fc.record(
      { configuration: values, replaces: values, experiment },
      { requiredKeys: ["configuration"] },
    );
    fc.assert(
      fc.property(saved, component, value, fc.option(value, { nil: undefined }), (before, name, wanted, source) => {
        rmSync(file, { force: true });
        saveConfiguration(file, before);
        expect(readSaved(file)).toEqual(before);
        saveByHand(file, [{ component: name, value: wanted, source }]);
        const isSource = source !== undefined && canonicalJson(source) === canonicalJson(wanted);
        expect(Object.hasOwn(readSaved(file).configuration, name)).toBe(!isSource);
        dropByHand(file, name);
        const after = readSaved(file);
        const others = (record: Readonly<Record<string, unknown>> = {}) =>
          Object.entries(record).filter(([key]) => key !== name);
        expect(Object.entries(after.configuration)).toEqual(others(before.configuration));
        expect(Object.entries(after.replaces ?? {})).toEqual(others(before.replaces));
        expect(after.experiment).toEqual(before.experiment);
      }),
      { numRuns: 60 },
    );
  });

  test("can be taken out again", () => {
    const experiment = { notebook: "a.optnb", name: "tuning" };
    const values = [
      { component: "writer", value: "Write well.", source: "Write it." },
      { component: "retriever", value: { k: 5 }, source: { k: 1 } },
    ];
    saveByHand(file, values, { experiment });
    dropByHand(file, "writer");
    expect(readSaved(file)).toEqual({
      configuration: { retriever: { k: 5 } },
      replaces: { retriever: { k: 1 } },
      experiment,
    });
  });

  test("is refused by a file that cannot be read, which stays as it is", () => {
    for (const [text, problem] of [
      ["{ not JSON", /is not valid JSON/],
      ['{ "format": 99, "configuration": {} }', /newer version of Optimas/],
    ] as const) {
      writeFileSync(file, text);
      expect(() => saveByHand(file, [{ component: "c", value: "v", source: "s" }])).toThrow(problem);
      expect(readFileSync(file, "utf8")).toBe(text);
    }
  });
});
