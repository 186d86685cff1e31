import type { DiffPart } from "./wordDiff.ts";

/** Characters of unchanged text that stay on either side of a change. */
const AROUND = 40;

/** A diff without what stayed, but for a few words beside each change: those tell where it is. */
export function onlyDifferences(parts: readonly DiffPart[]): DiffPart[] {
  const last = parts.length - 1;
  return parts.flatMap((part, index) => {
    if (part.kind !== "same") return [part];
    const [before, after] = [index > 0, index < last];
    if (!before && !after) return [];
    const text = beside(part.text, before, after);
    return [{ kind: "same" as const, text }];
  });
}

function beside(text: string, before: boolean, after: boolean): string {
  const characters = [...text];
  if (characters.length <= (before && after ? 2 : 1) * AROUND + 1) return text;
  const begin = before ? wordsFrom(characters) : "";
  const end = after ? [...wordsFrom(characters.toReversed())].toReversed().join("") : "";
  return `${begin}${before && after ? " … " : "…"}${end}`;
}

/** Whole words where that is no great loss. */
function wordsFrom(characters: readonly string[]): string {
  const near = characters.slice(0, AROUND).join("");
  const word = near.search(/\s\S*$/);
  return word > AROUND / 2 ? near.slice(0, word) : near;
}
