import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import * as z from "zod";
import { errorMessage, UserError } from "../../system/userError.ts";
import type { TokenBatch } from "./backboneInputs.ts";
import type { RewardText } from "./rewardText.ts";

/** One text as a model reads it: shapes (S). */
export interface TextTokens {
  readonly ids: readonly number[];
  /** 0 for tokens of the task, 1 for those of the output. */
  readonly types: readonly number[];
}

/** Marks that a model was trained to see around two texts. */
export interface Frame {
  readonly before: TextTokens;
  readonly between: TextTokens;
  readonly after: TextTokens;
}

/** Cuts texts into a model's tokens, in the frame that it was trained with. */
export class TextTokenizer {
  readonly frame: Frame;
  /** Tokens of a sequence, at most. */
  readonly limit: number;
  readonly isPlaced: boolean;
  readonly #tokenizer: Tokenizer;
  readonly #end: number | undefined;

  /**
   * @param limit tokens of a sequence, at most
   * @param isPlaced whether the model's own description says how many it reads
   */
  constructor(tokenizer: Tokenizer, end: number | undefined, limit: number, isPlaced = false) {
    this.#tokenizer = tokenizer;
    this.frame = frameOf(tokenizer, end);
    this.limit = limit;
    this.isPlaced = isPlaced;
    this.#end = end;
  }

  /** Number of the last token. */
  get highest(): number {
    return [...this.#tokenizer.get_vocab().values()].reduce((highest, id) => Math.max(highest, id), 0);
  }

  /** The same for a model that reads no more than so many tokens. */
  within(limit: number): TextTokenizer {
    return limit >= this.limit ? this : new TextTokenizer(this.#tokenizer, this.#end, limit, this.isPlaced);
  }

  /**
   * The tokens of a text. One that is too long loses the end of its task first: what is judged is the output, which is
   * cut only where it is too long by itself.
   */
  encode({ task, output }: RewardText): TextTokens {
    const { before, between, after } = this.frame;
    const room = this.limit - before.ids.length - between.ids.length - after.ids.length;
    const outputIds = this.#plain(output).slice(0, Math.max(room, 0));
    const taskIds = this.#plain(task).slice(0, Math.max(room - outputIds.length, 0));
    const parts = [before, typed(taskIds, 0), between, typed(outputIds, 1), after];
    return { ids: parts.flatMap(({ ids }) => ids), types: parts.flatMap(({ types }) => types) };
  }

  #plain(text: string): number[] {
    return this.#tokenizer.encode(text, { add_special_tokens: false }).ids;
  }
}

const typed = (ids: readonly number[], type: number): TextTokens => ({ ids, types: ids.map(() => type) });

/** Looks at how the tokenizer puts two words together. One that has no way of its own gets a line break and its end mark. */
function frameOf(tokenizer: Tokenizer, end: number | undefined): Frame {
  const [first, second] = ["a", "b"].map((word) => tokenizer.encode(word, { add_special_tokens: false }).ids) as [
    number[],
    number[],
  ];
  const { ids, token_type_ids: types = ids.map(() => 0) } = tokenizer.encode("a", {
    text_pair: "b",
    return_token_type_ids: true,
  });
  const start = placeOf(first, ids, 0);
  const next = start + first.length;
  const other = placeOf(second, ids, next);
  const part = (from: number, to: number): TextTokens => ({ ids: ids.slice(from, to), types: types.slice(from, to) });
  const frame = { before: part(0, start), between: part(next, other), after: part(other + second.length, ids.length) };
  if (frame.between.ids.length + frame.after.ids.length > 0) return frame;
  const lineBreak = tokenizer.encode("\n", { add_special_tokens: false }).ids;
  return { before: frame.before, between: typed(lineBreak, 0), after: typed(end === undefined ? [] : [end], 1) };
}

/** @throws Error where a tokenizer makes other tokens of a word beside another word */
function placeOf(part: readonly number[], whole: readonly number[], from: number): number {
  for (let at = from; at + part.length <= whole.length; at++)
    if (part.every((id, index) => whole[at + index] === id)) return at;
  throw new Error(`tokens ${part.join()} are not among ${whole.join()}`);
}

const configSchema = z.looseObject({
  eos_token: z.union([z.string(), z.looseObject({ content: z.string() })]).nullish(),
  model_max_length: z.number().positive().nullish(),
});
const modelSchema = z.looseObject({ max_position_embeddings: z.number().int().positive().nullish() });

/**
 * The tokenizer in a model's folder: `tokenizer.json`, with `tokenizer_config.json` and `config.json` where they are.
 * @param limit tokens of a sequence at most, whatever the model could read
 * @throws UserError where there is none, or it cannot be read
 */
export function readTokenizer(folder: string, limit: number): TextTokenizer {
  const config = readJson(join(folder, "tokenizer_config.json"), configSchema) ?? {};
  const model = readJson(join(folder, "config.json"), modelSchema) ?? {};
  const file = join(folder, "tokenizer.json");
  const json = readJson(file, z.looseObject({}));
  if (json === undefined)
    throw new UserError(`There is no ${file}; put it beside the model, as its exporter wrote it.`);
  const isPlaced = model.max_position_embeddings != null;
  const most = Math.min(limit, config.model_max_length ?? limit, model.max_position_embeddings ?? limit);
  try {
    const tokenizer = new Tokenizer(json, config);
    const mark = typeof config.eos_token === "object" ? config.eos_token?.content : config.eos_token;
    return new TextTokenizer(tokenizer, mark === undefined ? undefined : tokenizer.token_to_id(mark), most, isPlaced);
  } catch (thrown) {
    throw new UserError(`${file} is of a kind that cannot be used: ${errorMessage(thrown)}`);
  }
}

function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (thrown) {
    throw new UserError(`${file} cannot be read: ${errorMessage(thrown)}`);
  }
}

/** Texts side by side, padded behind to the longest. */
export function tokenBatch(texts: readonly TextTokens[]): TokenBatch {
  const length = Math.max(1, ...texts.map(({ ids }) => ids.length));
  const [ids, mask, types] = [0, 1, 2].map(() => new BigInt64Array(texts.length * length)) as [
    BigInt64Array,
    BigInt64Array,
    BigInt64Array,
  ];
  for (const [row, text] of texts.entries()) {
    ids.set(text.ids.map(BigInt), row * length);
    types.set(text.types.map(BigInt), row * length);
    mask.fill(1n, row * length, row * length + text.ids.length);
  }
  return { sequences: texts.length, length, ids, mask, types };
}
