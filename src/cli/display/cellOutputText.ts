import type { MimeBundle, Output } from "../../notebook/output.ts";
import { sizeText } from "../../notebook/outputLimits.ts";
import { visibleText } from "../../run/views/visibleText.ts";
import type { Colors, Display } from "./terminalText.ts";

/** The values that a terminal can show, the best one first. */
const readable = ["text/plain", "text/markdown"];

/** Lines for a value that a cell displayed or resulted in. */
export function valueLines(data: MimeBundle): string[] {
  const text = readable.map((mime) => data[mime]).find((value) => typeof value === "string");
  if (typeof text === "string") return visibleText(text).replace(/\n$/, "").split("\n");
  const json = data["application/json"];
  if (json !== undefined) return visibleText(JSON.stringify(json, null, 2)).split("\n");
  return Object.entries(data).map(
    ([mime, value]) => `[${visibleText(mime)}, ${sizeText(JSON.stringify(value).length)}, not shown in a terminal]`,
  );
}

/** Lines for an error of a cell. */
export function errorLines(error: Extract<Output, { type: "error" }>, { colors }: Display): string[] {
  const { name, message, stack } = error;
  const [first = "", ...rest] = visibleText(stack === "" ? `${name}: ${message}` : stack).split("\n");
  return [colors.red(first), ...rest.map((line) => (/^\s+at /.test(line) ? colors.dim(line) : line))];
}

const colour = "\u001b\\[[\\d;]*m";

/** What a cell printed, with its colours where the terminal has some, and nothing else that could steer the terminal. */
export function printedText(text: string, colors: Colors): string {
  return text
    .split(new RegExp(`(${colour})`))
    .map((part, at) => (at % 2 === 0 ? visibleText(part) : colors.isColorSupported ? part : ""))
    .join("");
}
