import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import type { FitProgress, FitRequest, LocalRewards } from "../../../src/reward/localRewards.ts";
import { rewardSettingsSchema } from "../../../src/reward/rewardSettings.ts";
import { startTrainer } from "../../../src/reward/trainerClient.ts";
import { TrainerDied } from "../../../src/reward/trainerEnd.ts";
import { UserError } from "../../../src/system/userError.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";
import { sharedFixtures } from "../../sharedData.ts";
import { itemsOf } from "../localRewardsContract.ts";
import { fixtureBackbone } from "./fixtureBackbone.ts";
import { orderPairs, writer } from "./orderPairs.ts";

const entry = fileURLToPath(new URL("../../../dist/trainer.js", import.meta.url));
const never = new AbortController().signal;
const fixtures = sharedFixtures("onnx");
const fit: FitRequest = {
  component: writer,
  pairs: orderPairs(writer.name, 400),
  stage: "converge",
  gapWeights: false,
  seed: 5,
};
const items = itemsOf(fit.pairs.slice(0, 10));

const started: LocalRewards[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((rewards) => rewards.dispose()));
});

/** Processes that are children of this one, by what they run. */
function trainersOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1]);
        const isTrainer = readFileSync(`/proc/${name}/cmdline`, "utf8").includes("trainer.js");
        return parent === pid && isTrainer ? [Number(name)] : [];
      } catch {
        // It is gone meanwhile.
        return [];
      }
    });
}

if (fixtures !== undefined)
  describe("a trainer process that trains an adapter", () => {
    const trainer = async (more: { readonly checkpoints?: string; readonly memoryMb?: number } = {}) => {
      const { memoryMb = null, ...options } = more;
      const folder = fixtureBackbone(fixtures, join(scratchFolder({}), "tiny"));
      const rewards = rewardSettingsSchema.parse({ backbone: folder, rank: 8, memoryMb });
      const opened = await startTrainer({ entry, rewards, ...options });
      started.push(opened);
      return opened;
    };

    test("goes on from what it had come to when it was killed, to the same rewards", async () => {
      const undisturbed = await trainer();
      const told: FitProgress[] = [];
      const report = await undisturbed.fit(fit, never, (one) => told.push(one));
      const checkpoints = join(scratchFolder({}), "trainer");
      const before = trainersOf(process.pid);
      const killed = await trainer({ checkpoints });
      const [pid] = trainersOf(process.pid).filter((one) => !before.includes(one));
      if (pid === undefined) throw new Error("no process");
      const file = join(checkpoints, "adapter-fit.safetensors");
      const dies = killed.fit(fit, never, () => existsSync(file) && process.kill(pid, "SIGKILL"));
      await expect(dies).rejects.toThrow(TrainerDied);
      const again = await trainer({ checkpoints });
      const toldAgain: FitProgress[] = [];
      expect(await again.fit(fit, never, (one) => toldAgain.push(one))).toEqual(report);
      expect(toldAgain.length).toBeLessThan(told.length);
      expect(toldAgain).toEqual(told.slice(told.length - toldAgain.length));
      expect(await again.score(writer, items, never)).toEqual(await undisturbed.score(writer, items, never));
    });

    test("stops between micro-batches, and lives on", async () => {
      const rewards = await trainer();
      const controller = new AbortController();
      const stopped = rewards.fit(fit, controller.signal, () => controller.abort(new Error("enough")));
      await expect(stopped).rejects.toThrow("enough");
      expect(await rewards.score(writer, items, never)).toEqual(items.map(() => 0));
    });

    test("refuses what would take more memory than it is allowed, with what to do", async () => {
      // A process that has loaded nothing yet is larger than that: the backbone is not even opened.
      const refused = trainer({ memoryMb: 40 });
      await expect(refused).rejects.toThrow(UserError);
      await expect(refused).rejects.toThrow(/`rewards\.memoryMb`.*"lexical"/s);
    });

    test("leaves the processor to others", async () => {
      const before = trainersOf(process.pid);
      await trainer();
      const [pid] = trainersOf(process.pid).filter((one) => !before.includes(one));
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [, nice] = stat
        .slice(stat.lastIndexOf(")") + 2)
        .split(" ")
        .slice(15);
      expect(Number(nice)).toBeGreaterThan(0);
    });
  });
