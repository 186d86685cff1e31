import { describe, expect, test } from "vitest";
import { boundedMap } from "../../src/system/boundedMap.ts";
import { barrier, never } from "./smallSystem.ts";

describe("a bounded map", () => {
  test("gives results in the order of the items, with at most so many under way", async () => {
    let underWay = 0;
    let most = 0;
    const results = await boundedMap(
      [3, 1, 2, 0],
      async (item) => {
        most = Math.max(most, ++underWay);
        for (let turn = 0; turn < item; turn++) await Promise.resolve();
        underWay--;
        return item * 10;
      },
      { concurrency: 2, signal: never() },
    );
    expect(results).toEqual([30, 10, 20, 0]);
    expect(most).toBe(2);
  });

  test("waits after a failure for what is under way, and begins nothing more", async () => {
    const log: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const mapped = boundedMap(
      ["slow", "fails", "never begun"],
      async (item) => {
        log.push(`begin ${item}`);
        if (item === "fails") {
          setImmediate(release);
          throw new Error("no luck");
        }
        await held;
        log.push(`end ${item}`);
      },
      { concurrency: 2, signal: never() },
    );
    const refused = expect(mapped).rejects.toThrow("no luck");
    await refused;
    expect(log).toEqual(["begin slow", "begin fails", "end slow"]);
  });

  test("throws the signal's reason, also where nothing failed for it", async () => {
    const controller = new AbortController();
    const meet = barrier(2);
    const mapped = boundedMap(["a", "b", "c"], () => meet(), { concurrency: 2, signal: controller.signal });
    controller.abort(new Error("stop"));
    await expect(mapped).rejects.toThrow("stop");
  });
});
