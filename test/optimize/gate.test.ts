import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHopeless, judge, partsOf } from "../../src/optimize/gate.ts";

/** The verdict on the scores of all rows of a gate. */
const verdict = (before: readonly number[], after: readonly number[]) => judge({ before, after, rows: before.length });

describe("the gate", () => {
  test("accepts what is strictly greater, and says by how much", () => {
    expect(verdict([0, 1], [0.5, 1])).toEqual({
      accepted: true,
      reason: "the mean on 2 validation rows rose by 0.250 (1 better, 0 worse)",
    });
  });

  test("rejects a tie, also one made of better and worse rows", () => {
    expect(verdict([0.5, 0.5], [0.5, 0.5]).accepted).toBe(false);
    expect(verdict([0, 1], [1, 0])).toEqual({
      accepted: false,
      reason: "the mean on 2 validation rows did not change",
    });
  });

  test("rejects what is worse", () => {
    const { accepted, reason } = verdict([1, 0.4], [0.5, 0.5]);
    expect(accepted).toBe(false);
    expect(reason).toMatch(/fell by 0\.200 \(1 better, 1 worse\)/);
  });

  test("takes the rounding of a sum for no difference: the same scores in another order tie", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (scores) => {
        expect(verdict(scores, scores.toReversed()).accepted).toBe(false);
      }),
    );
    expect(verdict([0.1, 0.2, 0.3], [0.3, 0.2, 0.1]).accepted).toBe(false);
  });

  test("never accepts both directions of one comparison", () => {
    const scores = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
      {
        minLength: 1,
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(scores, (rows) => {
        const [before, after] = [rows.map(([one]) => one), rows.map(([, other]) => other)];
        expect(verdict(before, after).accepted && verdict(after, before).accepted).toBe(false);
      }),
    );
  });

  test("compares equal numbers of rows only", () => {
    expect(() => verdict([1], [1, 1])).toThrow(/1 and 2/);
    expect(() => verdict([], [])).toThrow(RangeError);
  });

  test("says of a challenger that was given up on how many rows", () => {
    expect(judge({ before: [0.5, 0.5], after: [0, 0.5], rows: 8 })).toEqual({
      accepted: false,
      reason: "given up early: the mean on the first 2 of 8 validation rows fell by 0.250 (0 better, 1 worse)",
    });
    expect(() => judge({ before: [0, 0], after: [0, 1], rows: 1 })).toThrow(/2 rows .* gate of 1/);
  });
});

describe("early rejection", () => {
  const measured = (gains: readonly number[]) => gains.map((gain) => ({ before: 0.5, after: 0.5 + gain }));

  test("looks after a quarter and after half of the rows; otherwise once", () => {
    const order = [6, 0, 3, 1, 5, 2, 4];
    expect(partsOf(order, true)).toEqual([
      [6, 0],
      [3, 1],
      [5, 2, 4],
    ]);
    expect(partsOf(order, false)).toEqual([order]);
    expect(partsOf([0], true)).toEqual([[0]]);
  });

  test("misses no row and takes none twice", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (rows) => {
        const order = Array.from({ length: rows }, (_, row) => row);
        expect(partsOf(order, true).flat()).toEqual(order);
      }),
    );
  });

  test.each([
    { gains: [-0.1, 0], rows: 8, hopeless: true, why: "behind after a quarter" },
    { gains: [0, 0], rows: 8, hopeless: false, why: "level after a quarter" },
    { gains: [0, 0, 0.1, -0.1], rows: 8, hopeless: true, why: "level after half" },
    { gains: [0, 0, 0.1, 0], rows: 8, hopeless: false, why: "ahead after half" },
    { gains: [-0.1, -0.1], rows: 2, hopeless: false, why: "all rows measured: the gate decides" },
  ])("$why", ({ gains, rows, hopeless }) => {
    expect(isHopeless(measured(gains), rows)).toBe(hopeless);
  });
});
