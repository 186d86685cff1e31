import { adoptRules } from "./adoptRules.ts";
import { SHADES } from "./exampleGrid.ts";

/** The page's own rules, beside those that all pages share. */
export function examplesSheet(): void {
  adoptRules(`${rules}\n${shades}`);
}

/** Share of the colour where the scale ends: beyond it, figures could no longer be read in every theme. */
const MOST = 40;

const shades = Array.from({ length: SHADES + 1 }, (_, shade) => {
  const share = Math.round((MOST * shade) / SHADES);
  return `.examples-page [data-shade="${shade}"] { background-color: color-mix(in srgb, var(--scale) ${share}%, transparent); }`;
}).join("\n");

const rules = `
.examples-page {
  --edge: var(--vscode-panel-border, color-mix(in srgb, var(--vscode-foreground) 25%, transparent));
  --scale: var(--vscode-charts-blue, var(--vscode-foreground));
  display: flex; flex-direction: column; gap: 10px; min-width: 0;
}
.examples-page :is(h2, h3, h4, p, dl, dd, pre) { margin: 0; }
.examples-page h2 { font-size: 1.15em; font-weight: 600; overflow-wrap: anywhere; }
.examples-page h3 { font-size: 1em; font-weight: 600; overflow-wrap: anywhere; }
.examples-page h4 { font-size: 0.9em; font-weight: 600; }
.examples-page p { overflow-wrap: anywhere; white-space: pre-wrap; }
.examples-page .line { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; }
.examples-page .named { gap: 6px; }
.examples-page :is(input[type="search"], input[type="number"]) {
  font: inherit; box-sizing: border-box; min-height: 26px; padding: 2px 6px; border-radius: 2px;
  color: var(--vscode-input-foreground, var(--vscode-foreground)); background: var(--vscode-input-background, transparent);
  border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, var(--edge)));
}
.examples-page input::placeholder { color: var(--vscode-input-placeholderForeground, var(--vscode-descriptionForeground, var(--vscode-foreground))); opacity: 1; }
.examples-page input[type="search"] { width: 16em; }
.examples-page input[type="number"] { width: 6em; }
.examples-page .table { display: flex; flex-direction: column; gap: 8px; min-width: 0; }
.examples-page .above { justify-content: space-between; }
.examples-page .scale { display: inline-flex; align-items: center; gap: 2px; font-variant-numeric: tabular-nums; }
.examples-page .shade { width: 14px; height: 14px; border: 1px solid var(--edge); }
.examples-page .scale > :first-child { margin-inline-end: 6px; }
.examples-page .scale > :last-child { margin-inline-start: 6px; }
.examples-page .gridScroll { overflow: auto; max-height: 62vh; border: 1px solid var(--edge); }
.examples-page table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; }
.examples-page :is(th, td) {
  padding: 3px 8px; min-height: 24px; font-weight: normal; text-align: end; white-space: nowrap;
  border-inline-end: 1px solid var(--edge); border-bottom: 1px solid var(--edge); cursor: pointer;
}
.examples-page thead th { position: sticky; top: 0; z-index: 2; background: var(--vscode-editor-background); max-width: 12em; vertical-align: bottom; }
.examples-page thead .name { display: block; font-weight: 600; overflow: hidden; text-overflow: ellipsis; }
.examples-page thead .figure { color: var(--vscode-descriptionForeground, var(--vscode-foreground)); }
.examples-page thead th[data-in-force] .name { text-decoration: underline; }
.examples-page [aria-sort="ascending"] .name::after { content: " ▲"; }
.examples-page [aria-sort="descending"] .name::after { content: " ▼"; }
.examples-page :is(thead th:first-child, tbody th) { position: sticky; inset-inline-start: 0; text-align: start; background: var(--vscode-editor-background); }
.examples-page thead th:first-child { z-index: 3; }
.examples-page tbody th { z-index: 1; max-width: min(48em, 42vw); overflow: hidden; text-overflow: ellipsis; }
@media (max-width: 640px) { .examples-page tbody th { max-width: 11em; } .examples-page tbody th .text { display: none; } }
.examples-page tbody th .text { color: var(--vscode-descriptionForeground, var(--vscode-foreground)); margin-inline-start: 8px; }
.examples-page [data-change="up"]::before { content: "▲ " / ""; }
.examples-page [data-change="down"]::before { content: "▼ " / ""; }
.examples-page td[data-failed]::before { content: "✗ " / ""; }
.examples-page tbody tr:hover :is(th, td) { outline: 1px solid var(--edge); outline-offset: -1px; }
.examples-page td[aria-selected="true"] { font-weight: 600; box-shadow: inset 0 0 0 2px var(--vscode-foreground); }
.examples-page :is(th, td, pre, summary, input, h2):focus-visible { outline: 2px solid var(--vscode-focusBorder) !important; outline-offset: -2px; }
.examples-page .pager { display: flex; align-items: center; gap: 10px; }
.examples-page .pager button {
  font: inherit; padding: 2px 12px; border-radius: 2px; cursor: pointer; border: 1px solid var(--vscode-contrastBorder, var(--vscode-button-border, transparent));
  color: var(--vscode-button-secondaryForeground, var(--vscode-foreground)); background: var(--vscode-button-secondaryBackground, transparent);
}
.examples-page .pager button:disabled { opacity: 0.5; cursor: default; }
.examples-page .cell { display: flex; flex-direction: column; gap: 10px; min-width: 0; border-top: 1px solid var(--edge); padding-top: 12px; }
.examples-page .factList { display: flex; flex-wrap: wrap; gap: 6px 26px; font-variant-numeric: tabular-nums; }
.examples-page .factList dt { color: var(--vscode-descriptionForeground, var(--vscode-foreground)); font-size: 0.9em; }
.examples-page .failure { padding: 6px 10px; border: 1px solid var(--edge); border-inline-start: 4px solid var(--vscode-errorForeground, currentColor); }
.examples-page .rerun { display: flex; flex-direction: column; gap: 4px; }
.examples-page .trajectory { display: flex; flex-direction: column; gap: 16px; min-width: 0; }
.examples-page .step { display: flex; flex-direction: column; gap: 4px; min-width: 0; }
.examples-page .sides { display: grid; gap: 8px 20px; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 900px) { .examples-page .sides { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
.examples-page .fields { min-width: 0; }
.examples-page .fields dl { display: flex; flex-direction: column; gap: 4px; }
.examples-page .fields dt { color: var(--vscode-descriptionForeground, var(--vscode-foreground)); font-size: 0.9em; overflow-wrap: anywhere; }
.examples-page pre {
  padding: 4px 8px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 18em; overflow-y: auto;
  font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px);
  background: var(--vscode-textCodeBlock-background, transparent); border: 1px solid var(--edge); border-radius: 2px;
}
.examples-page summary { cursor: pointer; min-height: 24px; line-height: 24px; }
.examples-page del { background: var(--vscode-diffEditor-removedTextBackground, transparent); text-decoration: line-through; }
.examples-page ins { background: var(--vscode-diffEditor-insertedTextBackground, transparent); text-decoration: underline; }
body:is(.vscode-high-contrast, .vscode-high-contrast-light) .examples-page :is(del, ins) { border: 1px dashed var(--vscode-contrastActiveBorder, currentColor); }
`;
