import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BudgetExhausted, Ledger, type Purpose, type Reservation } from "../../src/system/ledger.ts";

const shares = new Map([
  ["a", 0.2],
  ["b", 0.3],
  ["c", 0.5],
]);

describe("the ledger", () => {
  test("counts equivalent runs by weight and purpose", () => {
    const ledger = new Ledger(shares, 10);
    const pairs = ledger.reserve("offline pairs", 2);
    for (const name of ["a", "b", "c", "a"]) pairs.spend(name);
    pairs.close();
    const search = ledger.reserve("local search", 1);
    search.spend("c");
    search.close();
    expect(ledger.byPurpose()).toEqual({ "offline pairs": 1.2, "local search": 0.5 });
    expect(ledger.spent).toBe(1.7);
    expect(ledger.left).toBeCloseTo(8.3, 9);
  });

  test("re-running one of five equal components three times is 0.6 runs", () => {
    const ledger = new Ledger(new Map([1, 2, 3, 4, 5].map((index) => [`c${index}`, 0.2])));
    const reservation = ledger.reserve("local search", 0.6);
    for (let run = 0; run < 3; run++) reservation.spend("c2");
    expect(ledger.spent).toBe(0.6);
  });

  test("counts test rows apart and never charges them", () => {
    const ledger = new Ledger(shares, 1);
    const reservation = ledger.reserve("test", 50);
    reservation.spend("c");
    reservation.close();
    expect(ledger.spentOn("test")).toBe(0.5);
    expect(ledger.spent).toBe(0);
    expect(ledger.left).toBe(1);
  });

  test("refuses a reservation that does not fit beside those that are open, with the figures", () => {
    const ledger = new Ledger(shares, 3);
    const open = ledger.reserve("validation", 2);
    const refused = () => ledger.reserve("validation", 1.5);
    expect(refused).toThrow(BudgetExhausted);
    expect(refused).toThrow(/1 system runs left and the next step may need 1\.5/);
    open.close();
    expect(refused).not.toThrow();
  });

  test("treats spending beyond a reservation, after its end, or for nobody as a defect", () => {
    const ledger = new Ledger(shares, 10);
    const reservation = ledger.reserve("validation", 0.5);
    reservation.spend("c");
    expect(() => reservation.spend("a")).toThrow(/0\.7 system runs of 0\.5 reserved/);
    expect(() => ledger.reserve("validation", 1).spend("d")).toThrow(/does not know component "d"/);
    reservation.close();
    reservation.close();
    expect(() => reservation.spend("a")).toThrow(/closed reservation/);
    expect(ledger.spent).toBe(0.5);
  });

  test("goes on from its counts", () => {
    const ledger = new Ledger(shares, 10);
    const reservation = ledger.reserve("fresh pairs", 1);
    reservation.spend("b");
    reservation.close();
    const resumed = new Ledger(shares, 10, JSON.parse(JSON.stringify(ledger.counts())));
    expect(resumed.byPurpose()).toEqual(ledger.byPurpose());
    expect(resumed.left).toBe(ledger.left);
  });

  test("is never overshot, however reservations, spending and closing interleave", () => {
    const action = fc.oneof(
      fc.record({
        kind: fc.constant("reserve" as const),
        purpose: fc.constantFrom<Purpose>("validation", "local search", "test"),
        runs: fc.double({ min: 0, max: 4, noNaN: true }),
      }),
      fc.record({ kind: fc.constant("spend" as const), at: fc.nat(20), name: fc.constantFrom("a", "b", "c") }),
      fc.record({ kind: fc.constant("close" as const), at: fc.nat(20) }),
    );
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 12, noNaN: true }),
        fc.array(action, { maxLength: 60 }),
        (limit, actions) => {
          const ledger = new Ledger(shares, limit);
          const open: { left: number; reservation: Reservation }[] = [];
          for (const each of actions) {
            if (each.kind === "reserve") {
              if (each.purpose !== "test" && each.runs > ledger.left + 1e-6) continue;
              open.push({ left: each.runs, reservation: ledger.reserve(each.purpose, each.runs) });
            } else if (each.kind === "spend") {
              const chosen = open[each.at % Math.max(1, open.length)];
              const share = shares.get(each.name) ?? 0;
              if (chosen === undefined || chosen.left < share) continue;
              chosen.left -= share;
              chosen.reservation.spend(each.name);
            } else {
              const [closed] = open.splice(each.at % Math.max(1, open.length), 1);
              closed?.reservation.close();
            }
            expect(ledger.spent).toBeLessThanOrEqual(limit + 2e-6);
          }
          for (const { reservation } of open) reservation.close();
          expect(ledger.left).toBeCloseTo(limit - ledger.spent, 6);
        },
      ),
    );
  });
});
