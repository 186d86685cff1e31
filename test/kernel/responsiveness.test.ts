import { expect, test } from "vitest";
import { Responsiveness } from "../../src/kernel/responsiveness.ts";
import { FakeClock } from "../notebook/fakeClock.ts";

class Bench {
  readonly clock = new FakeClock();
  readonly asked: number[] = [];
  readonly told: boolean[] = [];
  readonly watch = new Responsiveness({
    ask: (number) => this.asked.push(number),
    onChange: (responsive) => this.told.push(responsive),
    now: () => this.clock.now(),
    every: (ms, action) => {
      let callOff = (): void => undefined;
      const next = (): void => {
        callOff = this.clock.after(ms, () => {
          action();
          next();
        });
      };
      next();
      return () => callOff();
    },
  });
}

test("a thread that answers is never called silent", () => {
  const bench = new Bench();
  bench.watch.start();
  for (let i = 0; i < 20; i++) {
    bench.clock.advance(250);
    bench.watch.heard(bench.asked.at(-1) ?? 0);
  }
  expect(bench.asked.length).toBeGreaterThan(10);
  expect(bench.told).toEqual([]);
});

test("a thread that does not is called silent once, and is asked no second time before it answers", () => {
  const bench = new Bench();
  bench.watch.start();
  bench.clock.advance(5_000);
  expect(bench.asked).toHaveLength(1);
  expect(bench.told).toEqual([false]);
  expect(bench.watch.silentMs).toBeGreaterThanOrEqual(4_000);
  bench.watch.heard(1);
  expect(bench.told).toEqual([false, true]);
  expect(bench.watch.silentMs).toBe(0);
});

test("an answer to an earlier question is no sign of life", () => {
  const bench = new Bench();
  bench.watch.ask();
  bench.watch.heard(1);
  bench.watch.ask();
  bench.clock.advance(100);
  bench.watch.heard(1);
  expect(bench.watch.silentMs).toBe(100);
});

test("with the end of the cell the watch ends, and a new one begins afresh", () => {
  const bench = new Bench();
  bench.watch.start();
  bench.clock.advance(2_000);
  bench.watch.stop();
  expect(bench.told).toEqual([false, true]);
  expect(bench.clock.waiting).toBe(0);
});
