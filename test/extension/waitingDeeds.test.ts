import { describe, expect, test } from "vitest";
import { type AskedDeed, WaitingDeeds } from "../../src/extension/panel/waitingDeeds.ts";
import { english } from "../../src/run/l10n.ts";
import { errorMessage } from "../../src/system/userError.ts";
import { finishedRun } from "../run/exampleEvents.ts";

const update = finishedRun().find(({ type }) => type === "update") ?? null;
const seq = update?.seq ?? -1;
const asked = (deed: AskedDeed["deed"]): AskedDeed => ({ type: "do", deed, seq });

/** Deeds on a clock of the test's own. */
function waiting(carryOut: () => Promise<void> = async () => undefined) {
  const done: string[] = [];
  const refused: string[] = [];
  const read: number[] = [];
  const timers = new Set<() => void>();
  const deeds = new WaitingDeeds({
    l10n: english,
    ask: (event) => read.push(event),
    carryOut: async ({ deed }, event) => {
      await carryOut();
      done.push(`${deed} ${event.seq}`);
    },
    onRefused: (error) => refused.push(errorMessage(error)),
    later: (_, then) => {
      timers.add(then);
      return () => timers.delete(then);
    },
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { deeds, done, refused, read, timers, settled };
}

describe("a deed that waits for its event", () => {
  test("is carried out when that was read, once, and nothing is waited for then", async () => {
    const { deeds, done, read, timers, settled } = waiting();
    deeds.add(asked("revert"));
    expect([read, done]).toEqual([[seq], []]);
    expect(deeds.take(seq, update)).toBe(true);
    expect(deeds.take(seq, update)).toBe(false);
    await settled();
    expect(done).toEqual([`revert ${seq}`]);
    expect(timers.size).toBe(0);
  });

  test("is not lost to another with the same event", async () => {
    const { deeds, done, settled } = waiting();
    deeds.add(asked("diff"));
    deeds.add(asked("apply"));
    deeds.take(seq, update);
    deeds.take(seq, update);
    await settled();
    expect(done).toEqual([`diff ${seq}`, `apply ${seq}`]);
  });

  test.each([
    ["the run no longer holds it", ({ deeds }) => deeds.take(seq, null), /the run no longer holds/],
    ["the run cannot be read", ({ deeds }) => deeds.fail("line 3 is damaged"), /line 3 is damaged/],
    ["it takes too long", ({ timers }) => [...timers][0]?.(), /not read in time/],
  ] satisfies [string, (one: ReturnType<typeof waiting>) => unknown, RegExp][])(
    "is refused in words where %s",
    async (_, happens, words) => {
      const one = waiting();
      one.deeds.add(asked("revert"));
      happens(one);
      await one.settled();
      expect(one.refused).toHaveLength(1);
      expect(one.refused[0]).toMatch(words);
      expect(one.refused[0]).toMatch(/^"Revert to Here" was not done: /);
      expect(one.done).toEqual([]);
      // What comes later is nobody's.
      expect(one.deeds.take(seq, update)).toBe(false);
    },
  );

  test("tells why it failed", async () => {
    const { deeds, refused, settled } = waiting(() => Promise.reject(new Error("the file is gone")));
    deeds.add(asked("apply"));
    deeds.take(seq, update);
    await settled();
    expect(refused).toEqual(["the file is gone"]);
  });
});
