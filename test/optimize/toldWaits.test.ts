import { expect, test } from "vitest";
import type { GateWait } from "../../src/models/gateWait.ts";
import { ToldWaits } from "../../src/optimize/toldWaits.ts";
import type { BodyOf } from "../../src/run/events.ts";
import { SimulatedTime } from "../models/simulatedTime.ts";

const limit = (ms: number): GateWait => ({ provider: "openai", why: "requests", perMinute: 10, ms });
const retry = (ms: number): GateWait => ({ provider: "openai", why: "retry", failure: "overloaded", ms });

function bench() {
  const time = new SimulatedTime();
  const told: (number | null)[] = [];
  const begun: boolean[] = [];
  const tell = ({ wait }: BodyOf<"waiting">): void => {
    told.push(wait === null ? null : wait.ms);
    if (wait !== null) begun.push(wait.begins);
  };
  return { time, told, begun, waits: new ToldWaits(tell, time) };
}

test("a wait is told second by second, and that it is over", async () => {
  const { time, told, begun, waits } = bench();
  waits.waiting(limit(3_500));
  await time.run();
  expect(told).toEqual([3_500, 2_500, 1_500, 500, null]);
  expect(begun).toEqual([true, false, false, false]);
});

test("what many requests wait for is told once, and a longer wait in its place", async () => {
  const { time, told, waits } = bench();
  for (const ms of [3_000, 3_000, 2_900, 3_100]) waits.waiting(limit(ms));
  expect(told).toEqual([3_000]);
  waits.waiting(limit(5_000));
  await time.run();
  expect(told).toEqual([3_000, 5_000, 4_000, 3_000, 2_000, 1_000, null]);
});

test("an answer ends the wait after a failure, and none for a limit", async () => {
  const { time, told, waits } = bench();
  waits.waiting(retry(10_000));
  await time.run(1_000);
  waits.answered();
  expect(told).toEqual([10_000, 9_000, null]);
  waits.waiting(limit(2_000));
  waits.answered();
  expect(told.at(-1)).toBe(2_000);
  waits.end();
  waits.end();
  expect(told.slice(-2)).toEqual([2_000, null]);
  expect(time.waiting).toBe(0);
});
