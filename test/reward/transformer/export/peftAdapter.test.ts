import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { LinearLayer } from "../../../../src/onnx/lora.ts";
import { readPeftAdapter, writePeftAdapter } from "../../../../src/reward/transformer/export/peftAdapter.ts";
import {
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from "../../../../src/reward/transformer/safetensors.ts";
import { scratchFolder } from "../../../data/scratchFolder.ts";
import { node } from "../../../onnx/graphOf.ts";

/** Layers of a backbone with three inputs and two outputs each. */
const layersOf = (...paths: readonly string[]): LinearLayer[] =>
  paths.map((path) => ({
    path,
    node: node("MatMul", ["x", "w"], ["y"]),
    weight: "w",
    inputs: 3,
    outputs: 2,
    turned: false,
  }));

const paths = [0, 1].flatMap((layer) => ["query", "value"].map((part) => `encoder.layer.${layer}.self.${part}`));
const layers = layersOf(...paths, "encoder.layer.0.dense");
const rank1 = (at: number) => ({
  a: { shape: [1, 3], values: Float32Array.of(at, 2, 3) },
  b: { shape: [2, 1], values: Float32Array.of(4, at) },
});

/** An adapter's folder, as some version of PEFT may have left it. */
function adapterFolder(
  adapted: readonly string[],
  { config = {}, infix = "", prefix = "base_model.model.", extra = [] as readonly string[] } = {},
): string {
  const tensors = new Map<string, StoredTensor>(
    adapted.flatMap((path, at) => [
      [`${prefix}${path}.lora_A${infix}.weight`, rank1(at).a] as const,
      [`${prefix}${path}.lora_B${infix}.weight`, rank1(at).b] as const,
    ]),
  );
  for (const name of extra) tensors.set(name, rank1(0).a);
  const all = { peft_type: "LORA", r: 1, lora_alpha: 2, target_modules: ["query", "value"], bias: "none", ...config };
  const folder = scratchFolder({ "adapter_config.json": JSON.stringify(all) });
  writeSafetensors(join(folder, "adapter_model.safetensors"), tensors);
  return folder;
}

const expected = new Map(
  paths.flatMap((path, at) => [
    [`${path}.lora_A.weight`, rank1(at).a.values] as const,
    [`${path}.lora_B.weight`, rank1(at).b.values] as const,
  ]),
);

describe("an adapter that PEFT wrote", () => {
  test("is one for the layers of its modules", () => {
    const { adapter, notes } = readPeftAdapter(adapterFolder(paths), layers);
    expect(adapter).toEqual({ settings: { rank: 1, alpha: 2, targets: ["query", "value"] }, values: expected });
    expect(notes).toEqual([]);
  });

  test("may name itself in its tensors, and may be named without PEFT's own wrapper", () => {
    for (const how of [
      { infix: ".default" },
      { infix: ".my-adapter" },
      { prefix: "" },
      { prefix: "", infix: ".default" },
    ])
      expect(readPeftAdapter(adapterFolder(paths, how), layers).adapter.values).toEqual(expected);
  });

  test("may know its modules within another, or without the one that they were exported in", () => {
    const within = adapterFolder(paths.map((path) => `bert.${path}`));
    expect(readPeftAdapter(within, layers).adapter.values).toEqual(expected);
    const without = adapterFolder(paths.map((path) => path.replace("encoder.", "")));
    expect(readPeftAdapter(without, layers).adapter.values).toEqual(expected);
  });

  test("is refused where a layer is missing, with the list of those that are", () => {
    const folder = adapterFolder([...paths, "encoder.layer.2.self.query", "pooler.dense"]);
    expect(() => readPeftAdapter(folder, layers)).toThrow(
      /2 layers that this backbone does not have: encoder\.layer\.2\.self\.query, pooler\.dense\. It has encoder\.layer\.0/,
    );
  });

  test("means the layers that it has, by the shortest patterns that mean no others", () => {
    const targetsIn = (adapted: readonly string[], target_modules: unknown, told?: "all-linear" | readonly string[]) =>
      readPeftAdapter(adapterFolder(adapted, { config: { target_modules } }), layers, told).adapter.settings.targets;
    const all = layers.map(({ path }) => path);
    expect(targetsIn(all, "all-linear")).toBe("all-linear");
    expect(targetsIn(all, ".*(query|value|dense)")).toBe("all-linear");
    expect(targetsIn(all, ["query", "value", "dense"])).toEqual(["query", "value", "dense"]);
    expect(targetsIn(all, all, "all-linear")).toBe("all-linear");
    expect(targetsIn(paths.slice(0, 2), ["query", "value"])).toEqual(paths.slice(0, 2));
    expect(targetsIn(paths, paths, ["self.query", "self.value"])).toEqual(["self.query", "self.value"]);
  });

  test("counts by the square root of its rank where it says so", () => {
    const config = { use_rslora: true, r: 4, lora_alpha: 6 };
    const folder = adapterFolder([], { config });
    const named = new Map<string, StoredTensor>([
      [`${paths[0]}.lora_A.weight`, { shape: [4, 3], values: new Float32Array(12).fill(1) }],
      [`${paths[0]}.lora_B.weight`, { shape: [2, 4], values: new Float32Array(8).fill(2) }],
    ]);
    writeSafetensors(join(folder, "adapter_model.safetensors"), named);
    const { rank, alpha } = readPeftAdapter(folder, layers).adapter.settings;
    expect(alpha / rank).toBeCloseTo(6 / Math.sqrt(4), 12);
  });

  test("is told of without what else it trained", () => {
    const folder = adapterFolder(paths, { extra: ["base_model.model.classifier.weight"] });
    const { adapter, notes } = readPeftAdapter(folder, layers);
    expect(adapter.values).toEqual(expected);
    expect(notes).toEqual([expect.stringMatching(/1 tensor.*base_model\.model\.classifier\.weight/)]);
  });

  const kinds: [what: string, config: object, why: RegExp][] = [
    ["another method", { peft_type: "LOHA" }, /peft_type LOHA/],
    ["biases", { bias: "all" }, /bias all/],
    ["magnitudes", { use_dora: true }, /use_dora/],
    ["several ranks", { rank_pattern: { query: 8 } }, /rank_pattern/],
    ["several alphas", { alpha_pattern: { query: 8 }, lora_bias: true }, /lora_bias and alpha_pattern/],
    ["no rank", { r: undefined }, /adapter_config\.json.*\br\b/s],
    ["the rank of another", { r: 2 }, /lora_A\.weight" .* is 1 x 3; with rank 2, .* needs 2 x 3/],
  ];
  for (const [what, config, why] of kinds)
    test(`is refused with ${what}`, () => {
      expect(() => readPeftAdapter(adapterFolder(paths, { config }), layers)).toThrow(why);
    });

  test("is refused where it is not whole", () => {
    const name = `base_model.model.${paths[0]}.lora_A.weight`;
    const half = adapterFolder([], { extra: [name] });
    expect(() => readPeftAdapter(half, layers)).toThrow(/only one half.*encoder\.layer\.0\.self\.query/);
    expect(() => readPeftAdapter(adapterFolder([]), layers)).toThrow(/holds no adapter/);
    const embedded = adapterFolder(paths, { extra: ["base_model.model.embeddings.lora_embedding_A"] });
    expect(() => readPeftAdapter(embedded, layers)).toThrow(/more than linear layers.*lora_embedding_A/);
    const broken = adapterFolder(paths);
    const file = join(broken, "adapter_model.safetensors");
    const { tensors } = readSafetensors(file);
    writeSafetensors(file, new Map(tensors).set(name, { shape: [1, 3], values: Float32Array.of(1, Number.NaN, 2) }));
    expect(() => readPeftAdapter(broken, layers)).toThrow(/not finite/);
    writeFileSync(join(broken, "adapter_config.json"), "{");
    expect(() => readPeftAdapter(broken, layers)).toThrow(/adapter_config\.json is no configuration/);
  });

  test("of version 0.21 is read", () => {
    // PEFT 0.21.0: get_peft_model(BertModel, LoraConfig(r=1, lora_alpha=2, target_modules=["query", "value"])), a model of
    // two layers and width 4 in which A of every layer is 1, 2, 3, 4 and B 5, 6, 7, 8; save_pretrained.
    const golden = fileURLToPath(new URL("./peft-0.21", import.meta.url));
    const wide = [0, 1].flatMap((layer) =>
      ["query", "key", "value"].map((part) => `encoder.layer.${layer}.attention.self.${part}`),
    );
    const { adapter, notes } = readPeftAdapter(
      golden,
      layersOf(...wide).map((layer) => ({ ...layer, inputs: 4, outputs: 4 })),
    );
    expect(notes).toEqual([]);
    expect(adapter.settings.rank).toBe(1);
    expect(adapter.settings.alpha).toBe(2);
    expect([...(adapter.settings.targets as string[])].toSorted()).toEqual(["query", "value"]);
    expect([...adapter.values].map(([name, values]) => [name, [...values]]).toSorted()).toEqual(
      wide
        .filter((path) => !path.endsWith("key"))
        .flatMap((path) => [
          [`${path}.lora_A.weight`, [1, 2, 3, 4]],
          [`${path}.lora_B.weight`, [5, 6, 7, 8]],
        ])
        .toSorted(),
    );
  });
});

describe("an adapter written for PEFT", () => {
  test("comes back as it was", () => {
    const folder = scratchFolder();
    const settings = { rank: 1, alpha: 2, targets: ["query", "value"] };
    writePeftAdapter(folder, { settings, values: expected }, layersOf(...paths), null);
    expect(JSON.parse(readFileSync(join(folder, "adapter_config.json"), "utf8")).base_model_name_or_path).toBeNull();
    expect(readPeftAdapter(folder, layers, ["query", "value"]).adapter).toEqual({ settings, values: expected });
  });
});
