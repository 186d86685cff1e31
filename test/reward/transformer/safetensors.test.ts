import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from "../../../src/reward/transformer/safetensors.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";

/** A file of a header and numbers, as another program may have written it. */
function fileOf(header: unknown, data: Uint8Array, length?: number): Uint8Array {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const word = Buffer.alloc(8);
  word.writeBigUInt64LE(BigInt(length ?? text.length));
  return Buffer.concat([word, text, data]);
}

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const f32 = (shape: number[], begin: number, end: number) => ({ dtype: "F32", shape, data_offsets: [begin, end] });

const anyTensor = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape): fc.Arbitrary<StoredTensor> => {
  const length = shape.reduce((product, size) => product * size, 1);
  return fc.record({ shape: fc.constant(shape), values: fc.float32Array({ minLength: length, maxLength: length }) });
});
const anyName = fc
  .oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "é.weight", ""))
  .filter((name) => name !== "__metadata__");
const anyTensors = fc.array(fc.tuple(anyName, anyTensor), { maxLength: 5 }).map((entries) => new Map(entries));
const anyMetadata = fc
  .array(fc.tuple(fc.oneof(fc.string(), fc.constant("__proto__")), fc.string()), { maxLength: 3 })
  .map((entries) => new Map(entries));

describe("a file of tensors", () => {
  test("comes back with the names, shapes, values to the bit, and metadata that were written", () => {
    fc.assert(
      fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
        const read = decodeSafetensors(encodeSafetensors(tensors, metadata));
        expect(read.metadata).toEqual(metadata);
        expect([...read.tensors.keys()].toSorted()).toEqual([...tensors.keys()].toSorted());
        for (const [name, { shape, values }] of tensors) {
          expect(read.tensors.get(name)?.shape).toEqual(shape);
          expect(bitsOf(read.tensors.get(name)?.values)).toEqual(bitsOf(values));
        }
      }),
    );
  });

  test("has its numbers one behind the other from a multiple of eight bytes on", () => {
    const tensors = new Map([
      ["a", { shape: [3], values: Float32Array.of(1, 2, 3) }],
      ["b", { shape: [1, 2], values: Float32Array.of(4, 5) }],
    ]);
    const bytes = encodeSafetensors(tensors, new Map([["format", "pt"]]));
    const header = Number(Buffer.from(bytes).readBigUInt64LE());
    expect(header % 8).toBe(0);
    expect(JSON.parse(Buffer.from(bytes.subarray(8, 8 + header)).toString())).toEqual({
      __metadata__: { format: "pt" },
      a: { dtype: "F32", shape: [3], data_offsets: [0, 12] },
      b: { dtype: "F32", shape: [1, 2], data_offsets: [12, 20] },
    });
    expect(bytes.subarray(8 + header)).toEqual(Buffer.from(floats(1, 2, 3, 4, 5)));
  });

  test("may hold numbers of half precision", () => {
    // IEEE 754 binary16: 1, -2, 65504, the smallest subnormal, the largest subnormal, -0, both infinities, NaN.
    const halves = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x8000, 0x7c00, 0xfc00, 0x7e01];
    // The upper halves of 1, -2, 3.140625 and infinity of single precision.
    const brains = [0x3f80, 0xc000, 0x4049, 0x7f80];
    const data = new Uint8Array(Uint16Array.from([...halves, ...brains]).buffer);
    const { tensors } = decodeSafetensors(
      fileOf(
        {
          half: { dtype: "F16", shape: [9], data_offsets: [0, 18] },
          brain: { dtype: "BF16", shape: [2, 2], data_offsets: [18, 26] },
        },
        data,
      ),
    );
    const [inf, tiny] = [Number.POSITIVE_INFINITY, 2 ** -24];
    expect([...(tensors.get("half")?.values ?? [])]).toEqual([
      1,
      -2,
      65504,
      tiny,
      1023 * tiny,
      -0,
      inf,
      -inf,
      Number.NaN,
    ]);
    expect([...(tensors.get("brain")?.values ?? [])]).toEqual([1, -2, 3.140625, inf]);
  });

  test("has tensors in whatever order, also without values or axes", () => {
    const { tensors } = decodeSafetensors(
      fileOf({ b: f32([1], 4, 8), a: f32([], 0, 4), none: f32([0, 7], 4, 4) }, floats(1, 2)),
    );
    expect([...tensors].map(([name, { values }]) => [name, [...values]])).toEqual([
      ["b", [2]],
      ["a", [1]],
      ["none", []],
    ]);
  });

  const refused: [what: string, bytes: Uint8Array, why: RegExp][] = [
    ["nothing", new Uint8Array(0), /has 0 bytes/],
    ["a header longer than the format allows", fileOf({}, floats(), 100_000_001), /100000001 bytes/],
    ["a header that was cut off", fileOf({}, floats(), 99), /header of 99 bytes was cut off/],
    ["a header that is no JSON", fileOf("{", floats()), /JSON/],
    ["a header that is a list", fileOf([], floats()), /no object/],
    ["metadata that are no texts", fileOf({ __metadata__: { a: 1 } }, floats()), /__metadata__/],
    ["a tensor without a shape", fileOf({ w: { dtype: "F32", data_offsets: [0, 4] } }, floats(1)), /"w".*shape/s],
    ["a negative size", fileOf({ w: f32([-1], 0, 4) }, floats(1)), /"w" is not described rightly/],
    ["numbers of another type", fileOf({ w: { ...f32([1], 0, 8), dtype: "I64" } }, floats(1, 2)), /"w".*I64/],
    ["more bytes than the shape needs", fileOf({ w: f32([1], 0, 8) }, floats(1, 2)), /"w" has 8 bytes.*needs 4/],
    ["fewer bytes than the shape needs", fileOf({ w: f32([2, 3], 0, 8) }, floats(1, 2)), /"w".*2 x 3 needs 24/],
    ["an end before the beginning", fileOf({ w: f32([1], 4, 0) }, floats(1)), /"w" has -4 bytes/],
    ["a tensor on another", fileOf({ v: f32([2], 0, 8), w: f32([1], 4, 8) }, floats(1, 2)), /"w" begins at 4/],
    ["the same bytes twice", fileOf({ v: f32([1], 0, 4), w: f32([1], 0, 4) }, floats(1)), /"w" begins at 0/],
    ["a gap", fileOf({ v: f32([1], 0, 4), w: f32([1], 8, 12) }, floats(1, 2, 3)), /4 bytes before "w"/],
    ["bytes behind the last tensor", fileOf({ w: f32([1], 0, 4) }, floats(1, 2)), /last 4 bytes/],
    ["numbers that were cut off", fileOf({ w: f32([2], 0, 8) }, floats(1)), /"w" ends at 8.*4 bytes/],
  ];
  for (const [what, bytes, why] of refused)
    test(`is refused with ${what}`, () => {
      expect(() => decodeSafetensors(bytes)).toThrow(why);
    });

  test("cut off anywhere is refused, never read in part", () => {
    const whole = encodeSafetensors(new Map([["w", { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }]]));
    for (let length = 0; length < whole.length; length++)
      expect(() => decodeSafetensors(whole.subarray(0, length))).toThrow(Error);
  });

  test("is not written with fewer values than a shape needs, and the old file stays", () => {
    const file = join(scratchFolder({}), "tensors.safetensors");
    writeSafetensors(file, new Map([["w", { shape: [1], values: Float32Array.of(7) }]]));
    const before = readFileSync(file);
    expect(() => writeSafetensors(file, new Map([["w", { shape: [2], values: Float32Array.of(1) }]]))).toThrow(
      /w: 1 values for a tensor of 2/,
    );
    expect(readFileSync(file)).toEqual(before);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  test("is named where it cannot be read", () => {
    const folder = scratchFolder({});
    const damaged = join(folder, "damaged.safetensors");
    writeFileSync(damaged, "hello");
    expect(() => readSafetensors(damaged)).toThrow(/damaged\.safetensors/);
    expect(() => readSafetensors(join(folder, "missing.safetensors"))).toThrow(/missing\.safetensors/);
  });
});

const bitsOf = (values: Float32Array = new Float32Array(0)): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
