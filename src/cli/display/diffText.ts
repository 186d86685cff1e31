import { visibleText } from "../../run/views/visibleText.ts";
import { type DiffPart, valueDiff } from "../../run/views/wordDiff.ts";
import type { VariableValue } from "../../system/variable.ts";
import type { Colors } from "./terminalText.ts";

/** A word diff; without colours deletions stand as [-words-] and insertions as {+words+}. */
export function diffText(before: VariableValue, after: VariableValue, colors: Colors): string {
  return partsText(valueDiff(before, after), colors);
}

/** The same of a diff that is made already. */
export function partsText(parts: readonly DiffPart[], colors: Colors): string {
  return parts
    .map(({ kind, text }) => {
      const visible = visibleText(text);
      if (kind === "same") return visible;
      if (!colors.isColorSupported) return marked(visible, kind === "removed" ? ["[-", "-]"] : ["{+", "+}"]);
      // Painted line by line, because wrapping and cutting work on lines.
      const paint = kind === "removed" ? (line: string) => colors.red(colors.strikethrough(line)) : colors.green;
      return visible
        .split("\n")
        .map((line) => (line === "" ? "" : paint(line)))
        .join("\n");
    })
    .join("");
}

/** The marks hug the text, so that a line feed at its end does not carry the closing mark to the next line. */
function marked(text: string, [open, close]: readonly [string, string]): string {
  const body = text.trimEnd();
  return body === "" ? `${open}${text}${close}` : `${open}${body}${close}${text.slice(body.length)}`;
}
