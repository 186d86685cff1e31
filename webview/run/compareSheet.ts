import { adoptRules } from "./adoptRules.ts";

/** The page's own rules, beside those that all pages share. */
export function compareSheet(): void {
  adoptRules(rules);
}

const rules = `
.compare-page { display: flex; flex-direction: column; gap: 14px; min-width: 0; }
.compare-page:focus { outline: none; }
.compare-page fieldset { border: 0; padding: 0; margin: 0; min-width: 0; }
.compare-page .runs { list-style: none; padding: 0; margin: 0 0 8px; display: flex; flex-direction: column; gap: 4px; }
.compare-page .runs li { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; }
.compare-page .runs .letter { font-weight: 600; min-width: 1.2em; }
.compare-page .runs .id { overflow-wrap: anywhere; }
.compare-page .runs [data-live]::before { content: "● "; color: var(--vscode-charts-green, currentColor); }
.compare-page .sides { overflow: auto; max-height: 80vh; }
.compare-page .sides:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
.compare-page table { border-collapse: collapse; min-width: 100%; font-variant-numeric: tabular-nums; }
.compare-page caption { text-align: start; font-weight: 600; padding-bottom: 4px; }
.compare-page :is(th, td) { text-align: start; font-weight: normal; padding: 3px 16px 3px 0; border-bottom: 1px solid var(--rule); vertical-align: top; min-width: 9em; max-width: 40em; overflow-wrap: anywhere; }
.compare-page thead th { font-weight: 600; position: sticky; top: 0; background: var(--vscode-editor-background); }
.compare-page tbody th { color: var(--quiet); max-width: 16em; }
.compare-page tr > :first-child { position: sticky; left: 0; background: var(--vscode-editor-background); }
.compare-page thead tr > :first-child { z-index: 1; }
@media (max-width: 700px) { .compare-page tr > :first-child { position: static; } }
.compare-page td.value { min-width: 16em; }
.compare-page pre {
  white-space: pre-wrap; overflow-wrap: anywhere; max-height: 20em; overflow-y: auto;
  font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px);
}
.compare-page del { background: var(--vscode-diffEditor-removedTextBackground, transparent); text-decoration: line-through; }
.compare-page ins { background: var(--vscode-diffEditor-insertedTextBackground, transparent); text-decoration: underline; }
body:is(.vscode-high-contrast, .vscode-high-contrast-light) .compare-page :is(del, ins) { border: 1px dashed var(--vscode-contrastActiveBorder, currentColor); }
.compare-page .pager { display: flex; align-items: center; gap: 10px; }
.compare-page .pager button {
  font: inherit; padding: 2px 12px; border-radius: 2px; cursor: pointer; border: 1px solid var(--vscode-contrastBorder, var(--vscode-button-border, transparent));
  color: var(--vscode-button-secondaryForeground, var(--vscode-foreground)); background: var(--vscode-button-secondaryBackground, transparent);
}
.compare-page .pager button:disabled { opacity: 0.5; cursor: default; }
`;
