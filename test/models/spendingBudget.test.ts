import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noLimits, SpendingBudget } from "../../src/models/spendingBudget.ts";
import { BudgetExhausted } from "../../src/system/ledger.ts";

const signal = new AbortController().signal;
const amount = (calls: number, tokens = 0, usd: number | null = 0) => ({ calls, tokens, usd });

describe("a budget of what is spent on models", () => {
  test("lets everything pass without limits, and knows what was spent", async () => {
    const budget = new SpendingBudget(noLimits);
    (await budget.reserve(amount(1, 1e9, null), "any:model", signal)).settle(amount(1, 30, 0.5));
    expect(budget.spent).toEqual({ calls: 1, tokens: 30, usd: 0.5 });
  });

  test.each([
    ["calls", { ...noLimits, calls: 2 }, amount(1), /Of a budget of 2 model calls, 2 model calls is spent/],
    ["tokens", { ...noLimits, tokens: 100 }, amount(1, 40), /Of a budget of 100 tokens, 80 tokens is spent/],
    ["money", { ...noLimits, usd: 0.5 }, amount(1, 0, 0.2), /Of a budget of \$0\.500, \$0\.400 is spent/],
  ] as const)("ends where the next request could overshoot it in %s", async (kind, limits, each, message) => {
    const budget = new SpendingBudget(limits);
    for (let request = 0; request < 2; request++) {
      (await budget.reserve(each, "any:model", signal)).settle(each);
    }
    const refused = await budget.reserve(each, "any:model", signal).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(BudgetExhausted);
    expect(refused).toMatchObject({ budget: kind, message: expect.stringMatching(message) });
  });

  test("waits for requests under way, whose worst case rarely comes true", async () => {
    const budget = new SpendingBudget({ ...noLimits, tokens: 100 });
    const first = await budget.reserve(amount(1, 90), "any:model", signal);
    let isThere = false;
    const second = budget.reserve(amount(1, 90), "any:model", signal).then((held) => {
      isThere = true;
      return held;
    });
    await Promise.resolve();
    expect(isThere).toBe(false);
    first.settle(amount(1, 5));
    (await second).settle(amount(1, 5));
    expect(budget.spent.tokens).toBe(10);
  });

  test("stops waiting with the reason of its signal", async () => {
    const budget = new SpendingBudget({ ...noLimits, calls: 1 });
    await budget.reserve(amount(1), "any:model", signal);
    const controller = new AbortController();
    const waiting = budget.reserve(amount(1), "any:model", controller.signal);
    controller.abort(new Error("stop"));
    await expect(waiting).rejects.toThrow("stop");
  });

  test("in money refuses models whose price nobody knows, with the remedy", async () => {
    const budget = new SpendingBudget({ ...noLimits, usd: 1 });
    await expect(budget.reserve(amount(1, 10, null), "mine:model", signal)).rejects.toThrow(
      /Nobody knows the price of mine:model.*optimas\.models\.json/,
    );
  });

  test("keeps back what the end of the run needs, unless that is more than half of what is left", async () => {
    const budget = new SpendingBudget({ ...noLimits, calls: 10 });
    expect(budget.setAside(amount(6))).toBe(false);
    expect(budget.setAside(amount(5))).toBe(true);
    for (let request = 0; request < 5; request++) {
      (await budget.reserve(amount(1), "any:model", signal)).settle(amount(1));
    }
    await expect(budget.reserve(amount(1), "any:model", signal)).rejects.toThrow(/kept for the test rows/);
    budget.setAside(undefined);
    (await budget.reserve(amount(1), "any:model", signal)).settle(amount(1));
    expect(budget.spent.calls).toBe(6);
  });

  test("is never overshot, whatever requests come to and in whatever order they end", async () => {
    const request = fc.record({
      worst: fc.integer({ min: 1, max: 50 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { maxLength: 40 }),
        fc.integer({ min: 1, max: 200 }),
        async (requests, limit) => {
          const budget = new SpendingBudget({ ...noLimits, tokens: limit });
          let spent = 0;
          await Promise.all(
            requests.map(async ({ worst, share }) => {
              try {
                const held = await budget.reserve(amount(1, worst), "any:model", signal);
                for (let turn = 0; turn < worst; turn++) await Promise.resolve();
                const actual = Math.floor(worst * share);
                spent += actual;
                held.settle(amount(1, actual));
              } catch (error) {
                expect(error).toBeInstanceOf(BudgetExhausted);
              }
              expect(spent).toBeLessThanOrEqual(limit);
            }),
          );
          expect(budget.spent.tokens).toBe(spent);
        },
      ),
    );
  });

  test("keeps back what the last request of the end may need, also where small ones come before it", async () => {
    const budget = new SpendingBudget({ ...noLimits, tokens: 300 });
    (await budget.reserve(amount(1, 100), "any:model", signal)).settle(amount(1, 10));
    expect(budget.setAside(amount(1, 20))).toBe(true);
    const small = async () => (await budget.reserve(amount(1, 9), "any:model", signal)).settle(amount(1, 9));
    const ended = await (async () => {
      for (;;) await small();
    })().catch((error: unknown) => error);
    expect(ended).toBeInstanceOf(BudgetExhausted);
    expect(budget.spent.tokens).toBeGreaterThan(160);
    budget.setAside(undefined);
    for (let row = 0; row < 2; row++) {
      (await budget.reserve(amount(1, 100), "any:model", signal)).settle(amount(1, 10));
    }
  });
});
