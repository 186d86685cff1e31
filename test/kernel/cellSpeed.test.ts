import { describe, expect, test } from "vitest";
import { ownMs, quickestMs } from "../ownTime.ts";
import { notebook } from "./cellNotebook.ts";

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;

type Clock = (work: () => Promise<void>) => Promise<number>;

const passedMs: Clock = async (work) => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

async function medianMs(codes: readonly string[], clock: Clock): Promise<number> {
  const { run } = notebook();
  await run("const first: number[] = [1]");
  const times: number[] = [];
  for (const code of codes) {
    const ms = await clock(async () => {
      const { error } = await run(code);
      expect(error?.stack).toBeUndefined();
    });
    times.push(ms);
  }
  return median(times);
}

describe("a cell after the first one", () => {
  test.each([
    ["trivial", 3, ownMs, Array.from({ length: 60 }, (_, n) => `1 + ${n}`)],
    // Types cost a round trip to the compiler's process.
    [
      "with types",
      15,
      passedMs,
      Array.from({ length: 60 }, (_, n) => `const x${n}: Array<number> = [${n}]; x${n}.length`),
    ],
    [
      "the 200th of a notebook",
      3,
      ownMs,
      Array.from({ length: 200 }, (_, n) => `const v${n} = ${n === 0 ? 0 : `v${n - 1} + 1`}`),
    ],
  ] as const)("that is %s takes under %i ms (median)", async (name, mostMs, clock, codes) => {
    const ms = await quickestMs(mostMs, () => medianMs(codes, clock));
    console.log(`${name}: ${ms.toFixed(2)} ms`);
    expect(ms).toBeLessThan(mostMs);
  });
});

test("a loop over names of the notebook does not look them up", async () => {
  const { run } = notebook();
  await run("let total = 0; const step = 2; function add(n: number) { total += n }");
  const ms = await ownMs(async () => {
    const { result } = await run("for (let i = 0; i < 1_000_000; i++) { total += step; add(Math.abs(i % 2)) }\ntotal");
    expect(result?.value).toBe(2_500_000);
  });
  console.log(`loop: ${ms.toFixed(0)} ms`);
  // A look-up of every name at run time takes over a second even on a fast machine.
  expect(ms).toBeLessThan(1_000);
});
