import { expect, test } from "vitest";
import { seededRandom } from "../../src/system/random.ts";
import { KilledRuns, type Manner } from "./killedRuns.ts";
import type { PaidPlace } from "./paidPlace.ts";
import { PaidSession } from "./paidSession.ts";

const [KERNELS, TRAINERS] = [17, 17];

test(`${KERNELS} kernels of open notebooks and ${TRAINERS} of their trainers are killed at random moments: nothing accepted or paid for is lost, and the end is the same`, async () => {
  const targets = seededRandom("whom").shuffle([
    ...Array.from({ length: KERNELS }, () => "kernel" as const),
    ...Array.from({ length: TRAINERS }, () => "trainer" as const),
  ]);
  let kills = (): number => 0;
  const sessions = new WeakMap<PaidPlace, PaidSession>();
  const open: Manner = {
    begin: (place) => {
      const session = sessions.get(place) ?? new PaidSession(place);
      sessions.set(place, session);
      return session.run(targets[kills()] ?? "kernel");
    },
  };
  const runs = await KilledRuns.prepare("killed sessions", open);
  kills = () => runs.kills;
  await runs.kill(targets.length, open);
  expect(runs.kills).toBe(KERNELS + TRAINERS);
}, 1_200_000);
