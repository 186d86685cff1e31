import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { inProcessRewards } from "../../src/reward/inProcessRewards.ts";
import { startTrainer } from "../../src/reward/trainerClient.ts";
import { describeLocalRewards } from "./localRewardsContract.ts";
import { bundleTrainer } from "./trainerBundle.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "optimas-trainer-"));
  await bundleTrainer(join(folder, "trainer.mjs"));
});
afterAll(() => rm(folder, { recursive: true }));

describeLocalRewards("in process", async () => inProcessRewards());
describeLocalRewards("in a trainer process", () => startTrainer({ entry: join(folder, "trainer.mjs") }));
