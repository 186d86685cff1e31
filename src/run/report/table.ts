import { Html, html } from "./html.ts";

export interface ReportColumn {
  readonly title: string;
  readonly number?: boolean;
}

/** A table with a caption; the first cell of each row is its heading. Nothing when there are no rows. */
export function reportTable(
  caption: string,
  columns: readonly ReportColumn[],
  rows: readonly (readonly (string | Html)[])[],
): Html | null {
  if (rows.length === 0) return null;
  const attribute = (index: number) => (columns[index]?.number ? new Html(' class="number"') : null);
  // Whoever has no pointer scrolls a wide table by keyboard.
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title }, index) => html`<th scope="col"${attribute(index)}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (cells) =>
    html`<tr>${cells.map((cell, index) =>
      index === 0 ? html`<th scope="row"${attribute(index)}>${cell}</th>` : html`<td${attribute(index)}>${cell}</td>`,
    )}</tr>
`,
)}</tbody>
</table></div>
`;
}
