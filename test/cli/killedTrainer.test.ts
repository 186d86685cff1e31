import { expect, test } from "vitest";
import { KilledRuns, type Manner } from "./killedRuns.ts";
import { command } from "./paidCommand.ts";

const KILLS = 16;

const trainer: Manner = {
  begin: (place) => command(place.run === undefined ? ["run", "paid.ts"] : ["resume", "latest"], place, "trainer"),
};

test(`trainers of command lines are killed at ${KILLS} random moments: nothing accepted or paid for is lost, and the end is the same`, async () => {
  const runs = await KilledRuns.prepare("killed trainers", trainer);
  await runs.kill(KILLS, trainer);
  expect(runs.kills).toBe(KILLS);
}, 1_200_000);
