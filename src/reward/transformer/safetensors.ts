import { readFileSync } from "node:fs";
import * as z from "zod";
import { elementsIn } from "../../onnx/tensor.ts";
import { replaceFile } from "../../run/durableFile.ts";
import { errorMessage, UserError } from "../../system/userError.ts";

/** Numbers of one shape, row by row. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What a file of tensors holds. */
export interface StoredTensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Bytes of the number in front of the header, and what the beginning of the numbers is a multiple of. */
const WORD = 8;
/** The format's own limit (safetensors, 0.3 and later). */
const LONGEST_HEADER = 100_000_000;
/** The one name in a header that is no tensor's. */
const METADATA = "__metadata__";

/** How numbers of a type are read; what is written is F32. */
const types: Readonly<Record<string, { readonly size: number; readonly read: (bytes: Uint8Array) => Float32Array }>> = {
  F32: { size: 4, read: (bytes) => new Float32Array(Uint8Array.from(bytes).buffer) },
  F16: { size: 2, read: (bytes) => Float32Array.from(words(bytes), halfPrecision) },
  // The upper half of a number of single precision.
  BF16: { size: 2, read: (bytes) => new Float32Array(Uint32Array.from(words(bytes), (bits) => bits << 16).buffer) },
};

const size = z.number().int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(size),
  data_offsets: z.tuple([size, size]),
});
const metadataSchema = z.array(z.tuple([z.string(), z.string()]));

/**
 * Writes tensors in the format of safetensors, replacing the file in one step.
 * @throws RangeError where a tensor has not as many values as its shape says; the file system's error
 */
export function writeSafetensors(
  file: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): void {
  replaceFile(file, encodeSafetensors(tensors, metadata));
}

/** @throws UserError where the file cannot be read, is damaged, or holds numbers of another type; it names the tensor */
export function readSafetensors(file: string): StoredTensors {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (thrown) {
    throw new UserError(`Tensors cannot be read: ${errorMessage(thrown)}`);
  }
  try {
    return decodeSafetensors(bytes);
  } catch (thrown) {
    throw new UserError(`${file} is no file of safetensors that can be read: ${errorMessage(thrown)}`);
  }
}

export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  let end = 0;
  const entries = [...tensors].map(([name, { shape, values }]) => {
    if (name === METADATA) throw new RangeError(`a tensor cannot be called ${METADATA}`);
    if (values.length !== elementsIn(shape))
      throw new RangeError(`${name}: ${values.length} values for a tensor of ${shape.join(" x ")}`);
    const begin = end;
    end += values.byteLength;
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }] as const;
  });
  const said = metadata.size === 0 ? [] : [[METADATA, Object.fromEntries(metadata)] as const];
  const text = Buffer.from(JSON.stringify(Object.fromEntries<unknown>([...said, ...entries])));
  // Spaces behind the header bring the numbers to a place where they can be mapped into memory as they are.
  const header = Math.ceil(text.length / WORD) * WORD;
  if (header > LONGEST_HEADER) throw new RangeError(`names and shapes of ${tensors.size} tensors are too long`);
  const bytes = Buffer.alloc(WORD + header + end, " ");
  bytes.writeBigUInt64LE(BigInt(header));
  bytes.set(text, WORD);
  for (const [index, { values }] of [...tensors.values()].entries()) {
    const [begin = 0] = entries[index]?.[1].data_offsets ?? [];
    // All platforms that Node runs on are little-endian, so memory order is file order.
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), WORD + header + begin);
  }
  return bytes;
}

/** @throws Error saying what is wrong, and of which tensor */
export function decodeSafetensors(bytes: Uint8Array): StoredTensors {
  const { entries, metadata, start } = headerOf(bytes);
  const data = bytes.subarray(start);
  let reached = 0;
  // Tensors lie in whatever order, but without gaps and none on another: what a file hides is nobody's.
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < reached) throw new Error(`"${name}" begins at ${begin}, within another tensor`);
    if (begin > reached) throw new Error(`${begin - reached} bytes before "${name}" belong to no tensor`);
    if (end > data.length)
      throw new Error(`"${name}" ends at ${end}, and there are ${data.length} bytes of numbers; it was cut off`);
    reached = end;
  }
  if (reached < data.length) throw new Error(`its last ${data.length - reached} bytes belong to no tensor`);
  const tensors = new Map(
    entries.map(({ name, shape, begin, end, read }) => [name, { shape, values: read(data.subarray(begin, end)) }]),
  );
  return { tensors, metadata };
}

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
  readonly read: (bytes: Uint8Array) => Float32Array;
}

function headerOf(bytes: Uint8Array): { entries: Entry[]; metadata: ReadonlyMap<string, string>; start: number } {
  if (bytes.length < WORD) throw new Error(`it has ${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > LONGEST_HEADER) throw new Error(`its header would have ${length} bytes`);
  const start = WORD + Number(length);
  if (start > bytes.length) throw new Error(`its header of ${length} bytes was cut off`);
  const content: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(WORD, start)));
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw new Error("its header is no object");
  const { [METADATA]: said, ...others } = content as Record<string, unknown>;
  const metadata = metadataSchema.safeParse(Object.entries(said ?? {}));
  if (!metadata.success) throw new Error(`its ${METADATA} are not texts`);
  const entries = Object.entries(others).map(([name, entry]) => entryOf(name, entry));
  return { entries, metadata: new Map(metadata.data), start };
}

function entryOf(name: string, content: unknown): Entry {
  const parsed = entrySchema.safeParse(content);
  if (!parsed.success) throw new Error(`"${name}" is not described rightly: ${z.prettifyError(parsed.error)}`);
  const { dtype, shape, data_offsets } = parsed.data;
  const [begin, end] = data_offsets;
  const type = Object.hasOwn(types, dtype) ? types[dtype] : undefined;
  if (type === undefined)
    throw new Error(`"${name}" has numbers of type ${dtype}; ${Object.keys(types).join(", ")} can be read`);
  const needed = elementsIn(shape) * type.size;
  if (end - begin !== needed)
    throw new Error(`"${name}" has ${end - begin} bytes, and a shape of ${shape.join(" x ")} needs ${needed}`);
  return { name, shape, begin, end, read: type.read };
}

function words(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(Uint8Array.from(bytes).buffer);
}

/** The value of a number of half precision (IEEE 754, binary16). */
function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
