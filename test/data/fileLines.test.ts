import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeUtf8, readLines } from "../../src/data/fileLines.ts";
import { scratchFolder } from "./scratchFolder.ts";

test("any bytes come back line by line, whatever the chunk size, with offsets that add up", () => {
  const byte = fc.oneof(fc.constant(0x0a), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }).chain((free) => fc.array(byte).map((some) => [...free, ...some])),
      fc.integer({ min: 1, max: 9 }),
      (bytes, chunk) => {
        const file = join(scratchFolder({ f: Uint8Array.from(bytes) }), "f");
        let offset = 0;
        let number = 0;
        for (const line of readLines(file, chunk)) {
          const newline = line.terminated ? [0x0a] : [];
          expect(line.number).toBe(++number);
          expect(line.bytes.includes(0x0a)).toBe(false);
          expect([...line.bytes, ...newline]).toEqual([...readFileSync(file).subarray(offset, line.end)]);
          offset = line.end;
        }
        expect(offset).toBe(bytes.length);
      },
    ),
    { numRuns: 60 },
  );
});

test("a file without a last newline says so", () => {
  const file = join(scratchFolder({ f: "a\nb" }), "f");
  expect([...readLines(file)].map(({ terminated }) => terminated)).toEqual([true, false]);
});

test("an empty file has no lines", () => {
  expect([...readLines(join(scratchFolder({ f: "" }), "f"))]).toEqual([]);
});

test("only UTF-8 is decoded", () => {
  expect(decodeUtf8(Buffer.from("żółw"))).toBe("żółw");
  expect(decodeUtf8(Buffer.from([0x61, 0xff]))).toBeUndefined();
});
