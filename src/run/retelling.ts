import type { L10n } from "./l10n.ts";

type Told = (text: string, l10n: L10n) => string;

/**
 * Tells sentences that were written down in English in another language, by recognizing them: what programs keep is English
 * for good, so that it is the same for everybody, and only who shows it knows the reader's language.
 * @param sentences messages with places, in the order of their numbers; the first that fits counts
 * @param fragments messages that may stand in the places of others
 * @returns gives a text back as it is when it is none of them
 */
export function retelling(sentences: readonly string[], fragments: readonly string[] = []): Told {
  const part: Told = fragments.length === 0 ? (text) => text : retelling(fragments);
  let patterns: readonly { readonly message: string; readonly pattern: RegExp }[] | undefined;
  return (text, l10n) => {
    patterns ??= sentences.map((message) => ({ message, pattern: patternOf(message) }));
    for (const { message, pattern } of patterns) {
      const found = pattern.exec(text);
      if (found !== null) return l10n.t(message, ...found.slice(1).map((value) => part(value, l10n)));
    }
    return text;
  };
}

function patternOf(message: string): RegExp {
  const parts = message.split(/\{\d+\}/).map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return new RegExp(`^${parts.join("(.+?)")}$`, "s");
}
