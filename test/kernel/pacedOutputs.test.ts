import { expect, test } from "vitest";
import { PacedOutputs } from "../../src/kernel/pacedOutputs.ts";
import type { Outputs } from "../../src/notebook/kernelProtocol.ts";
import { FakeClock } from "../notebook/fakeClock.ts";

class Bench {
  readonly clock = new FakeClock();
  readonly sent: string[] = [];
  readonly #answers: (() => void)[] = [];
  readonly paced = new PacedOutputs(
    ({ order, outputs }: Outputs) => {
      this.sent.push(`${order}: ${outputs.map((output) => (output.type === "stream" ? output.text : "?")).join(",")}`);
      return new Promise((resolve) => this.#answers.push(resolve));
    },
    { intervalMs: 100, now: () => this.clock.now(), after: (ms, action) => void this.clock.after(ms, action) },
  );

  add(text: string, order = 1): void {
    this.paced.add({ cell: "a", order, outputs: [{ type: "stream", name: "stdout", text }] });
  }

  async answer(): Promise<void> {
    this.#answers.shift()?.();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }
}

test("sends the first batch at once, and what comes meanwhile joined after answer and interval", async () => {
  const bench = new Bench();
  bench.add("a");
  expect(bench.sent).toEqual(["1: a"]);
  bench.add("b");
  bench.clock.advance(1_000);
  expect(bench.sent).toEqual(["1: a"]);
  bench.add("c");
  await bench.answer();
  expect(bench.sent).toEqual(["1: a", "1: bc"]);
  await bench.answer();
  bench.add("d");
  expect(bench.sent).toHaveLength(2);
  bench.clock.advance(99);
  expect(bench.sent).toHaveLength(2);
  bench.clock.advance(1);
  expect(bench.sent.at(-1)).toBe("1: d");
});

test("sends at most ten batches a second to a parent that answers at once", async () => {
  const bench = new Bench();
  for (let ms = 0; ms < 999; ms++) {
    bench.add("x");
    await bench.answer();
    bench.clock.advance(1);
  }
  expect(bench.sent.length).toBeLessThanOrEqual(10);
  expect(bench.sent.length).toBeGreaterThan(8);
});

test("finishes a cell without waiting for the interval, but for the answer", async () => {
  const bench = new Bench();
  bench.add("a");
  bench.add("b");
  let finished = false;
  const done = bench.paced.finish(1).then(() => {
    finished = true;
  });
  await Promise.resolve();
  expect(finished).toBe(false);
  await bench.answer();
  await done;
  expect(bench.sent).toEqual(["1: a", "1: b"]);
});

test("finishes at once when nothing waits", async () => {
  await new Bench().paced.finish(7);
});

test("keeps the outputs of two cells apart", async () => {
  const bench = new Bench();
  bench.add("a", 1);
  bench.add("b", 2);
  bench.add("c", 1);
  await bench.answer();
  bench.clock.advance(100);
  await bench.answer();
  bench.clock.advance(100);
  expect(bench.sent).toEqual(["1: a", "2: b", "1: c"]);
});

test("sends everything when the process is about to end", () => {
  const bench = new Bench();
  bench.add("a", 1);
  bench.add("b", 1);
  bench.add("c", 2);
  bench.paced.sendAll();
  expect(bench.sent).toEqual(["1: a", "1: b", "2: c"]);
});
