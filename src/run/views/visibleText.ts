/**
 * Controls but tab and line feed; direction marks that make text read otherwise than it is; lone surrogates; letters and
 * blanks that are not seen, which models read all the same. Joiners stay: scripts and pictures are written with them.
 */
const hidden =
  /[\p{Cc}\p{Surrogate}\u00ad\u061c\u115f\u1160\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Text from outside (prompts, answers, names, messages) as it may be put before a person: whatever could move the cursor,
 * change colours, or reorder the line is written out as a visible mark. Lines and tabs stay.
 */
export function visibleText(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(hidden, mark);
}

/** The same on one line, runs of white space as one space. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/\s+/g, " ").trim();
}

function mark(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\n" || character === "\t") return character;
  // C0 controls have pictures of their own in Unicode.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
