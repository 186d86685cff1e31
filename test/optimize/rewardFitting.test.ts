import { describe, expect, test } from "vitest";
import { fitWords } from "../../src/optimize/rewardFitting.ts";
import { translator } from "../../src/run/l10n.ts";
import { runSentences, toldSentence } from "../../src/run/views/runSentences.ts";

describe("how far a fit is", () => {
  const progress = { component: "writer", epoch: 2, epochs: 8, loss: 0.51234 };

  test("is told in epochs where they are short", () => {
    expect(fitWords(progress)).toEqual({ label: "fitting the local reward of writer", done: 2, total: 8 });
  });

  test("is told in steps where they are long, with the loss and the alignment so far", () => {
    expect(fitWords({ ...progress, step: 3, steps: 10 })).toEqual({
      label: "fitting the local reward of writer (epoch 2 of 8, loss 0.512)",
      done: 13,
      total: 80,
    });
    expect(fitWords({ ...progress, step: 3, steps: 10, alignment: 0.8 }).label).toBe(
      "fitting the local reward of writer (epoch 2 of 8, loss 0.512, alignment 0.80)",
    );
  });

  test("is known to translators", () => {
    const parts = translator(Object.fromEntries(runSentences.map((message) => [message, `→ ${message}`])));
    for (const alignment of [undefined, 0.8]) {
      const { label } = fitWords({ ...progress, step: 3, steps: 10, alignment });
      expect(toldSentence(label, parts)).toMatch(/^→ .*writer.*epoch 2 of 8, loss 0\.512/);
    }
  });
});
