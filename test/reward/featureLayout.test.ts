import { expect, it } from "vitest";
import type { Features } from "../../src/reward/encoder.ts";
import { type EncodedPair, emptyLayout, extendLayout } from "../../src/reward/featureLayout.ts";

function features(blocks: Readonly<Record<string, number[]>>, buckets: number[] = [], emphasis = 1): Features {
  const dense = Object.entries(blocks).map(([name, values]) => ({ name, values: Float64Array.from(values), emphasis }));
  return { dense, buckets: Uint32Array.from(buckets), bucketValues: new Float32Array(buckets.length).fill(1) };
}

function pair(example: number, chosen: Features, rejected: Features): EncodedPair {
  return { exampleId: `example ${example}`, chosen, rejected };
}

it("takes a feature's unit from its differences: geometric mean of root mean square and maximum", () => {
  // Differences 4 and 0: root mean square √8, maximum 4; the second feature never differs.
  const layout = extendLayout(emptyLayout, [
    pair(1, features({ output: [5, 7] }), features({ output: [1, 7] })),
    pair(2, features({ output: [2, 3] }), features({ output: [2, 3] })),
  ]);
  expect(layout.scales[0]).toBeCloseTo(Math.sqrt(Math.sqrt(8) * 4), 5);
  expect(layout.scales[1]).toBe(1);
});

it("gives emphasised blocks a smaller unit", () => {
  const layout = extendLayout(emptyLayout, [pair(1, features({ k: [2] }, [], 3), features({ k: [0] }, [], 3))]);
  expect(layout.scales[0]).toBeCloseTo(2 / 3, 5);
});

it("keeps blocks and buckets that at least three examples show", () => {
  const pairs = [1, 2, 3].map((example) =>
    pair(
      example,
      features({ output: [example], [`option.k=${example}`]: [1] }, [7, 100 + example]),
      features({ output: [0] }, [9]),
    ),
  );
  const layout = extendLayout(emptyLayout, pairs);
  expect(layout.blocks).toEqual([{ name: "output", size: 1 }]);
  expect([...layout.buckets]).toEqual([7, 9]);
});

it("leaves out buckets that both sides have", () => {
  const pairs = [1, 2, 3].map((example) => pair(example, features({}, [5, 6]), features({}, [5])));
  expect([...extendLayout(emptyLayout, pairs).buckets]).toEqual([6]);
});

it("keeps every place and unit when it is extended", () => {
  const first = [1, 2, 3].map((example) => pair(example, features({ z: [example] }, [5]), features({ z: [0] })));
  const second = [4, 5, 6].map((example) =>
    pair(example, features({ a: [1], z: [90] }, [4, 5]), features({ a: [0], z: [0] })),
  );
  const before = extendLayout(emptyLayout, first);
  const after = extendLayout(before, second);
  expect(after.blocks.map(({ name }) => name)).toEqual(["z", "a"]);
  expect(after.scales[0]).toBe(before.scales[0]);
  expect([...after.buckets]).toEqual([5, 4]);
});
