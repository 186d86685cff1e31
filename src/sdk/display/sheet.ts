import type { MimeBundle } from "../../notebook/output.ts";
import { type Html, html } from "../../run/report/html.ts";
import { escapedMarkdown } from "../../run/runOutputMarkdown.ts";
import { visibleLine, visibleText } from "../../run/views/visibleText.ts";
import type { DiffPart } from "../../run/views/wordDiff.ts";

export interface Column {
  readonly title: string;
  readonly number?: boolean;
}

/** What a value shows of itself, before it becomes HTML, Markdown or text. */
export type Block =
  | { readonly kind: "title"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  /** What must not be overlooked. */
  | { readonly kind: "notice"; readonly text: string }
  | { readonly kind: "table"; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "diff"; readonly parts: readonly DiffPart[] }
  | {
      readonly kind: "picture";
      /** For a page that has the editor's colours. */
      readonly inPage: Html;
      /** On paper of its own. */
      readonly alone: Html;
      readonly summary: string;
    };

/** Everything that a notebook, or a reader of one, may choose from. */
export function sheetBundle(blocks: readonly Block[]): MimeBundle {
  const picture = blocks.find((block) => block.kind === "picture");
  return {
    "text/html": html`<div>${blocks.map(htmlOf)}</div>`.markup,
    ...(picture && { "image/svg+xml": picture.alone.markup }),
    "text/markdown": blocks.map(markdownOf).join("\n\n"),
    "text/plain": blocks.map(textOf).join("\n\n"),
  };
}

export const simulatedNotice: Block = {
  kind: "notice",
  text: "Simulated model: it is no language model. This shows that the optimization works, not how well a real model does.",
};

/** Styles stand in the elements, because a notebook's outputs share one page and a sheet of rules would reach all. */
function htmlOf(block: Block): Html {
  switch (block.kind) {
    case "title":
      return html`<p style="margin:4px 0;font-weight:600">${visibleLine(block.text)}</p>`;
    case "text":
      return html`<p style="margin:4px 0">${block.text}</p>`;
    case "notice":
      return html`<p style="margin:4px 0;padding-left:8px;border-left:3px solid currentColor">${block.text}</p>`;
    case "table":
      return html`<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:4px 0;font-variant-numeric:tabular-nums"><thead><tr>${block.columns.map(
        (column) => html`<th scope="col" style="${cellStyle(column)};font-weight:600">${column.title}</th>`,
      )}</tr></thead><tbody>${block.rows.map(
        (cells) =>
          html`<tr>${cells.map((cell, index) => html`<td style="${cellStyle(block.columns[index])}">${visibleLine(cell)}</td>`)}</tr>`,
      )}</tbody></table></div>`;
    case "diff":
      return html`<div style="margin:4px 0;padding:4px 8px;white-space:pre-wrap;overflow-wrap:anywhere;font-family:var(--vscode-editor-font-family,monospace);border:1px solid rgba(128,128,128,.4)">${block.parts.map(
        ({ kind, text }) =>
          kind === "same"
            ? text
            : kind === "removed"
              ? html`<del style="background:var(--vscode-diffEditor-removedTextBackground,rgba(255,0,0,.15))">${text}</del>`
              : html`<ins style="background:var(--vscode-diffEditor-insertedTextBackground,rgba(0,160,0,.18))">${text}</ins>`,
      )}</div>`;
    case "picture":
      return html`<figure style="margin:4px 0">${block.inPage}</figure>`;
  }
}

function cellStyle(column: Column | undefined): string {
  return `text-align:${column?.number ? "right" : "left"};padding:2px 14px 2px 0;vertical-align:top`;
}

function markdownOf(block: Block): string {
  switch (block.kind) {
    case "title":
      return `**${escapedMarkdown(visibleLine(block.text))}**`;
    case "text":
      return escapedMarkdown(visibleText(block.text));
    case "notice":
      return `> ${escapedMarkdown(visibleLine(block.text))}`;
    case "table": {
      const cells = (row: readonly string[]) =>
        `| ${row.map((cell) => escapedMarkdown(visibleLine(cell))).join(" | ")} |`;
      return [
        cells(block.columns.map(({ title }) => title)),
        `| ${block.columns.map(({ number }) => (number ? "---:" : "---")).join(" | ")} |`,
        ...block.rows.map(cells),
      ].join("\n");
    }
    case "diff":
      // Four ticks and more: what is fenced may itself hold fences.
      return ["`````diff", diffLines(block.parts), "`````"].join("\n");
    case "picture":
      return escapedMarkdown(block.summary);
  }
}

function textOf(block: Block): string {
  switch (block.kind) {
    case "title":
    case "notice":
      return visibleLine(block.text);
    case "text":
      return visibleText(block.text);
    case "table":
      return textTable(block.columns, block.rows);
    case "diff":
      return diffLines(block.parts);
    case "picture":
      return visibleLine(block.summary);
  }
}

function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => row.map(visibleLine))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, index) =>
          columns[index]?.number ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Old text and new text, each line with its sign. */
function diffLines(parts: readonly DiffPart[]): string {
  const side = (kind: "removed" | "added", sign: string) =>
    visibleText(parts.flatMap((part) => (part.kind === "same" || part.kind === kind ? [part.text] : [])).join(""))
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => `${sign} ${line}`);
  return [...side("removed", "-"), ...side("added", "+")].join("\n");
}
