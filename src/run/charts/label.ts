import { visibleLine } from "../views/visibleText.ts";

/** Longer names are cut beside an axis; the table has them whole. */
const LABEL_LENGTH = 18;

/** A name from outside as it stands beside an axis: one short line. */
export function shortLabel(text: string, length = LABEL_LENGTH): string {
  // Cut first: a name from outside may be of any length.
  const characters = [...visibleLine(text.slice(0, 8 * length))];
  return characters.length > length ? `${characters.slice(0, length - 1).join("")}…` : characters.join("");
}
