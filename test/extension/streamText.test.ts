import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STREAM_LIMIT, StreamText } from "../../src/extension/streamText.ts";

const leftOut = (characters: number) => `<${characters}>`;

function written(parts: readonly string[]): StreamText {
  const stream = new StreamText(leftOut);
  for (const part of parts) stream.write(part);
  return stream;
}

describe("the text of a stream", () => {
  test("is what was written, up to the limit", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 2000 }), { maxLength: 20 }), (parts) => {
        expect(written(parts).toString()).toBe(parts.join(""));
      }),
    );
    const full = "x".repeat(STREAM_LIMIT);
    expect(written([full]).toString()).toBe(full);
    expect(written([full]).whole).toBe(true);
  });

  test("keeps its beginning and its end beyond the limit, and says how much is missing", () => {
    const part = fc.integer({ min: 0, max: 90_000 }).map((length) => "abcdefghij".repeat(length / 10));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const all = parts.join("");
        fc.pre(all.length > STREAM_LIMIT);
        const stream = written(parts);
        const half = STREAM_LIMIT / 2;
        expect(stream.whole).toBe(false);
        expect(stream.toString()).toBe(
          `${all.slice(0, half)}\n<${all.length - STREAM_LIMIT}>\n${all.slice(all.length - half)}`,
        );
      }),
      { numRuns: 50 },
    );
  });
});
