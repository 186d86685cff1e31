import { describe, expect, test } from "vitest";
import { AgreedSpending } from "../../src/extension/spending/agreedSpending.ts";
import type { Consent, ConsentAnswer } from "../../src/notebook/kernelProtocol.ts";
import { agreedUpTo } from "../../src/run/views/agreedAmount.ts";

const signal = new AbortController().signal;

function request(what: NonNullable<Consent["what"]>, mostUsd: number | null, spentUsd = 0): Consent {
  return { system: "qa", what, mostUsd, ...(spentUsd > 0 && { spentUsd }), figures: [], sentences: [] };
}

function asked(...answers: readonly ConsentAnswer[]) {
  const requests: Consent[] = [];
  const spending = new AgreedSpending({
    ask: async (one) => {
      const answer = answers[Math.min(requests.length, answers.length - 1)] ?? { agreed: null };
      requests.push(one);
      return answer;
    },
    declined: () => "Reload to be asked again.",
  });
  return { spending, requests };
}

describe("what is agreed to in one panel", () => {
  test("holds for all of its kernels, up to the amount of the yes", async () => {
    const { spending, requests } = asked({ agreed: true, upToUsd: 3 });
    const first = spending.forKernel();
    expect(await first(request("value", 1.5), signal)).toEqual({ agreed: true });
    expect(await first(request("check", 2.5, 1), signal)).toEqual({ agreed: true });
    const second = spending.forKernel();
    expect(await second(request("rows", 2), signal)).toEqual({ agreed: true });
    expect(requests).toHaveLength(1);
    // What the first kernel has spent counts.
    await second(request("rows", 2.1), signal);
    expect(requests.at(-1)).toMatchObject({ mostUsd: 3.1, spentUsd: 1 });
  });

  test("of an unknown price holds for whatever comes", async () => {
    const { spending, requests } = asked({ agreed: true, upToUsd: null });
    const ask = spending.forKernel();
    await ask(request("rows", null), signal);
    await ask(request("check", null, 70), signal);
    expect(requests).toHaveLength(1);
    expect(spending.covers(null)).toBe(true);
  });

  test("leaves a value that was declined alone until it is asked again, but not a check or a cheaper one", async () => {
    const { spending, requests } = asked({ agreed: false });
    const ask = spending.forKernel();
    const declined = { agreed: false, reason: "Reload to be asked again." };
    expect(await ask(request("value", 2), signal)).toEqual(declined);
    expect(await ask(request("value", 2), signal)).toEqual(declined);
    expect(requests).toHaveLength(1);
    expect(await ask(request("check", 4), signal)).toEqual({ agreed: false });
    await ask(request("value", 1), signal);
    expect(requests).toHaveLength(3);
    spending.askAgain();
    await ask(request("value", 2), signal);
    expect(requests).toHaveLength(4);
  });

  test("can be agreed to before a kernel asks", async () => {
    const { spending, requests } = asked({ agreed: false });
    expect(spending.covers(2)).toBe(false);
    spending.agree(2);
    expect(spending.covers(2)).toBe(true);
    expect(spending.covers(2.01)).toBe(false);
    expect(await spending.forKernel()(request("rows", 2), signal)).toEqual({ agreed: true });
    expect(requests).toEqual([]);
  });
});

describe("the amount that is asked about", () => {
  test("is what a run may cost, and for what goes on in steps the next multiple of the threshold", () => {
    expect(agreedUpTo({ mostUsd: 3.4, spentUsd: 0, askAbove: 1, isTrial: false })).toBe(3.4);
    expect(agreedUpTo({ mostUsd: 3.4, spentUsd: 2, askAbove: 1, isTrial: false })).toBe(4);
    expect(agreedUpTo({ mostUsd: 1.01, spentUsd: 0, askAbove: 1, isTrial: true })).toBe(2);
    expect(agreedUpTo({ mostUsd: 2, spentUsd: 0.5, askAbove: 1, isTrial: true })).toBe(3);
    expect(agreedUpTo({ mostUsd: 0.2, spentUsd: 0, askAbove: 0, isTrial: true })).toBe(0.2);
  });
});
