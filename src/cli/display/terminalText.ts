import picocolors from "picocolors";
import sliceAnsi from "slice-ansi";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";
import { redacted } from "../../system/secrets.ts";

export type Colors = ReturnType<typeof picocolors.createColors>;

/** How and how wide to draw. */
export interface Display {
  /** Columns of the terminal; Infinity never wraps. */
  readonly width: number;
  readonly colors: Colors;
}

/** For pipes and files: no colours, no wrapping. */
export const plainDisplay: Display = { width: Number.POSITIVE_INFINITY, colors: picocolors.createColors(false) };

/** Cut to the width, with an ellipsis where something is missing. */
export function truncated(whole: string, width: number): string {
  if (stringWidth(whole) <= width) return whole;
  // Before it is cut: nothing would know the beginning of a key.
  const text = redacted(whole);
  if (stringWidth(text) <= width) return text;
  // A slice may keep a character of two columns that straddles its end, hence the second look.
  for (let end = width - 1; end >= 0; end--) {
    const cut = `${sliceAnsi(text, 0, end)}…`;
    if (stringWidth(cut) <= width) return cut;
  }
  return "";
}

/** Wrapped at words, or inside a word that is wider than a line; every line is indented. */
export function wrapped(text: string, width: number, indent = ""): string[] {
  return wrappedWith(text, width, indent, true);
}

/** The same for text whose white space matters. */
export function wrappedVerbatim(text: string, width: number, indent = ""): string[] {
  return wrappedWith(text, width, indent, false);
}

function wrappedWith(text: string, width: number, indent: string, trim: boolean): string[] {
  const inner = Math.max(10, width - indent.length);
  const lines = Number.isFinite(inner) ? wrapAnsi(text, inner, { hard: true, trim }) : text;
  return lines.split("\n").map((line) => (indent + line).trimEnd());
}

export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly align: "left" | "right";
}

/**
 * A table with a heading line. Where it is too wide, the widest column is cut, never below 12 columns; what is still too
 * wide then is left to the terminal rather than made unreadable.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], display: Display): string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[index] ?? ""))),
  );
  let excess = widths.reduce((sum, width) => sum + width + 2, -2) - display.width;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    const narrower = Math.max(12, width - excess);
    if (narrower >= width) break;
    widths[widest] = narrower;
    excess -= width - narrower;
  }
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) => {
        const cell = truncated(cells[index] ?? "", widths[index] ?? 0);
        const space = " ".repeat((widths[index] ?? 0) - stringWidth(cell));
        return align === "left" ? cell + space : space + cell;
      })
      .join("  ")
      .trimEnd();
  return [display.colors.dim(line(columns.map(({ title }) => title))), ...rows.map(line)];
}
