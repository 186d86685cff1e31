import { describe, expect, test } from "vitest";
import { judge } from "../../../src/optimize/gate.ts";
import type { RunEvent } from "../../../src/run/events.ts";
import { english, translator } from "../../../src/run/l10n.ts";
import { runSentences, toldSentence } from "../../../src/run/views/runSentences.ts";
import { run } from "../../optimize/toyRuns.ts";
import { eventsOf, type ToyRun } from "../../optimize/toySystem.ts";

/** Every known sentence is an arrow, so that one that is not recognized shows. */
const arrows = translator(Object.fromEntries(runSentences.map((message) => [message, "→"])));
const unknown = (sentences: readonly string[]) => sentences.filter((text) => toldSentence(text, arrows) !== "→");

/** What a run of the toy writes into its log for people to read. */
async function sentencesOf(given: ToyRun): Promise<string[]> {
  // Progress is told and not kept.
  const events: RunEvent[] = [];
  await run({ ...given, onEvent: (event) => events.push(event) });
  return [
    ...eventsOf(events, "progress").map(({ label }) => label),
    ...eventsOf(events, "update").map(({ reason }) => reason),
    ...eventsOf(events, "warning").map(({ message }) => message),
    ...eventsOf(events, "rewards").map(({ reason }) => reason),
  ];
}

describe("the sentences of runs are known to translators", () => {
  test.each<[string, ToyRun, RegExp]>([
    ["an optimization", {}, /^collecting fresh preferences, /],
    ["values that must be clearly better", { settings: { advantage: 1000 } }, /clearly enough$/],
    ["rewards of chance", { settings: { scorer: "random", advantage: 1000 } }, /random reward clearly enough$/],
    ["a budget too small for preferences", { settings: { budgetRuns: 30 } }, /too small|does not pay/],
    ["a landscape", { goal: { kind: "landscape", component: "picker", key: "k" } }, /^landscape of picker, value 1 of/],
  ])("of %s", async (_name, given, typical) => {
    const sentences = await sentencesOf(given);
    expect(sentences.some((text) => typical.test(text))).toBe(true);
    expect(unknown(sentences)).toEqual([]);
  });

  test("of the gate", () => {
    const verdicts = [
      judge({ before: [0, 0], after: [1, 0], rows: 2 }),
      judge({ before: [1, 0], after: [0, 0], rows: 2 }),
      judge({ before: [1, 0], after: [0, 1], rows: 2 }),
      judge({ before: [1, 0], after: [0, 0], rows: 9 }),
      judge({ before: [1, 0], after: [0, 1], rows: 9 }),
    ];
    expect(unknown(verdicts.map(({ reason }) => reason))).toEqual([]);
  });

  test("and a text that is none of them stays", () => {
    expect(unknown(["The trainer process was ended by SIGKILL.", ""])).toHaveLength(2);
  });
});

test("a sentence about one row counts it rightly, also where an earlier version did not", () => {
  const { reason } = judge({ before: [0], after: [1], rows: 1 });
  expect(reason).toBe("the mean on 1 validation row rose by 1.000 (1 better, 0 worse)");
  for (const told of [reason, reason.replace("1 validation row", "1 validation rows")]) {
    expect(toldSentence(told, english)).toBe(reason);
  }
});
