import { readFile } from "node:fs/promises";
import * as z from "zod";
import { replaceFile } from "../run/durableFile.ts";
import { errorMessage, UserError } from "../system/userError.ts";
import { foldCount, type Head, type HeadWeights } from "./head.ts";

const kind = "optimas-local-rewards";
const version = 1;

const count = z.number().int().nonnegative();
const base64 = z.base64();
const weightsSchema = z.strictObject({ dense: base64, buckets: base64 });

/** One JSON object; arrays of numbers are base64 of little-endian 32-bit values. */
const fileSchema = z.strictObject({
  kind: z.literal(kind),
  version: z.literal(version),
  /** Name of the encoder the weights belong to. */
  backbone: z.string(),
  /** Lists of pairs instead of objects keep every name apart, `__proto__` too. */
  components: z.array(
    z.strictObject({
      name: z.string(),
      blocks: z.array(z.strictObject({ name: z.string(), size: count })),
      scales: base64,
      buckets: base64,
      weights: weightsSchema,
      foldWeights: z.array(weightsSchema).length(foldCount),
      folds: z.array(z.tuple([z.string(), count.max(foldCount - 1)])),
      bias: z.number(),
    }),
  ),
});

type SavedHead = z.infer<typeof fileSchema>["components"][number];

/** Writes the heads of all components, replacing the file in one step. @throws when the folder cannot be written to. */
export async function saveHeads(file: string, backbone: string, heads: ReadonlyMap<string, Head>): Promise<void> {
  const components = [...heads].map(([name, head]) => savedHead(name, head));
  const content: z.infer<typeof fileSchema> = { kind, version, backbone, components };
  replaceFile(file, `${JSON.stringify(content)}\n`);
}

/** @throws UserError when the file is missing, broken, newer than this version, or made with another backbone. */
export async function loadHeads(file: string, backbone: string): Promise<Map<string, Head>> {
  const content = await readJson(file);
  const header = z.looseObject({ kind: z.literal(kind), version: z.number(), backbone: z.string() }).safeParse(content);
  if (!header.success) throw new UserError(`${file} holds no local rewards; choose the file that a run saved them in.`);
  if (header.data.version > version)
    throw new UserError(
      `${file} has version ${header.data.version} of the local rewards' format, this program reads up to ${version}; update Optimas to load it.`,
    );
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) throw broken(file, z.prettifyError(parsed.error));
  if (parsed.data.backbone !== backbone)
    throw new UserError(
      `${file} was fitted with the backbone "${parsed.data.backbone}", in use is "${backbone}"; fit the local rewards anew or select that backbone.`,
    );
  return new Map(parsed.data.components.map((saved) => [saved.name, restoredHead(file, saved)] as const));
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (thrown) {
    throw new UserError(`Local rewards cannot be read: ${errorMessage(thrown)}`);
  }
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw broken(file, errorMessage(thrown));
  }
}

function broken(file: string, reason: string): UserError {
  return new UserError(`${file} is damaged; restore it or fit the local rewards anew.\n${reason}`);
}

function savedHead(name: string, head: Head): SavedHead {
  return {
    name,
    blocks: head.layout.blocks.map(({ name, size }) => ({ name, size })),
    scales: bytesOf(head.layout.scales),
    buckets: bytesOf(head.layout.buckets),
    weights: savedWeights(head.weights),
    foldWeights: head.foldWeights.map(savedWeights),
    folds: [...head.folds],
    bias: head.bias,
  };
}

function restoredHead(file: string, saved: SavedHead): Head {
  const layout = { blocks: saved.blocks, scales: floats(saved.scales), buckets: integers(saved.buckets) };
  const head: Head = {
    layout,
    weights: restoredWeights(saved.weights),
    foldWeights: saved.foldWeights.map(restoredWeights),
    folds: new Map(saved.folds),
    bias: saved.bias,
  };
  const denseSize = layout.blocks.reduce((sum, { size }) => sum + size, 0);
  if (layout.scales.length !== denseSize || !layout.scales.every((scale) => scale > 0 && Number.isFinite(scale)))
    throw broken(file, `"${saved.name}": ${layout.scales.length} scales for ${denseSize} features`);
  for (const weights of [head.weights, ...head.foldWeights]) {
    if (weights.dense.length !== denseSize || weights.buckets.length !== layout.buckets.length)
      throw broken(file, `"${saved.name}": the number of weights does not match the number of features`);
    if (![...weights.dense, ...weights.buckets].every(Number.isFinite))
      throw broken(file, `"${saved.name}": a weight is not a finite number`);
  }
  return head;
}

function savedWeights(weights: HeadWeights): SavedHead["weights"] {
  return { dense: bytesOf(weights.dense), buckets: bytesOf(weights.buckets) };
}

function restoredWeights(saved: SavedHead["weights"]): HeadWeights {
  return { dense: floats(saved.dense), buckets: floats(saved.buckets) };
}

/** All platforms that Node runs on are little-endian, so memory order is file order. */
function bytesOf(numbers: Float32Array | Uint32Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString("base64");
}

function floats(text: string): Float32Array {
  return new Float32Array(alignedBytes(text));
}

function integers(text: string): Uint32Array {
  return new Uint32Array(alignedBytes(text));
}

/** A copy whose length is a whole number of 32-bit values; a torn tail is found by the counts not matching. */
function alignedBytes(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, "base64");
  return Uint8Array.from(bytes.subarray(0, bytes.length - (bytes.length % 4))).buffer;
}
