import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunEstimate, SpentSoFar } from "../../../src/run/events.ts";
import { estimateStanding } from "../../../src/run/views/estimateStanding.ts";
import { estimateNotes, estimateSentence, estimateWords } from "../../../src/run/views/estimateStandingWords.ts";
import { exampleEstimate } from "../estimatedRun.ts";

const spent: SpentSoFar = {
  calls: 972,
  recorded: 0,
  tokens: 865_080,
  money: { usd: 0.17, unpriced: 0, simulated: 0 },
};

function standing(given: {
  readonly estimate?: Partial<RunEstimate>;
  readonly spent?: Partial<SpentSoFar>;
  readonly money?: Partial<SpentSoFar["money"]>;
  readonly elapsedMs?: number;
  readonly over?: boolean;
}) {
  const { estimate, spent: came, money, elapsedMs = 600_000, over = true } = given;
  const made = estimateStanding(
    { ...exampleEstimate, ...estimate },
    { spent: { ...spent, ...came, money: { ...spent.money, ...money } }, elapsedMs, over },
  );
  if (made === null) throw new Error("there is no standing");
  return made;
}

const places = (made: ReturnType<typeof standing>) => made.figures.map(({ place }) => place);
const words = (made: ReturnType<typeof standing>) => estimateWords(made).map((row) => Object.values(row).join(" | "));

describe("an estimate beside what came", () => {
  test("says of every figure where it lies, in words and of what share of the likely", () => {
    expect(words(standing({}))).toEqual([
      "model calls | about 900 (420 to 2,600) | 972 | 108 % | within the range",
      "tokens | about 300,000 (90,000 to 800,000) | 865,080 | 288 % | above the range",
      "money | about $0.11 ($0.020 to $0.90) | $0.17 | 155 % | within the range",
      "time at work | about 9 min (3 min to 40 min) | 10 min | 111 % | within the range",
    ]);
    expect(estimateSentence(standing({}))).toContain(
      "tokens: 865,080 came, about 300,000 (90,000 to 800,000) estimated, above the range.",
    );
    expect(places(standing({ elapsedMs: 60_000 }))).toEqual(["inside", "above", "inside", "below"]);
  });

  test("is so far as long as the run goes on", () => {
    const going = standing({ over: false, spent: { calls: 10, tokens: 900 } });
    expect(estimateWords(going).map(({ place }) => place)).toEqual([
      "below the range so far",
      "below the range so far",
      "within the range so far",
      "within the range so far",
    ]);
    expect(estimateNotes(going)).toEqual(["The run is not through: what came is what came so far."]);
  });

  test("takes money that is not known for no money", () => {
    const unpriced = standing({ estimate: { usd: null }, money: { usd: 0, unpriced: 972 } });
    expect(unpriced.figures[2]).toEqual({ unit: "money", range: null, came: null, place: "unknown" });
    expect(words(unpriced)[2]).toBe(
      "money | not known | not known: the price of 972 calls is not known | – | cannot be told",
    );
    // Some is known, and there is more to it: within the range it may leave it, above it cannot come back.
    expect(places(standing({ money: { usd: 0.5, unpriced: 3 } }))[2]).toBe("unknown");
    expect(places(standing({ money: { usd: 0.95, unpriced: 3 } }))[2]).toBe("above");
    expect(places(standing({ money: { usd: 0.001, unpriced: 3 } }))[2]).toBe("unknown");
  });

  test("counts what requests without an answer may cost on top", () => {
    const with1 = (usd: number) => places(standing({ money: { unanswered: { calls: 1, usd } } }))[2];
    expect([with1(0.2), with1(0.8)]).toEqual(["inside", "unknown"]);
  });

  test("says that the simulated model costs nothing", () => {
    const nothing = { low: 0, expected: 0, high: 0 };
    const free = standing({ estimate: { simulated: true, usd: nothing }, money: { usd: 0, simulated: 972 } });
    expect(words(free)[2]).toBe("money | $0: simulated model | $0: simulated model | – | within the range");
  });

  test("tells of answers from the record, and that what lies outside teaches the next", () => {
    expect(estimateNotes(standing({ spent: { recorded: 1 } }))).toEqual([
      "1 answer was taken from the record and cost nothing; the estimate takes none off.",
      "The next estimate on this machine counts with what this run has shown.",
    ]);
    expect(estimateNotes(standing({ spent: { tokens: 300_000 } }))).toEqual([]);
  });

  test("is none where the run has none", () => {
    expect(estimateStanding(undefined, { spent, elapsedMs: 0, over: true })).toBeNull();
    expect(estimateStanding(null, { spent, elapsedMs: 0, over: true })).toBeNull();
  });

  test("lies in one place for every figure, and inside just where its range holds it", () => {
    const figure = fc.nat(1e9);
    fc.assert(
      fc.property(fc.tuple(figure, figure, figure), figure, (bounds, calls) => {
        const [low = 0, expected = 0, high = 0] = bounds.toSorted((a, b) => a - b);
        const made = standing({ estimate: { calls: { low, expected, high } }, spent: { calls } });
        expect(made.figures[0]?.place).toBe(calls < low ? "below" : calls > high ? "above" : "inside");
      }),
    );
  });
});
