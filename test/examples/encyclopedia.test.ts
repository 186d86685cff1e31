import { expect, test } from "vitest";
import { encyclopediaRows } from "../../examples/hotpotqa/encyclopedia.ts";

const splits = encyclopediaRows();
const rows = [...splits.train, ...splits.validation, ...splits.test];
const paragraphs = new Map(
  rows.flatMap((row) => row.context.map((item) => [item.title, item.sentences.join("")] as const)),
);

test("400 distinct questions over at least 400 paragraphs, split 240 / 80 / 80 without overlap", () => {
  expect([splits.train.length, splits.validation.length, splits.test.length]).toEqual([240, 80, 80]);
  expect(new Set(rows.map((row) => row.id)).size).toBe(400);
  expect(new Set(rows.map((row) => row.question)).size).toBe(400);
  expect(paragraphs.size).toBeGreaterThanOrEqual(400);
});

test("rows have the fields of HotpotQA, ten paragraphs with distinct titles, and facts that point into them", () => {
  for (const row of rows) {
    expect(Object.keys(row).sort()).toEqual([
      "answer",
      "context",
      "id",
      "level",
      "question",
      "supporting_facts",
      "type",
    ]);
    expect(["bridge", "comparison"]).toContain(row.type);
    expect(new Set(row.context.map((item) => item.title)).size).toBe(10);
    expect(new Set(row.supporting_facts.map((fact) => fact.title)).size).toBe(2);
    for (const { title, sentence } of row.supporting_facts) {
      expect(row.context.find((item) => item.title === title)?.sentences[sentence]).toBeTypeOf("string");
    }
  }
});

test("every answer stands in a supporting sentence or its title, or is yes or no", () => {
  for (const row of rows) {
    if (row.answer === "yes" || row.answer === "no") continue;
    const support = row.supporting_facts.map(({ title, sentence }) => {
      const paragraph = row.context.find((item) => item.title === title);
      return `${title} ${paragraph?.sentences[sentence]}`;
    });
    expect(
      support.some((text) => text.includes(row.answer)),
      `${row.question} -> ${row.answer}`,
    ).toBe(true);
  }
});

test("a paragraph is the same wherever it stands, and no two articles share a title", () => {
  for (const row of rows)
    for (const item of row.context) expect(item.sentences.join("")).toBe(paragraphs.get(item.title));
});

test("comparisons are about a fifth to a third, with both yes and no among their answers", () => {
  const comparisons = rows.filter((row) => row.type === "comparison");
  expect(comparisons.length / rows.length).toBeGreaterThan(0.2);
  expect(comparisons.length / rows.length).toBeLessThan(0.34);
  expect(new Set(rows.map((row) => row.answer))).toContain("yes");
  expect(new Set(rows.map((row) => row.answer))).toContain("no");
});

test("equal seeds give equal rows, different seeds different ones", () => {
  expect(encyclopediaRows()).toEqual(splits);
  expect(encyclopediaRows("another").train[0]?.question).not.toBe(splits.train[0]?.question);
});
