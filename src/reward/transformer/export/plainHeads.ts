import { join } from "node:path";
import * as z from "zod";
import { errorMessage, UserError } from "../../../system/userError.ts";
import { foldCount, type Head, type HeadWeights } from "../../head.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../safetensors.ts";
import { MEANING } from "../transformerEncoder.ts";

/** Heads of components as one linear layer on the pooled hidden state, in its own units: r = W h + b. */
export interface PlainHeads {
  /** Names of the K components, in order of the rows. */
  readonly names: readonly string[];
  /** W, shape (K, H). */
  readonly weights: Float32Array;
  /** b, shape (K). */
  readonly biases: Float32Array;
}

/** The file of heads in an export. */
export const headsFile = "heads.safetensors";

/** @throws UserError for a head that reads more than the hidden state, which has no place in a model of tokens */
export function plainHeads(heads: ReadonlyMap<string, Head>, width: number): PlainHeads {
  const names = [...heads.keys()];
  const weights = new Float32Array(names.length * width);
  for (const [row, [name, head]] of [...heads].entries()) weights.set(plainWeights(name, head, width), row * width);
  return { names, weights, biases: Float32Array.from(heads.values(), ({ bias }) => bias) };
}

function plainWeights(name: string, { layout, weights }: Head, width: number): Float32Array {
  const others = layout.blocks.filter((block) => block.name !== MEANING).map((block) => block.name);
  if (layout.buckets.length > 0) others.push(`${layout.buckets.length} buckets of words`);
  if (others.length > 0)
    throw new UserError(
      `The local reward of "${name}" is read from more than a transformer (${others.slice(0, 5).join(", ")}), so no model ` +
        "of tokens gives it; fit local rewards on a transformer alone to export them.",
    );
  // A component that was never fitted: every reward is its bias.
  if (layout.blocks.length === 0) return new Float32Array(width);
  if (weights.dense.length !== width)
    throw new Error(`the head of "${name}" has ${weights.dense.length} weights for a hidden state of ${width}`);
  return weights.dense.map((weight, index) => weight / (layout.scales[index] as number));
}

/**
 * Heads to go on with. What their folds saw is not known, so these begin at nothing: an alignment that is measured from
 * now on is not made better by what came from elsewhere.
 */
export function headsOf({ names, weights, biases }: PlainHeads): Map<string, Head> {
  const width = weights.length / Math.max(names.length, 1);
  const layout = {
    blocks: [{ name: MEANING, size: width }],
    scales: new Float32Array(width).fill(1),
    buckets: new Uint32Array(0),
  };
  const withoutBuckets = (dense: Float32Array): HeadWeights => ({ dense, buckets: new Float32Array(0) });
  return new Map(
    names.map((name, row) => [
      name,
      {
        layout,
        weights: withoutBuckets(weights.slice(row * width, (row + 1) * width)),
        foldWeights: Array.from({ length: foldCount }, () => withoutBuckets(new Float32Array(width))),
        folds: new Map(),
        bias: biases[row] as number,
      },
    ]),
  );
}

/** Writes heads as PyTorch's linear layer has them: `weight` (K, H) and `bias` (K). */
export function writePlainHeads(folder: string, { names, weights, biases }: PlainHeads): void {
  const width = weights.length / Math.max(names.length, 1);
  writeSafetensors(
    join(folder, headsFile),
    new Map([
      ["weight", { shape: [names.length, width], values: weights }],
      ["bias", { shape: [names.length], values: biases }],
    ]),
    new Map([
      ["format", "pt"],
      ["components", JSON.stringify(names)],
    ]),
  );
}

/** @throws UserError where the file is missing or damaged, or belongs to a hidden state of another width */
export function readPlainHeads(folder: string, width: number): PlainHeads {
  const file = join(folder, headsFile);
  const { tensors, metadata } = readSafetensors(file);
  const names = namesIn(file, metadata.get("components"));
  const valuesOf = (name: string, shape: readonly number[]): Float32Array => {
    const tensor: StoredTensor | undefined = tensors.get(name);
    if (tensor?.shape.join() !== shape.join())
      throw new UserError(
        `${file} should hold "${name}" of ${shape.join(" x ")}, for ${names.length} components and a hidden state of ${width}; ` +
          `it ${tensor === undefined ? "does not" : `is ${tensor.shape.join(" x ")}`}.`,
      );
    if (!tensor.values.every(Number.isFinite)) throw new UserError(`A number of "${name}" in ${file} is not finite.`);
    return tensor.values;
  };
  return { names, weights: valuesOf("weight", [names.length, width]), biases: valuesOf("bias", [names.length]) };
}

function namesIn(file: string, text: string | undefined): string[] {
  try {
    const names = z.array(z.string()).parse(JSON.parse(text ?? ""));
    if (new Set(names).size === names.length) return names;
  } catch (thrown) {
    throw new UserError(`${file} does not say which components its rows are of: ${errorMessage(thrown)}`);
  }
  throw new UserError(`${file} names a component twice.`);
}
