import { expect, it } from "vitest";
import { addRow, differences, marginOf } from "../../src/reward/differences.ts";
import type { Features } from "../../src/reward/encoder.ts";

function features(blocks: Readonly<Record<string, number[]>>, buckets: Readonly<Record<number, number>>): Features {
  return {
    dense: Object.entries(blocks).map(([name, values]) => ({ name, values: Float64Array.from(values), emphasis: 1 })),
    buckets: Uint32Array.from(Object.keys(buckets), Number),
    bucketValues: Float32Array.from(Object.values(buckets)),
  };
}

const layout = {
  blocks: [
    { name: "a", size: 2 },
    { name: "b", size: 1 },
  ],
  scales: Float32Array.of(1, 2, 4),
  buckets: Uint32Array.of(9, 3),
};
const pairs = [
  {
    exampleId: "1",
    chosen: features({ a: [1, 6], b: [4], unknown: [99] }, { 3: 0.5, 8: 7 }),
    rejected: features({ a: [1, 2] }, { 9: 1 }),
  },
  { exampleId: "2", chosen: features({ b: [2] }, {}), rejected: features({ b: [6] }, {}) },
];

it("has scaled differences, absent blocks and buckets as 0, and nothing that the layout does not know", () => {
  const rows = differences(layout, pairs, 0.5);
  const dense = pairs.map((_, row) => {
    const values = new Float64Array(rows.size);
    addRow(rows, row, 1, values);
    return [...values];
  });
  expect(dense).toEqual([
    [0, 2, 1, -0.5, 0.25],
    [0, 0, -1, 0, 0],
  ]);
});

it("multiplies rows by weights", () => {
  const rows = differences(layout, pairs, 0.5);
  expect(marginOf(rows, 0, Float64Array.of(100, 1, 10, 2, 4))).toBe(2 + 10 - 1 + 1);
  expect(marginOf(rows, 1, Float64Array.of(100, 1, 10, 2, 4))).toBe(-10);
});
