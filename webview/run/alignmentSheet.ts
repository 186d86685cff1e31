import { adoptRules } from "./adoptRules.ts";

/** The page's own rules, beside those that all pages share. */
export function alignmentSheet(): void {
  adoptRules(rules);
}

const rules = `
.alignment-page:focus { outline: none; }
.alignment-page :is(h4, fieldset) { margin: 0; }
.alignment-page h4 { font-size: 1em; font-weight: 600; overflow-wrap: anywhere; }
.alignment-page h2 { overflow-wrap: anywhere; }
.alignment-page p { overflow-wrap: anywhere; }
.alignment-page .choices { margin-bottom: 8px; gap: 6px 20px; }
.alignment-page .named { min-width: 0; flex-wrap: nowrap; }
.alignment-page :is(.fit, .depth, .mistakes, .changed, .pair) { display: flex; flex-direction: column; gap: 10px; min-width: 0; }
.alignment-page .changed { margin-bottom: 20px; }
.alignment-page .twoCharts { display: grid; gap: 10px 28px; grid-template-columns: minmax(0, 1fr); margin-top: 8px; }
@media (min-width: 1000px) { .alignment-page .twoCharts { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.alignment-page .textPair { display: grid; gap: 10px 20px; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 800px) { .alignment-page .textPair { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.alignment-page .textPair > div { min-width: 0; display: flex; flex-direction: column; }
.alignment-page .textPair pre { flex: 1 1 auto; }
.alignment-page pre {
  margin-top: 4px; padding: 6px 8px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 20em; overflow-y: auto;
  font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px);
  background: var(--vscode-textCodeBlock-background, transparent); border: 1px solid var(--rule); border-radius: 2px;
}
.alignment-page :is(button, pre):focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: -1px; }
.alignment-page mark { color: inherit; text-decoration: underline; text-underline-offset: 0.2em; }
.alignment-page mark.removed { background: var(--vscode-diffEditor-removedTextBackground, transparent); }
.alignment-page mark.added { background: var(--vscode-diffEditor-insertedTextBackground, transparent); }
body:is(.vscode-high-contrast, .vscode-high-contrast-light) .alignment-page mark { border: 1px dashed var(--vscode-contrastActiveBorder, currentColor); }
.alignment-page .mistakes .scroll { overflow-x: auto; max-height: 26em; overflow-y: auto; }
.alignment-page .mistakes table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.alignment-page .mistakes caption { text-align: start; padding: 0 0 4px; color: var(--quiet); }
.alignment-page .mistakes :is(th, td) { text-align: start; padding: 2px 12px 2px 0; border-bottom: 1px solid var(--rule); font-weight: normal; vertical-align: baseline; }
.alignment-page .mistakes :is(td, tbody th) { max-width: 22em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.alignment-page .mistakes thead th { white-space: nowrap; font-weight: 600; }
.alignment-page .mistakes .number { text-align: end; }
.alignment-page .mistakes :is(.sort, .choose) {
  all: unset; cursor: pointer; color: inherit; font: inherit; min-height: 24px; line-height: 24px; padding: 0 4px;
  max-width: 100%; overflow: hidden; text-overflow: ellipsis;
}
.alignment-page .mistakes .sort { font-weight: 600; }
.alignment-page .mistakes .choose { min-width: 24px; text-decoration: underline; }
.alignment-page [aria-sort="ascending"] .sort::after { content: " ▲"; }
.alignment-page [aria-sort="descending"] .sort::after { content: " ▼"; }
.alignment-page .mistakes tbody tr { cursor: pointer; }
.alignment-page .mistakes tbody tr:hover { background: var(--vscode-list-hoverBackground, transparent); }
.alignment-page [aria-current] { background: var(--vscode-list-activeSelectionBackground, transparent); color: var(--vscode-list-activeSelectionForeground, inherit); }
.alignment-page [aria-current]:hover { background: var(--vscode-list-activeSelectionBackground, transparent) !important; }
body:is(.vscode-high-contrast, .vscode-high-contrast-light) .alignment-page [aria-current] { outline: 1px solid var(--vscode-contrastActiveBorder, currentColor); outline-offset: -1px; }
`;
