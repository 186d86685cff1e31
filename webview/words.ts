import { english, type L10n, translator } from "../src/run/l10n.ts";
import { type WordsRequest, wordsMessageSchema } from "../src/run/wordsMessage.ts";

let spoken: L10n = english;
let language = "en";

/** The words of this page: English, until the editor has said what it calls things. Asked for whenever something is drawn. */
export const l10n: L10n = { t: (message, ...args) => spoken.t(message, ...args) };

/** The language of the page's words, as the attribute `lang` wants it. */
export function pageLanguage(): string {
  return language;
}

/** What a page says to the editor when it opens; it draws in the meantime. */
export const wordsRequest: WordsRequest = { type: "words" };

/**
 * Takes the editor's words from any message of it.
 * @returns true when there are new words: what is drawn has to be drawn anew
 */
export function takeWords(message: unknown): boolean {
  const told = wordsMessageSchema.safeParse(message);
  if (!told.success) return false;
  spoken = translator(told.data.messages);
  language = told.data.language;
  return true;
}
