import { Tokenizer } from "@huggingface/tokenizers";
import type { RewardComponent } from "../../../src/reward/localRewards.ts";
import type { PreferencePair } from "../../../src/reward/preferencePair.ts";
import { rewardText } from "../../../src/reward/transformer/rewardText.ts";
import { TextTokenizer } from "../../../src/reward/transformer/textTokens.ts";

const marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] as const;

/**
 * What `tokenizer.json` says of a tokenizer that knows whole words, in BERT's frame for two texts; any other word is the
 * token [UNK].
 * @param words in lower case; each once
 */
export function wordTokenizerJson(words: readonly string[]) {
  const places = [...marks, ...words];
  const special = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } });
  const text = (id: "A" | "B", type: number) => ({ Sequence: { id, type_id: type } });
  const kept = ["[CLS]", "[SEP]"].map((mark) => [mark, { id: mark, ids: [places.indexOf(mark)], tokens: [mark] }]);
  const first = [special("[CLS]", 0), text("A", 0), special("[SEP]", 0)];
  return {
    version: "1.0",
    added_tokens: marks.map((content, id) => ({ id, content, special: true })),
    normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, lowercase: true },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: first,
      pair: [...first, text("B", 1), special("[SEP]", 1)],
      special_tokens: Object.fromEntries(kept),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(places.map((word, id) => [word, id])),
    },
  };
}

/** Tokens that a model for these words has. */
export const vocabularySize = (words: readonly string[]): number => marks.length + words.length;

export function wordTokenizer(words: readonly string[], limit: number): TextTokenizer {
  return new TextTokenizer(new Tokenizer(wordTokenizerJson(words), {}), undefined, limit);
}

/**
 * How often each word is in the texts that reward functions read of pairs; marks are words, too. A text counts once, in
 * however many pairs it is: what is chosen often must not be known by being cut into fewer pieces.
 */
export function wordCounts(
  components: readonly RewardComponent[],
  pairs: readonly PreferencePair[],
): Map<string, number> {
  const named = new Map(components.map((component) => [component.name, component]));
  const texts = new Set<string>();
  for (const { component, input, chosen, rejected } of pairs)
    for (const { output, options } of [chosen, rejected]) {
      const text = rewardText(named.get(component) as RewardComponent, { input, output, options });
      texts.add(text.task).add(text.output);
    }
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [])
      counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Letters of a piece, at most. */
const PIECE = 4;

/**
 * The most frequent words, and pieces that most other words can be put together of: beginnings and parts of four letters,
 * the most frequent ones, and all single letters.
 */
export function frequentPieces(counts: ReadonlyMap<string, number>, words: number, pieces: number): string[] {
  const byCount = (found: ReadonlyMap<string, number>) =>
    [...found].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([text]) => text);
  const parts = new Map<string, number>();
  const letters = new Map<string, number>();
  for (const [word, count] of counts)
    for (let at = 0; at < word.length; at++) {
      const mark = at === 0 ? "" : "##";
      letters.set(mark + word.charAt(at), count);
      if (at % PIECE !== 0) continue;
      const part = mark + word.slice(at, at + PIECE);
      parts.set(part, (parts.get(part) ?? 0) + count);
    }
  return [...new Set([...byCount(counts).slice(0, words), ...byCount(parts).slice(0, pieces), ...byCount(letters)])];
}
