import { describe, expect, test } from "vitest";
import { openGate } from "../../src/models/requestGate.ts";
import type { Consent, ConsentAnswer } from "../../src/notebook/kernelProtocol.ts";
import { parseSettings, type SettingsInput } from "../../src/optimize/settings.ts";
import { type Costly, SpendingConsent } from "../../src/sdk/runConsent.ts";

const signal = new AbortController().signal;

function costly(high: number | null, given: Partial<Costly> = {}, settings: SettingsInput = {}): Costly {
  const range = (value: number) => ({ low: 0, expected: value / 2, high: value });
  const [calls, minutes] = [range(10), range(1)];
  const estimate = { calls, tokens: range(1000), usd: high === null ? null : range(high), minutes };
  return {
    system: "qa",
    what: "run",
    estimate: { ...estimate, simulated: false, sentences: ["Guessed."] },
    settings: parseSettings(settings),
    spentUsd: 0,
    ...given,
  };
}

/** Somebody who answers in order, the last answer again and again. */
function person(...answers: readonly ConsentAnswer[]) {
  const asked: Consent[] = [];
  const consent = async (request: Consent): Promise<ConsentAnswer> => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? { agreed: null };
    asked.push(request);
    return answer;
  };
  return { models: { gate: openGate, consent }, asked };
}

describe("what may be spent", () => {
  test("is asked about once, and again where it would come to more in all", async () => {
    const { models, asked } = person({ agreed: true });
    const spending = new SpendingConsent();
    await spending.agree(costly(2), models, signal);
    await spending.agree(costly(1, { spentUsd: 1 }), models, signal);
    expect(asked.map(({ mostUsd }) => mostUsd)).toEqual([2]);
    await spending.agree(costly(1.5, { spentUsd: 1 }), models, signal);
    expect(asked.map(({ mostUsd, spentUsd }) => [mostUsd, spentUsd])).toEqual([
      [2, undefined],
      [2.5, 1],
    ]);
  });

  test("is not asked about up to an amount that a yes went beyond, and of an unknown price only once", async () => {
    const { models, asked } = person({ agreed: true, upToUsd: 5 }, { agreed: true, upToUsd: null });
    const spending = new SpendingConsent();
    await spending.agree(costly(2, { what: "value" }), models, signal);
    await spending.agree(costly(2, { what: "value", spentUsd: 3 }), models, signal);
    expect(asked).toHaveLength(1);
    await spending.agree(costly(null, { what: "value", spentUsd: 4 }), models, signal);
    await spending.agree(costly(null, { what: "check", spentUsd: 400 }), models, signal);
    expect(asked).toHaveLength(2);
  });

  test("is not begun where it is declined, with the parent's reason where there is one", async () => {
    const run = person({ agreed: false });
    await expect(new SpendingConsent().agree(costly(2), run.models, signal)).rejects.toThrow(
      "The run was not begun, and nothing was spent.",
    );
    const trial = person({ agreed: false, reason: "Reload to be asked again." });
    const value = costly(2, { what: "value" });
    await expect(new SpendingConsent().agree(value, trial.models, signal)).rejects.toThrow("Reload to be asked again.");
  });

  test("begins with the budgets that were chosen, which are offered only to what has not begun", async () => {
    const { models, asked } = person({ agreed: true, budgets: { budgetUsd: 3 } });
    const begun = new SpendingConsent();
    expect(await begun.agree(costly(9, { takesBudgets: true }, { budgetTokens: 500 }), models, signal)).toEqual({
      budgetUsd: 3,
    });
    const none = { budgetCalls: null, budgetUsd: null, budgetMinutes: null };
    expect(asked[0]?.budgets).toEqual({ budgetRuns: 2000, budgetTokens: 500, ...none });
    await begun.agree(costly(99), models, signal);
    expect(asked[1]?.budgets).toBeUndefined();
  });

  test("is held to a dollar where nobody can be asked, all steps together", async () => {
    const spending = new SpendingConsent();
    await spending.agree(costly(0.6), undefined, signal);
    await expect(spending.agree(costly(0.6, { spentUsd: 0.5 }), undefined, signal)).rejects.toThrow(
      /Going on with this run may cost up to \$1\.10 in all, and nobody can be asked here\. Nothing more was spent\./,
    );
    await expect(spending.agree(costly(null, { what: "rows" }), undefined, signal)).rejects.toThrow(
      /Trying this may cost an unknown amount/,
    );
  });

  test("is not asked about where a budget of money holds it, or nothing is to be paid", async () => {
    const { models, asked } = person({ agreed: false });
    await new SpendingConsent().agree(costly(9, {}, { budgetUsd: 10 }), models, signal);
    const { estimate } = costly(0);
    await new SpendingConsent().agree(costly(0, { estimate: { ...estimate, simulated: true } }), models, signal);
    expect(asked).toEqual([]);
  });
});
