import type { ModelPrice } from "./languageModel.ts";

/** Says that it was read from OpenAI's own page of prices. */
const plans = "https://github.com/api-evangelist/openai/blob/main/plans/openai-plans-pricing.yml";
/** No page of OpenAI itself could be read for these rows; independent lists agree with this one in every figure. */
const crate = "https://docs.rs/crate/adk-model/0.6.0/source/src/openai/pricing.rs";
const claude = "https://platform.claude.com/docs/en/about-claude/pricing";
/** The same page before the models of summer; what the models' own pages say today is the same. */
const claudeEarlier = "https://platform.claude.com/docs/zh-CN/about-claude/pricing";

/**
 * Prices of well-known models in US dollars per million tokens, by `provider:model`, at the providers' standard rates. Only
 * figures that a page states are here, each row with that page and the date that it gives for them; a page without a date has
 * that of the newest thing it names, and a day that it leaves open is left open. Models whose price hangs on more than the
 * number of tokens are left out, for a figure that is too low is worse than none: GPT-5.4 and its successors cost twice as
 * much beyond 272,000 tokens of input (and from GPT-5.6 on more for what they keep of it), Claude Haiku 5.5 beyond 100,000.
 */
export const priceTable: ReadonlyMap<string, ModelPrice> = new Map([
  ...priced("openai", {
    "gpt-5.4-mini": [0.75, 0.075, 4.5, "2026-05-04", plans],
    "gpt-5.4-nano": [0.2, 0.02, 1.25, "2026-03", "https://developers.openai.com/ja-JP/api/docs/models/gpt-5.4-nano"],
    "gpt-5.1": [1.25, 0.125, 10, "2025-11", "https://developers.openai.com/zh-Hans/api/docs/models/gpt-5.1"],
    "gpt-5-pro": [15, undefined, 120, "2025-10", "https://developers.openai.com/ko-KR/api/docs/models/gpt-5-pro"],
    "gpt-5-mini": [0.25, 0.025, 2, "2026-07", "https://developers.openai.com/ko-KR/api/docs/models/gpt-5-mini"],
    "gpt-5-nano": [0.05, 0.005, 0.4, "2026-07", "https://developers.openai.com/api/docs/models/gpt-5-nano.md"],
    "gpt-5": [1.25, 0.125, 10, "2026-03", crate],
    "gpt-4.1": [2, 0.5, 8, "2026-03", crate],
    "gpt-4.1-mini": [0.4, 0.1, 1.6, "2026-03", crate],
    "gpt-4.1-nano": [0.1, 0.025, 0.4, "2026-03", crate],
    o3: [2, 0.5, 8, "2026-03", crate],
    "o4-mini": [1.1, 0.275, 4.4, "2026-03", crate],
    "o3-mini": [1.1, 0.55, 4.4, "2026-03", crate],
    o1: [15, 7.5, 60, "2026-03", crate],
    "gpt-4o": [2.5, 1.25, 10, "2026-03", crate],
    "gpt-4o-mini": [0.15, 0.075, 0.6, "2026-03", crate],
  }),
  ...priced("anthropic", {
    "claude-fable-5-1": [10, 0.25, 50, "2026-09", claude],
    "claude-fable-5": [10, 1, 50, "2026-09", claude],
    "claude-opus-5-5": [4, 0.2, 20, "2026-09", "https://platform.claude.com/docs/zh-CN/models/opus-5-5/overview"],
    "claude-opus-5": [5, 0.5, 25, "2026-09", claude],
    "claude-opus-4-8": [5, 0.5, 25, "2026-09", claude],
    "claude-opus-4-7": [5, 0.5, 25, "2026-09", claude],
    "claude-opus-4-6": [5, 0.5, 25, "2026-09", claude],
    "claude-opus-4-5": [5, 0.5, 25, "2026-09", claude],
    "claude-sonnet-5-5": [2, 0.1, 10, "2026-10-10", "https://docs.rs/synaps/0.10.2/synaps_cli/pricing/index.html"],
    "claude-sonnet-5": [2, 0.2, 10, "2026-09", "https://platform.claude.com/docs/zh-CN/models/sonnet-5/overview"],
    "claude-sonnet-4-6": [3, 0.3, 15, "2026-02", claudeEarlier],
    "claude-sonnet-4-5": [3, 0.3, 15, "2026-02", claudeEarlier],
    "claude-haiku-4-5": [1, 0.1, 5, "2026-02", claudeEarlier],
  }),
]);

type Row = readonly [input: number, cachedInput: number | undefined, output: number, asOf: string, source: string];

function priced(provider: string, models: Readonly<Record<string, Row>>): [string, ModelPrice][] {
  return Object.entries(models).map(
    ([model, [inputPerMillion, cachedInputPerMillion, outputPerMillion, asOf, source]]) => [
      `${provider}:${model}`,
      {
        inputPerMillion,
        outputPerMillion,
        ...(cachedInputPerMillion === undefined ? {} : { cachedInputPerMillion }),
        asOf,
        source,
      },
    ],
  );
}
