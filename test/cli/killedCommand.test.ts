import { expect, test } from "vitest";
import { KilledRuns, type Manner } from "./killedRuns.ts";
import { command } from "./paidCommand.ts";

// With those of killedTrainer, killedNotebook and killedSession they are a hundred.
const KILLS = 34;

const commandLine: Manner = {
  begin: (place) => command(place.run === undefined ? ["run", "paid.ts"] : ["resume", "latest"], place),
};

test(`command lines are killed at ${KILLS} random moments: nothing accepted or paid for is lost, and the end is the same`, async () => {
  const runs = await KilledRuns.prepare("killed command lines", commandLine);
  await runs.kill(KILLS, commandLine);
  expect(runs.kills).toBe(KILLS);
}, 1_200_000);
