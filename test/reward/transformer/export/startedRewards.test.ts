import { join } from "node:path";
import { expect, test } from "vitest";
import { localRewards } from "../../../../src/reward/inProcessRewards.ts";
import type { FitProgress, FitRequest } from "../../../../src/reward/localRewards.ts";
import { loadRewards } from "../../../../src/reward/rewardFile.ts";
import { TrainingMemory } from "../../../../src/reward/transformer/trainingMemory.ts";
import { transformerMethod } from "../../../../src/reward/transformer/transformerMethod.ts";
import { scratchFolder } from "../../../data/scratchFolder.ts";
import { sharedFixtures } from "../../../sharedData.ts";
import { orderPairs, writer } from "../orderPairs.ts";
import { openedFixture, someAdapter, someHeads } from "./openedFixture.ts";

const never = new AbortController().signal;
const fixtures = sharedFixtures("onnx");

if (fixtures !== undefined)
  test("an adapter that learning begins with is trained on as it is, also where it goes on with other settings", async () => {
    const { opened } = await openedFixture(fixtures, "encoder-dynamo");
    const adapter = someAdapter(opened.backbone, ["query"], 2);
    const heads = someHeads(["editor"], opened.backbone.width);
    const lora = { rank: 8, alpha: 16, targets: "all-linear" } as const;
    const learning = { lora, online: "adapter", memory: new TrainingMemory(null), checkpoints: undefined } as const;
    const started = localRewards(await transformerMethod(opened, { ...learning, start: { adapter, heads } }));
    const fit: FitRequest = {
      component: writer,
      pairs: orderPairs(writer.name, 120),
      stage: "adapt",
      gapWeights: false,
      seed: 5,
    };
    const steps = async (rewards: typeof started): Promise<number> => {
      const told: FitProgress[] = [];
      await rewards.fit(fit, never, (one) => told.push(one));
      return told.at(-1)?.step ?? 0;
    };
    expect(await steps(started)).toBeGreaterThan(0);
    const file = join(scratchFolder(), "rewards.json");
    await started.save(file);
    const again = localRewards(await transformerMethod(opened, learning));
    await again.load(file);
    expect(await steps(again)).toBeGreaterThan(0);
    await again.save(file);
    const saved = await loadRewards(file, opened.reading.name);
    expect(saved.adapter?.settings).toEqual(adapter.settings);
    expect([...(saved.adapter?.values.values() ?? [])].map(({ length }) => length)).toEqual([128, 128, 128, 128]);
    expect([...saved.heads.keys()].toSorted()).toEqual(["editor", "writer"]);
    await started.dispose();
    await again.dispose();
  });
