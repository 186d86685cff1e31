import { visibleLine, visibleText } from "./visibleText.ts";

/** Characters of a name or an id of which no more is to be read in a list. */
const NAME = 200;

/** Text from outside on one line, at most so many characters of it: what nobody reads to its end, whatever its length. */
export function briefLine(text: string, most = NAME): string {
  return cutOff(visibleLine(beginning(text, most)), text, most);
}

/** The same with its lines and its blanks. */
export function briefText(text: string, most: number): string {
  return cutOff(visibleText(beginning(text, most)), text, most);
}

/** Enough for so many characters, so that what is long takes no time. */
function beginning(text: string, most: number): string {
  return text.slice(0, 2 * most + 2);
}

function cutOff(shown: string, text: string, most: number): string {
  const characters = [...shown];
  if (characters.length > most) return `${characters.slice(0, most).join("")}…`;
  return text.length > 2 * most + 2 ? `${shown}…` : shown;
}
