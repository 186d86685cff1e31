import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judge } from "../../src/optimize/gate.ts";

describe("the gate", () => {
  test("accepts what is strictly greater, and says by how much", () => {
    expect(judge({ before: [0, 1], after: [0.5, 1] })).toEqual({
      accepted: true,
      reason: "the mean on 2 validation rows rose by 0.250 (1 better, 0 worse)",
    });
  });

  test("rejects a tie, also one made of better and worse rows", () => {
    expect(judge({ before: [0.5, 0.5], after: [0.5, 0.5] }).accepted).toBe(false);
    expect(judge({ before: [0, 1], after: [1, 0] })).toEqual({
      accepted: false,
      reason: "the mean on 2 validation rows did not change",
    });
  });

  test("rejects what is worse", () => {
    const { accepted, reason } = judge({ before: [1, 0.4], after: [0.5, 0.5] });
    expect(accepted).toBe(false);
    expect(reason).toMatch(/fell by 0\.200 \(1 better, 1 worse\)/);
  });

  test("takes the rounding of a sum for no difference: the same scores in another order tie", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (scores) => {
        expect(judge({ before: scores, after: scores.toReversed() }).accepted).toBe(false);
      }),
    );
    expect(judge({ before: [0.1, 0.2, 0.3], after: [0.3, 0.2, 0.1] }).accepted).toBe(false);
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
        expect(judge({ before, after }).accepted && judge({ before: after, after: before }).accepted).toBe(false);
      }),
    );
  });

  test("compares equal numbers of rows only", () => {
    expect(() => judge({ before: [1], after: [1, 1] })).toThrow(/1 and 2/);
    expect(() => judge({ before: [], after: [] })).toThrow(RangeError);
  });
});
