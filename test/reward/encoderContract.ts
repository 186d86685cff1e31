import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Encoder } from "../../src/reward/encoder.ts";
import type { RewardItem } from "../../src/reward/localRewards.ts";
import { never } from "./localRewardsContract.ts";

const writer = { name: "writer", description: "Writes." };
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 100 }),
  fc.lorem({ maxCount: 20 }),
  fc.constantFrom("", "\n\n", "1e999 -5", "日本語のテキスト", "\ud800"),
);
const fields = fc.dictionary(fc.string({ maxLength: 8 }), texts, { maxKeys: 3 });
const items: fc.Arbitrary<RewardItem> = fc.record({
  input: fields,
  output: fields,
  options: fc.option(fc.dictionary(fc.constantFrom("k", "mode"), fc.integer(), { maxKeys: 2 }), { nil: undefined }),
});

/**
 * What heads rely on in every encoder.
 * @param digits to which features of an item are the same among other items
 */
export function describeEncoder(name: string, open: () => Promise<Encoder>, digits: number): void {
  describe(name, () => {
    it("gives finite features under different names, and distinct buckets in range, for any item", async () => {
      const encoder = await open();
      await fc.assert(
        fc.asyncProperty(items, async (item) => {
          const [features] = await encoder.encode([item], never, writer);
          const { dense = [], buckets = new Uint32Array(0), bucketValues = [] } = features ?? {};
          expect(new Set(dense.map((block) => block.name)).size).toBe(dense.length);
          for (const block of dense) expect(block.values.every(Number.isFinite), block.name).toBe(true);
          expect(new Set(buckets).size).toBe(buckets.length);
          expect(buckets.every((bucket) => bucket < encoder.buckets)).toBe(true);
          expect(bucketValues.length).toBe(buckets.length);
        }),
        { numRuns: 30 },
      );
      encoder.release?.();
    });

    it("sees the same in an item alone and among others", async () => {
      const encoder = await open();
      await fc.assert(
        fc.asyncProperty(fc.array(items, { minLength: 1, maxLength: 4 }), async (several) => {
          const together = await encoder.encode(several, never, writer);
          expect(together).toHaveLength(several.length);
          const other = await open();
          for (const [index, item] of several.entries()) {
            const [alone] = await other.encode([item], never, writer);
            expect(together[index]?.buckets).toEqual(alone?.buckets);
            expect(together[index]?.bucketValues).toEqual(alone?.bucketValues);
            expect(together[index]?.dense.map((block) => block.name)).toEqual(alone?.dense.map((block) => block.name));
            for (const [place, { values }] of (alone?.dense ?? []).entries())
              for (const [at, value] of values.entries())
                expect(together[index]?.dense[place]?.values[at]).toBeCloseTo(value, digits);
          }
          other.release?.();
        }),
        { numRuns: 10 },
      );
      encoder.release?.();
    });

    it("stops with the reason it is stopped for", async () => {
      const encoder = await open();
      const reason = new Error("enough");
      await expect(
        encoder.encode([{ input: {}, output: { text: "a" } }], AbortSignal.abort(reason), writer),
      ).rejects.toBe(reason);
      encoder.release?.();
    });
  });
}
