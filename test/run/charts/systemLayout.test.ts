import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { systemLayout, type WiredComponent } from "../../../src/run/charts/systemLayout.ts";

const hotpot: WiredComponent[] = [
  { name: "question_rewriter", inputs: ["question"], outputs: ["rewritten_query"] },
  { name: "info_extractor", inputs: ["rewritten_query"], outputs: ["search_keywords"] },
  { name: "retriever", inputs: ["search_keywords"], outputs: ["passages"] },
  { name: "hint_generator", inputs: ["question", "passages"], outputs: ["hints"] },
  { name: "answer_generator", inputs: ["question", "passages", "hints"], outputs: ["answer"] },
];

/** Components of which each reads fields of earlier ones or of the example. */
const anySystem = fc
  .array(fc.array(fc.nat({ max: 12 }), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
  .map((reads) =>
    reads.map(
      (fields, index): WiredComponent => ({
        name: `c${index}`,
        inputs: [...new Set(fields.map((field) => (field < index ? `out${field}` : `in${field}`)))],
        outputs: [`out${index}`],
      }),
    ),
  );

test("a chain goes from left to right, its fields on its wires", () => {
  const layout = systemLayout(hotpot, ["answer"]);
  expect(layout.components.map(({ column }) => column)).toEqual([1, 2, 3, 4, 5]);
  expect(layout.columns).toBe(7);
  expect(layout.inputs.fields).toEqual(["question"]);
  expect(layout.wires).toContainEqual(expect.objectContaining({ from: 2, to: 3, fields: ["passages"] }));
  expect(layout.wires).toContainEqual(expect.objectContaining({ from: 4, to: "outputs", fields: ["answer"] }));
});

test("components that do not wait for each other stand above each other", () => {
  const layout = systemLayout(
    [
      { name: "a", inputs: ["x"], outputs: ["p"] },
      { name: "b", inputs: ["x"], outputs: ["q"] },
      { name: "join", inputs: ["p", "q"], outputs: ["r"] },
    ],
    ["r"],
  );
  expect(layout.components.map(({ column }) => column)).toEqual([1, 1, 2]);
  expect(layout.rows).toBe(2);
  expect(layout.components[0]?.row).not.toBe(layout.components[1]?.row);
});

test("two fields between the same components are one wire", () => {
  const layout = systemLayout(
    [
      { name: "a", inputs: ["x"], outputs: ["p", "q"] },
      { name: "b", inputs: ["p", "q"], outputs: ["r"] },
    ],
    ["r", "q"],
  );
  expect(layout.wires.map(({ from, to, fields }) => [from, to, fields])).toEqual([
    ["inputs", 0, ["x"]],
    [0, 1, ["p", "q"]],
    [1, "outputs", ["r"]],
    [0, "outputs", ["q"]],
  ]);
});

describe("any system", () => {
  test("has no component on top of another, nor outside of the picture", () => {
    fc.assert(
      fc.property(anySystem, (components) => {
        const layout = systemLayout(components, ["out0"]);
        const points = layout.components;
        points.forEach(({ column, row }, index) => {
          expect(row - 0.5).toBeGreaterThanOrEqual(-1e-9);
          expect(row + 0.5).toBeLessThanOrEqual(layout.rows + 1e-9);
          expect(column).toBeGreaterThan(0);
          expect(column).toBeLessThan(layout.columns - 1);
          for (const other of points.slice(index + 1)) {
            if (other.column === column) expect(Math.abs(other.row - row)).toBeGreaterThanOrEqual(1 - 1e-9);
          }
        });
      }),
    );
  });

  test("has every read on a wire that runs to the right, one column at a time", () => {
    fc.assert(
      fc.property(anySystem, (components) => {
        const { wires } = systemLayout(components, ["out0"]);
        components.forEach(({ inputs }, index) => {
          const read = wires.filter(({ to }) => to === index).flatMap(({ fields }) => fields);
          expect(read.toSorted()).toEqual(inputs.toSorted());
        });
        for (const { way } of wires) {
          const columns = way.map(({ column }) => column);
          expect(columns).toEqual(columns.map((_, index) => (columns[0] ?? 0) + index));
          expect(columns.length).toBeGreaterThan(1);
        }
      }),
    );
  });
});

test("a log that wires components in a circle is drawn all the same", () => {
  const layout = systemLayout(
    [
      { name: "a", inputs: ["q"], outputs: ["p"] },
      { name: "b", inputs: ["p"], outputs: ["q"] },
    ],
    ["q"],
  );
  expect(layout.wires.map(({ from, to }) => [from, to])).toEqual([
    ["inputs", 0],
    [0, 1],
    [1, "outputs"],
  ]);
});
