import { visibleText } from "./visibleText.ts";
import type { DiffPart } from "./wordDiff.ts";

/** Characters of unchanged text kept on either side of a change, and of a change, and of all together. */
const [AROUND, CHANGE, ALL] = [60, 400, 900];

/** A diff as short as it still explains what changed: long unchanged stretches and long changes lose their middle. */
export function shortDiff(parts: readonly DiffPart[]): { readonly parts: DiffPart[]; readonly shortened: boolean } {
  const kept: DiffPart[] = [];
  let [shortened, length] = [false, 0];
  for (const [index, { kind, text }] of parts.entries()) {
    if (length >= ALL) {
      kept.push({ kind: "same", text: " …" });
      return { parts: kept, shortened: true };
    }
    const whole = visibleText(text);
    const short =
      kind === "same" ? unchanged(whole, index === 0, index === parts.length - 1) : withoutMiddle(whole, CHANGE);
    shortened ||= short !== whole;
    length += short.length;
    kept.push({ kind, text: short });
  }
  return { parts: kept, shortened };
}

/** What stands next to a change stays: the end of the first stretch, the beginning of the last, both of the others. */
function unchanged(text: string, first: boolean, last: boolean): string {
  const characters = [...text];
  if (characters.length <= 2 * AROUND) return text;
  const begin = first ? "" : characters.slice(0, AROUND).join("");
  const end = last ? "" : characters.slice(-AROUND).join("");
  return `${begin}…${end}`;
}

function withoutMiddle(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  return `${characters.slice(0, length / 2).join("")}…${characters.slice(-length / 2 + 1).join("")}`;
}
