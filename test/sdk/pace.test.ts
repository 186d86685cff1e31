import fc from "fast-check";
import { expect, test } from "vitest";
import { Pace, type Time } from "../../src/sdk/pace.ts";

/** Time that only moves when it is told to. */
class TestTime implements Time {
  #now = 0;
  readonly #waiting = new Set<{ readonly at: number; readonly action: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const entry = { at: this.#now + ms, action };
    this.#waiting.add(entry);
    return () => this.#waiting.delete(entry);
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#waiting].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#waiting.delete(next);
      this.#now = next.at;
      next.action();
    }
    this.#now = end;
  }

  get waits(): boolean {
    return this.#waiting.size > 0;
  }
}

test("does at most one thing per interval, and the last wish always, whatever the rate of wishes", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { maxLength: 300 }), (pauses) => {
      const time = new TestTime();
      let [state, done] = [0, -1];
      const at: number[] = [];
      const pace = new Pace(
        () => {
          done = state;
          at.push(time.now());
        },
        100,
        time,
      );
      for (const pause of pauses) {
        time.pass(pause);
        state++;
        pace.wish();
      }
      time.pass(100);
      expect(done).toBe(pauses.length === 0 ? -1 : state);
      expect(time.waits).toBe(false);
      for (const [index, moment] of at.entries()) {
        expect(moment - (at[index - 1] ?? -100)).toBeGreaterThanOrEqual(100);
      }
    }),
  );
});

test("does the first thing at once, and what is held back when it is told to finish", () => {
  const time = new TestTime();
  let done = 0;
  const pace = new Pace(() => done++, 100, time);
  pace.wish();
  expect(done).toBe(1);
  pace.wish();
  pace.wish();
  expect(done).toBe(1);
  pace.finish();
  expect(done).toBe(2);
  pace.finish();
  time.pass(1000);
  expect(done).toBe(2);
});
