import { describe, expect, test } from "vitest";
import type { SettingsInput } from "../../src/optimize/settings.ts";
import { UserError } from "../../src/system/userError.ts";
import { eventsOf } from "../optimize/toySystem.ts";
import { seededFaults } from "./loopback/faults.ts";
import type { LedgerLines } from "./loopback/ledger.ts";
import { costOf, type Served, servedRun } from "./servedToy.ts";

interface Budget {
  readonly setting: "budgetCalls" | "budgetTokens" | "budgetUsd";
  readonly told: string;
  /** What the server has counted of it. */
  readonly taken: (ledger: LedgerLines) => number;
}

const budgets: readonly Budget[] = [
  { setting: "budgetCalls", told: "calls", taken: ({ received }) => received },
  { setting: "budgetTokens", told: "tokens", taken: ({ inputTokens, outputTokens }) => inputTokens + outputTokens },
  { setting: "budgetUsd", told: "money", taken: costOf },
];

const refusal = ({ thrown }: Served) => (thrown instanceof UserError ? thrown.message : undefined);

describe.each(budgets)("$setting", ({ setting, told, taken }) => {
  test.each(["openai", "anthropic"])(
    "is never overshot at %s, whatever its size, and the run that it ends has a result",
    async (provider) => {
      const common: SettingsInput = { concurrency: 16, budgetRuns: null };
      const whole = await servedRun({ provider, settings: common });
      expect(whole.summary?.stop).toBe("iterations");
      const all = taken(whole.ledger);
      let ended = 0;
      for (const share of [0.01, 0.1, 0.3, 0.5, 0.8, 1.5]) {
        const limit = setting === "budgetUsd" ? all * share : Math.max(1, Math.round(all * share));
        const faults = seededFaults(`budget ${share}`, 0.1);
        const served = await servedRun({ provider, faults, settings: { ...common, [setting]: limit } });
        expect(taken(served.ledger)).toBeLessThanOrEqual(limit + 1e-9);
        const { summary, events } = served;
        if (summary === undefined) {
          expect(refusal(served)).toMatch(
            /does not pay for measuring the start on 5 validation rows; raise the budget/,
          );
          expect(share).toBeLessThan(0.5);
          continue;
        }
        expect(events.at(-1)?.type).toBe("summary");
        if (summary.stop === "budget") {
          ended++;
          expect(summary.budget).toBe(told);
          // The best that there was: what was accepted last, if anything was.
          const accepted = eventsOf(events, "update").filter(({ decision }) => decision === "accepted");
          expect(summary.accepted).toBe(accepted.length);
          expect(summary.optimized.validation.mean).toBeGreaterThanOrEqual(summary.unoptimized.validation.mean);
        }
      }
      expect(ended).toBeGreaterThanOrEqual(2);
    },
  );

  test("keeps enough back to compare start and result on the test rows", async () => {
    const whole = await servedRun({ provider: "openai", settings: { budgetRuns: null } });
    let ended = 0;
    for (const share of [0.3, 0.5, 0.8]) {
      const limit = taken(whole.ledger) * share;
      const budget = setting === "budgetUsd" ? limit : Math.round(limit);
      const { summary, events, thrown } = await servedRun({
        provider: "openai",
        settings: { budgetRuns: null, [setting]: budget },
      });
      expect(thrown).toBeUndefined();
      if (summary?.stop !== "budget") continue;
      ended++;
      const told = eventsOf(events, "warning").map(({ message }) => message);
      if (told.some((message) => message.includes("nothing is kept back"))) continue;
      expect(summary.optimized.test?.n).toBe(2);
      expect(told.join()).not.toContain("not compared on the test rows");
    }
    expect(ended).toBeGreaterThanOrEqual(1);
  });
});

test("budgetMinutes ends a run that waits for answers, with what it has accepted", async () => {
  const { summary, ledger } = await servedRun({
    provider: "openai",
    latencyMs: 100,
    settings: { iterations: 1_000_000, budgetRuns: null, budgetMinutes: 5 / 60 },
  });
  expect(summary).toMatchObject({ stop: "budget", budget: "time" });
  expect(ledger.received).toBeGreaterThan(10);
});
