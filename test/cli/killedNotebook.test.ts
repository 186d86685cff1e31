import { expect, test } from "vitest";
import { KilledRuns, type Manner } from "./killedRuns.ts";
import { command } from "./paidCommand.ts";

const KILLS = 16;

const notebook: Manner = { begin: (place) => command(["run", "paid.optnb"], place, "kernel") };

test(`kernels of notebooks that a command line runs are killed at ${KILLS} random moments: nothing accepted or paid for is lost, and the end is the same`, async () => {
  const runs = await KilledRuns.prepare("killed kernels", notebook);
  await runs.kill(KILLS, notebook);
  expect(runs.kills).toBe(KILLS);
}, 1_200_000);
