/** Characters of Latin, Greek and Cyrillic text that make one token of today's models, roughly. */
const CHARACTERS_PER_TOKEN = 4;
/** Beyond these scripts a character is about a token of its own. */
const LAST_ALPHABETIC = 0x058f;

/**
 * About how many tokens a model makes of a text. Models differ by a third and more, and only their own tokenizers know, so
 * this must be shown as an estimate.
 */
export function estimatedTokens(text: string): number {
  let [alphabetic, others] = [0, 0];
  for (const character of text) {
    if ((character.codePointAt(0) ?? 0) <= LAST_ALPHABETIC) alphabetic += 1;
    else others += 1;
  }
  return Math.ceil(alphabetic / CHARACTERS_PER_TOKEN) + others;
}
