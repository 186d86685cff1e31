import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bootstrapDifference,
  correlation,
  leastSquares,
  mean,
  meanInterval,
  meanIntervalOf,
  rankCorrelation,
  ranks,
  rewardInterval,
  shareBetweenGroups,
  shareInterval,
} from "../../src/run/statistics.ts";
import { seededRandom } from "../../src/system/random.ts";

const score = fc.double({ min: 0, max: 1, noNaN: true });
const pairs = fc.array(fc.tuple(score, score), { minLength: 1, maxLength: 40 });

describe("mean", () => {
  test("of no values is refused", () => expect(() => mean([])).toThrow(RangeError));
  test("of values that are not finite is refused", () => expect(() => mean([1, Number.NaN])).toThrow(/not finite/));
  test("is the arithmetic mean", () => expect(mean([1, 2, 6])).toBe(3));
});

describe("meanInterval", () => {
  /** n scores with mean 0 and a standard error of 1: the half width is the quantile itself. */
  const spread = (n: number) => {
    const raw = Array.from({ length: n }, (_, index) => index - (n - 1) / 2);
    const error = Math.sqrt(raw.reduce((sum, value) => sum + value ** 2, 0) / (n - 1) / n);
    return raw.map((value) => value / error);
  };

  // Student's t, 97.5 %: NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2.
  test.each([
    [1, 12.706],
    [2, 4.303],
    [4, 2.776],
    [5, 2.571],
    [9, 2.262],
    [29, 2.045],
    [100, 1.984],
  ])("with %i degrees of freedom is %f standard errors wide to either side", (degrees, quantile) => {
    const interval = meanInterval(spread(degrees + 1));
    expect(interval?.high).toBeCloseTo(quantile, 2);
    expect(interval?.low).toBeCloseTo(-quantile, 2);
  });
  test("of fewer than two scores is not known", () => {
    expect(meanInterval([])).toBeNull();
    expect(meanInterval([0.4])).toBeNull();
  });
  test("of equal scores has no width", () => expect(meanInterval([0.5, 0.5, 0.5])).toEqual({ low: 0.5, high: 0.5 }));
  test("of scores that are not finite is refused", () => expect(() => meanInterval([0, Infinity])).toThrow(RangeError));
});

describe("rewardInterval", () => {
  const shares = fc.array(score, { minLength: 2, maxLength: 40 });
  test("is the mean's, where that leaves no reward that cannot be", () => {
    const scores = [0.4, 0.5, 0.6];
    expect(rewardInterval(scores)).toEqual(meanInterval(scores));
  });
  test("of shares stays from 0 to 1 and holds their mean", () => {
    fc.assert(
      fc.property(shares, (scores) => {
        const interval = rewardInterval(scores);
        expect(interval?.low).toBeGreaterThanOrEqual(0);
        expect(interval?.high).toBeLessThanOrEqual(1);
        expect(interval?.low).toBeLessThanOrEqual(mean(scores) + 1e-12);
        expect(interval?.high).toBeGreaterThanOrEqual(mean(scores) - 1e-12);
      }),
    );
  });
  test("ends at 0 where no row scored below it, and nowhere above where rows scored more than 1", () => {
    const interval = rewardInterval([0, 0, 0, 9]);
    expect(interval?.low).toBe(0);
    expect(interval?.high).toBe(meanInterval([0, 0, 0, 9])?.high);
  });
  test("goes below 0 where rows did", () => {
    const scores = [-0.2, 0, 0.1, 0.9];
    expect(rewardInterval(scores)).toEqual(meanInterval(scores));
    expect(rewardInterval(scores)?.low).toBeLessThan(0);
  });
  test("of one score is not known", () => expect(rewardInterval([0.3])).toBeNull());
});

describe("bootstrapDifference", () => {
  test("holds the mean between its bounds and the bounds between the extreme differences", () => {
    fc.assert(
      fc.property(pairs, fc.integer(), (rows, seed) => {
        const [before, after] = [rows.map(([b]) => b), rows.map(([, a]) => a)];
        const differences = rows.map(([b, a]) => a - b);
        const result = bootstrapDifference(before, after, seededRandom(seed), 200);
        const slack = 1e-9;
        expect(result.low).toBeLessThanOrEqual(result.high);
        expect(result.low).toBeGreaterThanOrEqual(Math.min(...differences) - slack);
        expect(result.high).toBeLessThanOrEqual(Math.max(...differences) + slack);
        expect(result.mean).toBeCloseTo(mean(differences), 12);
        expect(result.n).toBe(rows.length);
      }),
    );
  });

  test("depends on the generator's seed alone", () => {
    const random = seededRandom("rows");
    const [before, after] = [
      Array.from({ length: 30 }, () => random.next()),
      Array.from({ length: 30 }, () => random.next()),
    ];
    const once = bootstrapDifference(before, after, seededRandom("a"));
    expect(bootstrapDifference(before, after, seededRandom("a"))).toEqual(once);
    expect(bootstrapDifference(before, after, seededRandom("b")).low).not.toBe(once.low);
  });

  test("is close to the normal interval for many normal differences", () => {
    // Standard normal differences, n = 400: half-width 1.96 / sqrt(400) = 0.098.
    const random = seededRandom("normal");
    const after = Array.from({ length: 400 }, () => random.normal());
    const {
      mean: center,
      low,
      high,
    } = bootstrapDifference(
      after.map(() => 0),
      after,
      random,
    );
    expect(center - low).toBeCloseTo(0.098, 1);
    expect((high - low) / 2).toBeGreaterThan(0.085);
    expect((high - low) / 2).toBeLessThan(0.111);
  });

  test("of one row is that row's difference", () => {
    const result = bootstrapDifference([0.25], [0.5], seededRandom(1));
    expect(result).toEqual({ mean: 0.25, low: 0.25, high: 0.25, n: 1 });
  });

  test("refuses scores that are not paired", () => {
    expect(() => bootstrapDifference([1], [1, 2], seededRandom(1))).toThrow(/1 and 2/);
  });
});

describe("correlation", () => {
  test("of a line is 1 or -1", () => {
    expect(correlation([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
  });
  test("is not defined when one side does not vary", () => expect(correlation([1, 1], [1, 2])).toBeUndefined());
  test("is not defined for one pair", () => expect(correlation([1], [1])).toBeUndefined());
  test("agrees with a value worked out by hand", () => {
    // x = 1..4, y = 1 3 2 4: covariance sum 4, both variance sums 5.
    expect(correlation([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(0.8, 12);
  });
});

describe("rankCorrelation", () => {
  test("gives tied values their mean rank", () => expect(ranks([3, 1, 3, 2])).toEqual([3.5, 1, 3.5, 2]));
  test("does not change under a rising map", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), score), { minLength: 2 }), (rows) => {
        const [x, y] = [rows.map(([a]) => a), rows.map(([, b]) => b)];
        expect(
          rankCorrelation(
            x.map((value) => value ** 3 + 5),
            y,
          ),
        ).toEqual(rankCorrelation(x, y));
      }),
    );
  });
  test("with ties agrees with a value worked out by hand", () => {
    // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: covariance sum 4.5, variance sums 4.5 and 5.
    expect(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  });
});

describe("leastSquares", () => {
  test("of a line is that line", () => {
    const line = leastSquares([1, 2, 5], [5, 7, 13]);
    expect(line?.slope).toBeCloseTo(2, 12);
    expect(line?.intercept).toBeCloseTo(3, 12);
  });
  test("agrees with the first of Anscombe's quartets", () => {
    // Anscombe, Graphs in Statistical Analysis (1973): y = 3.00 + 0.500 x.
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    expect(leastSquares(x, y)?.slope).toBeCloseTo(0.5001, 4);
    expect(leastSquares(x, y)?.intercept).toBeCloseTo(3.0001, 4);
  });
  test("is not defined where x does not vary or there is one pair", () => {
    expect(leastSquares([2, 2], [1, 3])).toBeUndefined();
    expect(leastSquares([2], [1])).toBeUndefined();
  });
  test("leaves distances that do not lean", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), score), { minLength: 2 }), (rows) => {
        const line = leastSquares(
          rows.map(([a]) => a),
          rows.map(([, b]) => b),
        );
        if (line === undefined) return;
        const distances = rows.map(([a, b]) => ({ a, distance: b - line.intercept - line.slope * a }));
        expect(distances.reduce((sum, { distance }) => sum + distance, 0)).toBeCloseTo(0, 6);
        expect(distances.reduce((sum, { a, distance }) => sum + a * distance, 0)).toBeCloseTo(0, 6);
      }),
    );
  });
});

describe("shareBetweenGroups", () => {
  test("is 1 where groups do not vary within, and 0 where they have the same mean", () => {
    const apart = [
      [1, 1],
      [4, 4],
    ];
    expect(shareBetweenGroups(apart)).toBe(1);
    const alike = [
      [1, 4],
      [4, 1],
    ];
    expect(shareBetweenGroups(alike)).toBe(0);
  });
  test("agrees with a value worked out by hand", () => {
    // Means 2, 3, 7; around them 6, around the mean of all (4) 48: epsilon squared = (42 - 2 * 6 / 6) / 48.
    expect(
      shareBetweenGroups([
        [1, 2, 3],
        [2, 3, 4],
        [6, 7, 8],
      ]),
    ).toBeCloseTo(40 / 48, 12);
  });
  test("is not defined where nothing varies or every group has one value", () => {
    expect(shareBetweenGroups([[1], [2], [3]])).toBeUndefined();
    expect(shareBetweenGroups([[2, 2], [2]])).toBeUndefined();
    expect(shareBetweenGroups([])).toBeUndefined();
  });
});

describe("interval of a share", () => {
  test("is Wilson's", () => {
    // Brown, Cai and DasGupta's formula by hand: 8 of 10 at z = 1.959964.
    const { low, high } = shareInterval(0.8, 10);
    expect(low).toBeCloseTo(0.4902, 4);
    expect(high).toBeCloseTo(0.9433, 4);
    expect(shareInterval(0, 20).low).toBe(0);
    expect(shareInterval(0, 20).high).toBeCloseTo(0.1611, 4);
    expect(shareInterval(1, 20).high).toBe(1);
  });

  test("holds the share, stays within 0 and 1, and narrows with more", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.5, max: 1e6, noNaN: true }),
        (share, n) => {
          const { low, high } = shareInterval(share, n);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(share + 1e-12);
          expect(high).toBeGreaterThanOrEqual(share - 1e-12);
          const more = shareInterval(share, 4 * n);
          expect(more.high - more.low).toBeLessThanOrEqual(high - low + 1e-12);
        },
      ),
    );
  });

  test.each([
    [1.1, 10],
    [Number.NaN, 10],
    [0.5, 0],
    [0.5, -1],
  ])("of %d on %d is none", (share, n) => expect(() => shareInterval(share, n)).toThrow(RangeError));
});

describe("interval of a mean from its deviation", () => {
  test("is that of the scores themselves", () => {
    const scores = [0.2, 0.9, 0.4, 0.7, 0.1];
    const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - 0.46) ** 2, 0) / 4);
    const [known, made] = [meanInterval(scores), meanIntervalOf(0.46, deviation, 5)];
    expect(made?.low).toBeCloseTo(known?.low ?? 0, 12);
    expect(made?.high).toBeCloseTo(known?.high ?? 0, 12);
    expect(meanIntervalOf(1, 0, 1)).toBeNull();
  });
});
