import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as runtime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { readModel } from "../../../../src/onnx/modelFile.ts";
import { inProcessRewards } from "../../../../src/reward/inProcessRewards.ts";
import type { LocalRewards, RewardItem } from "../../../../src/reward/localRewards.ts";
import { type SavedRewards, saveRewards } from "../../../../src/reward/rewardFile.ts";
import type { TrainedAdapter } from "../../../../src/reward/transformer/adapter.ts";
import { backboneFeeds } from "../../../../src/reward/transformer/backboneInputs.ts";
import { exportRewards } from "../../../../src/reward/transformer/export/exportRewards.ts";
import { importRewards } from "../../../../src/reward/transformer/export/importRewards.ts";
import { headsOf } from "../../../../src/reward/transformer/export/plainHeads.ts";
import { rewardText } from "../../../../src/reward/transformer/rewardText.ts";
import { readSafetensors, writeSafetensors } from "../../../../src/reward/transformer/safetensors.ts";
import { tokenBatch } from "../../../../src/reward/transformer/textTokens.ts";
import { transformerEncoder } from "../../../../src/reward/transformer/transformerEncoder.ts";
import type { OpenedBackbone } from "../../../../src/reward/transformer/transformerMethod.ts";
import { scratchFolder } from "../../../data/scratchFolder.ts";
import { readFixture } from "../../../onnx/fixture.ts";
import { sharedFixtures } from "../../../sharedData.ts";
import { fixtureModels, merged, openedFixture, someAdapter, someHeads } from "./openedFixture.ts";

const never = new AbortController().signal;
const writer = { name: "writer", description: "Writes a reply." };
const editor = { name: "editor", description: "Shortens it." };
const items: RewardItem[] = [
  "A note.",
  "The answer explains the main idea clearly, with every step, and names the source of each of them.",
  "x",
].map((reply) => ({ input: { question: "Explain the old bug." }, output: { reply } }));

/** Local rewards in this process that were saved so. */
async function rewardsFrom(opened: OpenedBackbone, adapter: TrainedAdapter | undefined, saved: SavedRewards) {
  const file = join(scratchFolder(), "rewards.json");
  await saveRewards(file, opened.reading.name, { heads: saved.heads });
  const encoder = await transformerEncoder(runtime, merged(opened, adapter), opened.reading);
  const rewards = inProcessRewards(encoder);
  await rewards.load(file);
  return rewards;
}

const scoresOf = async (rewards: LocalRewards) => [
  ...(await rewards.score(writer, items, never)),
  ...(await rewards.score(editor, items, never)),
];

test("rewards on words say nothing to other programs, and are refused to them", async () => {
  const facts = { base: null, simulated: false, components: [] };
  const refused = inProcessRewards().export?.(join(scratchFolder(), "exported"), facts);
  await expect(refused).rejects.toThrow(/"lexical.*" say nothing to other programs.*`rewards\.backbone`/);
});

const fixtures = sharedFixtures("onnx");
if (fixtures !== undefined) {
  const exported = async (
    name: (typeof fixtureModels)[number] = "encoder-dynamo",
    targets: "all-linear" | readonly string[] | "none" = "all-linear",
    folder = join(scratchFolder(), "exported"),
  ) => {
    const { opened, backboneFolder } = await openedFixture(fixtures, name);
    const adapter = targets === "none" ? undefined : someAdapter(opened.backbone, targets);
    const heads = someHeads([writer.name, editor.name], opened.backbone.width);
    const components = [
      { ...writer, alignment: 0.75, heldOut: 20 },
      { ...editor, alignment: null, heldOut: null },
    ];
    const facts = { base: "someone/model", simulated: false, components };
    const request = { opened, backboneFolder, rewards: { adapter, heads }, facts };
    const notes = await exportRewards(request, folder);
    return { opened, adapter, heads, request, notes, folder };
  };

  describe.each(fixtureModels)("rewards on the %s that leave the program", (name) => {
    test("are those of this program in plain onnxruntime", async () => {
      const { opened, adapter, heads, folder, notes } = await exported(name);
      expect(notes).toEqual([]);
      const expected = await scoresOf(await rewardsFrom(opened, adapter, { heads }));
      const session = await runtime.InferenceSession.create(join(folder, "model.onnx"));
      const found: number[] = [];
      for (const [column, component] of [writer, editor].entries()) {
        const batch = tokenBatch(items.map((item) => opened.reading.tokenizer.encode(rewardText(component, item))));
        const feeds = backboneFeeds(runtime, readModel(join(folder, "model.onnx")).graph, batch);
        const rewards = (await session.run(feeds)).rewards?.data as Float32Array;
        found.push(...items.map((_, row) => rewards[2 * row + column] as number));
      }
      await session.release();
      expect(found.length).toBe(expected.length);
      for (const [at, value] of expected.entries()) expect(Math.abs((found[at] as number) - value)).toBeLessThan(1e-4);
    });

    test("are PyTorch's, with the adapter and the heads that it had, on whichever side a decoder's tokens are padded", async () => {
      const fixture = readFixture(fixtures, name.startsWith("encoder") ? "encoder" : "decoder");
      const { init } = fixture.parameters;
      const { opened, backboneFolder } = await openedFixture(fixtures, name, fixture.pooling);
      const { rank, alpha, targets } = fixture.lora;
      const values = new Map(
        targets.flatMap(({ name: path }) =>
          ["A", "B"].map((side) => {
            const { data = [] } = init[`lora_${side}::${path}`] ?? {};
            return [`${path}.lora_${side}.weight`, Float32Array.from(data)] as const;
          }),
        ),
      );
      const adapter = { settings: { rank, alpha, targets: targets.map(({ name: path }) => path) }, values };
      const names = Array.from({ length: fixture.heads }, (_, head) => `component ${head}`);
      const weights = Float32Array.from(init["head.weight"]?.data ?? []);
      const heads = headsOf({ names, weights, biases: new Float32Array(names.length) });
      const folder = join(scratchFolder(), "exported");
      const facts = { base: null, simulated: false, components: [] };
      await exportRewards({ opened, backboneFolder, rewards: { adapter, heads }, facts }, folder);
      const session = await runtime.InferenceSession.create(join(folder, "model.onnx"));
      const shape = fixture.inputs.input_ids?.shape ?? [];
      const [rows = 0, length = 0] = shape;
      const mask = fixture.inputs.attention_mask?.data ?? [];
      for (const side of name.startsWith("encoder") ? ["right"] : ["right", "left"]) {
        const feeds = Object.entries(fixture.inputs).map(([input, { data }]) => {
          const moved = Array.from({ length: rows }, (_, row) => {
            const there = data.slice(row * length, (row + 1) * length);
            const tokens = mask.slice(row * length, (row + 1) * length).reduce((sum, one) => sum + one, 0);
            return side === "right" ? there : [...there.slice(tokens), ...there.slice(0, tokens)];
          });
          return [input, new runtime.Tensor("int64", BigInt64Array.from(moved.flat(), BigInt), shape)] as const;
        });
        const { data } = (await session.run(Object.fromEntries(feeds))).rewards ?? {};
        const differences = fixture.rewards.data.map((value, at) => Math.abs(value - Number(data?.[at])));
        expect(Math.max(...differences)).toBeLessThan(2e-5);
      }
      await session.release();
    });

    test("come back as they went, to the bit, and can go on", async () => {
      const { opened, adapter, heads, folder } = await exported(name);
      const back = await importRewards(folder, opened);
      expect(back).toEqual({ adapter, heads, notes: [] });
      const before = await scoresOf(await rewardsFrom(opened, adapter, { heads }));
      expect(await scoresOf(await rewardsFrom(opened, back.adapter, back))).toEqual(before);
    });
  });

  describe("an export", () => {
    test("holds the adapter as PEFT names it", async () => {
      const { folder, adapter } = await exported("encoder-legacy", ["query", "value"]);
      const config = JSON.parse(readFileSync(join(folder, "adapter_config.json"), "utf8"));
      const paths = [0, 1].flatMap((layer) =>
        ["value", "query"].map((part) => `encoder.layer.${layer}.attention.self.${part}`),
      );
      expect(config).toMatchObject({
        peft_type: "LORA",
        task_type: "FEATURE_EXTRACTION",
        r: 3,
        lora_alpha: 4,
        lora_dropout: 0,
        bias: "none",
        fan_in_fan_out: false,
        inference_mode: true,
        base_model_name_or_path: "someone/model",
        target_modules: paths,
      });
      const { tensors, metadata } = readSafetensors(join(folder, "adapter_model.safetensors"));
      expect(metadata.get("format")).toBe("pt");
      expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual(
        paths.flatMap((path) => [
          [`base_model.model.${path}.lora_A.weight`, [3, 64]],
          [`base_model.model.${path}.lora_B.weight`, [64, 3]],
        ]),
      );
      for (const [name, { values }] of tensors)
        expect(values).toEqual(adapter?.values.get(name.slice("base_model.model.".length)));
    });

    test("holds heads as a linear layer of PyTorch, in the units of the hidden state", async () => {
      const { folder, heads } = await exported();
      const { tensors, metadata } = readSafetensors(join(folder, "heads.safetensors"));
      expect(JSON.parse(metadata.get("components") ?? "")).toEqual(["writer", "editor"]);
      const { layout, weights, bias } = heads.get("editor") ?? {};
      const row = tensors.get("weight")?.values.subarray(64);
      expect(tensors.get("weight")?.shape).toEqual([2, 64]);
      expect(row?.[5]).toBeCloseTo((weights?.dense[5] ?? NaN) / (layout?.scales[5] ?? NaN), 6);
      expect(tensors.get("bias")?.values[1]).toBeCloseTo(bias ?? NaN, 6);
    });

    test("says of what it is made", async () => {
      const { folder, opened } = await exported("decoder-dynamo", ["q_proj"]);
      const said = JSON.parse(readFileSync(join(folder, "rewards.json"), "utf8"));
      expect(said).toMatchObject({
        kind: "optimas-exported-rewards",
        version: 1,
        backbone: opened.reading.name,
        base: "someone/model",
        pooling: "last",
        width: 64,
        lora: { rank: 3, alpha: 4, targets: ["q_proj"] },
        components: [
          { name: "writer", description: "Writes a reply.", alignment: 0.75, heldOut: 20 },
          { name: "editor", description: "Shortens it.", alignment: null, heldOut: null },
        ],
        tokens: { limit: 96 },
      });
      const { task, output } = rewardText(writer, { input: { question: "Why?" }, output: { reply: "So." } });
      const filled = (template: string, field: string, value: string) =>
        template
          .replace("{component}", writer.name)
          .replace("{description}", writer.description)
          .replace("{field}", field)
          .replace("{value}", value);
      expect(filled(said.text.task, "question", "Why?")).toBe(task);
      expect(filled(said.text.output, "reply", "So.")).toBe(output);
    });

    test("says where it was learned with the simulated model, and so does a run that starts from it", async () => {
      const { folder, request, opened } = await exported();
      expect(readFileSync(join(folder, "README.md"), "utf8")).not.toContain("simulated");
      await exportRewards({ ...request, facts: { ...request.facts, simulated: true } }, folder);
      expect(JSON.parse(readFileSync(join(folder, "rewards.json"), "utf8")).simulated).toBe(true);
      expect(readFileSync(join(folder, "README.md"), "utf8")).toContain("made with the simulated model");
      expect((await importRewards(folder, opened)).notes).toEqual([expect.stringMatching(/simulated model/)]);
    });

    test("without an adapter has none of its files", async () => {
      const { folder, opened, heads } = await exported("encoder-dynamo", "none");
      expect(readdirSync(folder).toSorted()).toEqual([
        "README.md",
        "folds.json",
        "heads.safetensors",
        "model.onnx",
        "rewards.json",
        "tokenizer.json",
      ]);
      expect(await importRewards(folder, opened)).toEqual({ adapter: undefined, heads, notes: [] });
    });

    test("replaces an earlier one as a whole, and leaves what is not its own", async () => {
      const { folder } = await exported();
      writeFileSync(join(folder, "notes.txt"), "mine");
      await exported("encoder-dynamo", "none", folder);
      expect(readdirSync(folder).toSorted()).toEqual([
        "README.md",
        "folds.json",
        "heads.safetensors",
        "model.onnx",
        "notes.txt",
        "rewards.json",
        "tokenizer.json",
      ]);
    });

    test("leaves nothing of one that was cut off before", async () => {
      const folder = scratchFolder({ ".export-Xa1/model.onnx": "half of it" });
      await exported("encoder-dynamo", "none", folder);
      expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
      expect(existsSync(join(folder, "rewards.json"))).toBe(true);
    });

    test("never goes into a folder of other things", async () => {
      const folder = scratchFolder({ "thesis.md": "" });
      await expect(exported("encoder-dynamo", "all-linear", folder)).rejects.toThrow(/holds thesis\.md/);
      expect(readdirSync(folder)).toEqual(["thesis.md"]);
    });

    test("that fails leaves an earlier one as it was", async () => {
      const { folder, request } = await exported();
      const before = readFileSync(join(folder, "model.onnx"));
      const adapter = { ...someAdapter(request.opened.backbone), values: new Map() };
      await expect(exportRewards({ ...request, rewards: { ...request.rewards, adapter } }, folder)).rejects.toThrow();
      const broken = { ...request, backboneFolder: join(folder, "missing") };
      const failing = { ...broken, opened: { ...broken.opened, runtime: { ...runtime, InferenceSession: undefined } } };
      await expect(exportRewards(failing as never, folder)).rejects.toThrow();
      expect(readFileSync(join(folder, "model.onnx")).equals(before)).toBe(true);
      expect(existsSync(join(folder, "rewards.json"))).toBe(true);
      expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
    });

    test("is refused for rewards that read more than the transformer, naming them", async () => {
      const { request, heads } = await exported();
      const head = heads.get("editor");
      const layout = { blocks: [{ name: "length", size: 1 }], scales: Float32Array.of(1), buckets: Uint32Array.of(7) };
      const mixed = new Map(heads).set("editor", { ...(head as NonNullable<typeof head>), layout });
      const rewards = { ...request.rewards, heads: mixed };
      await expect(exportRewards({ ...request, rewards }, join(scratchFolder(), "new"))).rejects.toThrow(
        /"editor" is read from more than a transformer \(length, 1 buckets of words\)/,
      );
      const none = { ...request, rewards: { ...rewards, heads: new Map() } };
      await expect(exportRewards(none, join(scratchFolder(), "new"))).rejects.toThrow(/nothing to export/);
    });

    test("has programs for a stranger that run as they stand, and give what is scored here", async () => {
      for (const name of ["encoder-dynamo", "decoder-legacy"] as const) {
        const { folder, opened, adapter, heads } = await exported(name);
        const [, program = ""] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(folder, "README.md"), "utf8")) ?? [];
        writeFileSync(join(folder, "rewards.mjs"), program);
        symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
        const { stdout, stderr } = spawnSync(process.execPath, ["rewards.mjs"], { cwd: folder, encoding: "utf8" });
        expect(stderr).toBe("");
        const rewards = await rewardsFrom(opened, adapter, { heads });
        const item = { input: { question: "How?" }, output: { answer: "So." } };
        const lines = stdout.trim().split("\n");
        for (const [index, component] of [writer, editor].entries()) {
          const [expected] = await rewards.score(component, [item], never);
          const [said, value] = (lines[index] ?? "").split(" ");
          expect(said).toBe(component.name);
          expect(Math.abs(Number(value) - (expected as number))).toBeLessThan(1e-4);
        }
      }
    });
  });

  describe("what comes back", () => {
    test("is without heads on another backbone, and says so", async () => {
      const { folder, adapter } = await exported("encoder-dynamo");
      const { opened } = await openedFixture(fixtures, "encoder-legacy");
      const other = { ...opened, reading: { ...opened.reading, name: "elsewhere-mean-ffffffffffff" } };
      const back = await importRewards(folder, other);
      expect(back.heads.size).toBe(0);
      expect(back.notes).toEqual([
        expect.stringMatching(/fitted on encoder-dynamo.*in use is elsewhere/),
        expect.stringMatching(/Which examples .* is not known/),
      ]);
      // The other exporter knows the same modules, in another order.
      expect(back.adapter?.settings).toEqual(adapter?.settings);
      for (const [name, values] of adapter?.values ?? []) expect(back.adapter?.values.get(name)).toEqual(values);
    });

    test("has its heads where the backbone's folder has another name", async () => {
      const { folder, opened, heads } = await exported();
      const reading = { ...opened.reading, name: `somewhere-else-${opened.reading.name}` };
      expect((await importRewards(folder, { ...opened, reading })).heads).toEqual(heads);
    });

    test("has the heads that others trained on, where they did", async () => {
      const { folder, opened } = await exported();
      const file = join(folder, "heads.safetensors");
      const { tensors, metadata } = readSafetensors(file);
      const weight = tensors.get("weight");
      const changed = weight?.values.map((value) => 2 * value) ?? new Float32Array(0);
      writeSafetensors(file, new Map(tensors).set("weight", { shape: weight?.shape ?? [], values: changed }), metadata);
      const head = (await importRewards(folder, opened)).heads.get("editor");
      expect(head?.weights.dense).toEqual(changed.slice(64));
      expect(head?.folds.size).toBe(0);
      expect(head?.foldWeights.every(({ dense }) => dense.every((value) => value === 0))).toBe(true);
    });

    test("is refused where there is nothing, or not all of it", async () => {
      const { folder, opened } = await exported();
      await expect(importRewards(scratchFolder(), opened)).rejects.toThrow(/neither exported rewards.*nor an adapter/);
      await expect(importRewards(join(scratchFolder(), "gone"), opened)).rejects.toThrow(/There is no folder .*gone/);
      const part = (...names: readonly string[]) =>
        scratchFolder(Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))])));
      await expect(importRewards(part("rewards.json"), opened)).rejects.toThrow(/adapter_config\.json is missing/);
      await expect(
        importRewards(part("rewards.json", "adapter_config.json", "adapter_model.safetensors"), opened),
      ).rejects.toThrow(/heads\.safetensors/);
      const description = JSON.parse(readFileSync(join(folder, "rewards.json"), "utf8"));
      const described = (content: unknown) => scratchFolder({ "rewards.json": JSON.stringify(content) });
      await expect(importRewards(described({ ...description, version: 2 }), opened)).rejects.toThrow(/update Optimas/);
      await expect(importRewards(described({ ...description, width: "64" }), opened)).rejects.toThrow(/damaged/);
      await expect(importRewards(described({ kind: "cake" }), opened)).rejects.toThrow(/describes no exported rewards/);
    });
  });
}
