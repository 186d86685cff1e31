import type { Graph } from "../../onnx/proto.ts";
import type { Runtime } from "../../onnx/runtime.ts";
import type { Feeds } from "../../onnx/shapes.ts";
import { UserError } from "../../system/userError.ts";

/** Sequences of tokens of one length S, what is behind the end of a text masked: each array of shape (N, S). */
export interface TokenBatch {
  readonly sequences: number;
  readonly length: number;
  readonly ids: BigInt64Array;
  /** 1 where there is a token, 0 where there is none. */
  readonly mask: BigInt64Array;
  /** Which of two texts a token is of, for models that are told. */
  readonly types: BigInt64Array;
}

/** A batch of sequences that all are the token 1, for looks at a model. */
export function onesBatch(sequences: number, length: number): TokenBatch {
  const ones = () => new BigInt64Array(sequences * length).fill(1n);
  return { sequences, length, ids: ones(), mask: ones(), types: new BigInt64Array(sequences * length) };
}

/** How each input of a backbone is made; all are of shape (N, S). */
const inputs: Readonly<Record<string, (batch: TokenBatch) => BigInt64Array>> = {
  input_ids: ({ ids }) => ids,
  attention_mask: ({ mask }) => mask,
  token_type_ids: ({ types }) => types,
  position_ids: positions,
};

/** Places of tokens, counted from the first that is there, on whichever side the padding is. */
function positions({ mask, length }: TokenBatch): BigInt64Array {
  const places = new BigInt64Array(mask.length);
  for (let at = 0, place = 0n; at < mask.length; at++) {
    if (at % length === 0) place = 0n;
    if (mask[at] === 1n) places[at] = place++;
  }
  return places;
}

/** @throws UserError for a model that asks for something else, naming it */
export function checkInputs(file: string, graph: Graph): void {
  for (const { name } of graph.input) {
    if (name in inputs) continue;
    throw new UserError(
      `${file} asks for "${name}", which a reward model has nothing for; export it for features, without a cache of past keys ` +
        `and values. It may ask for ${Object.keys(inputs).join(", ")}.`,
    );
  }
}

/** What a backbone is given for a batch. */
export function backboneFeeds({ Tensor }: Runtime, graph: Graph, batch: TokenBatch): Feeds {
  const shape = [batch.sequences, batch.length];
  const named = graph.input.filter(({ name }) => name in inputs);
  return Object.fromEntries(
    named.map(({ name }) => [name, new Tensor("int64", inputs[name]?.(batch) ?? new BigInt64Array(0), shape)]),
  );
}
