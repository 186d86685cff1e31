import { describe, expect, test } from "vitest";
import { ExampleScores, knownScore, measuredScores } from "../../src/extension/examples/exampleScores.ts";
import { declaredMeaning } from "../../src/extension/index/declaredMeaning.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { aComponent } from "./anyDefinition.ts";
import { memory } from "./memory.ts";

const offer = { model: "gpt", simulated: false };
const row = { id: "row-1", text: "Where?" };

function evaluation(at: number, given: Partial<Extract<RunEvent, { type: "evaluation" }>>): RunEvent {
  const body = { type: "evaluation", of: "incumbent", split: "validation", mean: 0, n: 2 } as const;
  return {
    ...body,
    exampleIds: ["row-1", "row-2"],
    scores: [0, 1],
    failures: [],
    seq: at,
    at,
    systemRuns: 0,
    ...given,
  };
}

describe("what a row scored before", () => {
  const run = { id: "run", info: { model: "gpt", simulated: false } } as Parameters<typeof measuredScores>[0];

  test("is what a run's last evaluation on validation rows says", () => {
    const events = [
      evaluation(1, { scores: [0.1, 0.2] }),
      evaluation(2, { scores: [0.3, 0.4] }),
      evaluation(3, { split: "test", scores: [0.5, 0.6] }),
    ];
    const measured = measuredScores(run, events);
    expect(measured).toMatchObject({ run: "run", at: 2 });
    expect(knownScore(row, offer, measured, undefined)).toEqual({ score: 0.3, by: { kind: "run", id: "run" } });
    expect(measuredScores(run, [])).toBeUndefined();
  });

  test("is the newer of a run's and a test's", () => {
    const measured = measuredScores(run, [evaluation(10, { scores: [0.3, 0.4] })]);
    const kept = { score: 0.9, row: "", model: "gpt" };
    expect(knownScore(row, offer, measured, { ...kept, at: 9 })?.by.kind).toBe("run");
    expect(knownScore(row, offer, measured, { ...kept, at: 11 })).toEqual({ score: 0.9, by: { kind: "test" } });
  });

  test("is nothing that another model gave", () => {
    const measured = measuredScores(run, [evaluation(10, {})]);
    expect(knownScore(row, { model: "other", simulated: false }, measured, undefined)).toBeUndefined();
    expect(knownScore(row, { model: "gpt", simulated: true }, measured, undefined)).toBeUndefined();
  });

  test("is kept for the row as it was and the model it was measured with, as long as the row is there", async () => {
    const scores = new ExampleScores(memory());
    const given = { rows: [row, { id: "row-2", text: "When?" }], model: "gpt", at: 5 };
    await scores.keep("e", [{ row, score: 0.5 }], given);
    expect(scores.of("e", row, "gpt")).toMatchObject({ score: 0.5, at: 5 });
    expect(scores.of("e", { ...row, text: "Another?" }, "gpt")).toBeUndefined();
    expect(scores.of("e", row, "other")).toBeUndefined();
    expect(scores.of("f", row, "gpt")).toBeUndefined();
    await scores.keep("e", [{ row: { id: "row-2", text: "When?" }, score: 1 }], given);
    expect(scores.of("e", row, "gpt")?.score).toBe(0.5);
    await scores.keep("e", [{ row: { id: "row-2", text: "When?" }, score: 1 }], {
      ...given,
      rows: given.rows.slice(1),
    });
    expect(scores.of("e", row, "gpt")).toBeUndefined();
  });

  test("is forgotten where fifty other experiments were used later", async () => {
    const scores = new ExampleScores(memory());
    const given = { rows: [row], model: "gpt", at: 5 };
    for (let i = 0; i < 51; i++) await scores.keep(`e${i}`, [{ row, score: 1 }], given);
    expect(scores.of("e0", row, "gpt")).toBeUndefined();
    expect(scores.of("e1", row, "gpt")).toBeDefined();
  });
});

describe("what definitions declare", () => {
  test("stays the same when they are moved, and changes with their values", () => {
    const component = aComponent("a");
    const moved = { ...component, span: { ...component.span, from: component.span.from + 7 } };
    expect(declaredMeaning([moved])).toBe(declaredMeaning([component]));
    expect(declaredMeaning([{ ...component, description: "another" }])).not.toBe(declaredMeaning([component]));
  });
});
