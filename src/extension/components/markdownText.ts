import { briefText } from "../../run/views/briefLine.ts";

/** Characters of one text of which no more is to be read in a hover. */
const LONGEST = 2000;

/**
 * Text from outside as Markdown that shows it to the letter: every character that could mean anything to Markdown, to HTML
 * or to the editor's icons is written as a number. Lines become `<br>`, for places where HTML is shown.
 */
export function markdownText(text: string): string {
  return briefText(text, LONGEST)
    .split("\n")
    .map((line) => line.replace(/[^\p{L}\p{M}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`))
    .map((line) => line.replace(/^ +| {2,}/g, (blanks) => "&nbsp;".repeat(blanks.length)))
    .join("<br>");
}

/** A link to a command of the editor. @param title plain text */
export function commandLink(title: string, command: string, argument: object): string {
  return `[${markdownText(title)}](command:${command}?${encodeURIComponent(JSON.stringify([argument])).replace(/[()']/g, percent)})`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
