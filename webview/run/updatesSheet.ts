import { adoptRules } from "./adoptRules.ts";

/** The page's own rules, beside those that all pages share. */
export function updatesSheet(): void {
  adoptRules(rules);
}

const rules = `
.updates-page { --edge: var(--vscode-panel-border, color-mix(in srgb, var(--vscode-foreground) 25%, transparent)); }
.updates-page :is(h2, h3, p, dl, dd, pre, fieldset) { margin: 0; }
.updates-page h2 { font-size: 1.15em; font-weight: 600; overflow-wrap: anywhere; }
.updates-page h3 { font-size: 1em; font-weight: 600; }
.updates-page fieldset { border: 0; padding: 0; min-width: 0; }
.updates-page .line { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; }
.updates-page .filters { margin-bottom: 10px; }
.updates-page .components { min-width: 14em; }
.updates-page .columns { display: grid; gap: 20px 28px; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 1400px) { .updates-page .columns { grid-template-columns: minmax(0, 6fr) minmax(0, 5fr); } }
.updates-page .scroll { overflow-x: auto; }
.updates-page table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.updates-page caption { text-align: start; max-width: calc(100vw - 52px); padding: 0 0 4px; color: var(--vscode-descriptionForeground, var(--vscode-foreground)); }
.updates-page :is(th, td) { text-align: start; padding: 2px 12px 2px 0; border-bottom: 1px solid var(--edge); font-weight: normal; vertical-align: baseline; }
.updates-page :is(td, tbody th) { max-width: 22em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.updates-page .number { text-align: end; }
.updates-page thead th { white-space: nowrap; }
.updates-page .examples .scroll { max-height: 32em; overflow-y: auto; }
.updates-page :is(.sort, .choose) {
  all: unset; cursor: pointer; color: inherit; font: inherit; min-height: 24px; line-height: 24px; padding: 0 4px;
}
.updates-page .sort { font-weight: 600; }
.updates-page .choose { min-width: 24px; text-align: center; text-decoration: underline; }
.updates-page [aria-sort="ascending"] .sort::after { content: " ▲"; }
.updates-page [aria-sort="descending"] .sort::after { content: " ▼"; }
.updates-page :is(button, pre):focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: -1px; }
.updates-page .examples .choose { text-align: start; padding: 0; }
.updates-page .scroll tbody tr { cursor: pointer; }
.updates-page .scroll tbody tr:hover { background: var(--vscode-list-hoverBackground, transparent); }
.updates-page [aria-current] { background: var(--vscode-list-activeSelectionBackground, transparent); color: var(--vscode-list-activeSelectionForeground, inherit); }
.updates-page [aria-current]:hover { background: var(--vscode-list-activeSelectionBackground, transparent) !important; }
body:is(.vscode-high-contrast, .vscode-high-contrast-light) .updates-page [aria-current] { outline: 1px solid var(--vscode-contrastActiveBorder, currentColor); outline-offset: -1px; }
.updates-page .pager { display: flex; align-items: center; gap: 10px; margin-top: 8px; }
.updates-page .pager button {
  font: inherit; padding: 2px 12px; border-radius: 2px; cursor: pointer; border: 1px solid var(--vscode-contrastBorder, var(--vscode-button-border, transparent));
  color: var(--vscode-button-secondaryForeground, var(--vscode-foreground)); background: var(--vscode-button-secondaryBackground, transparent);
}
.updates-page .pager button:disabled { opacity: 0.5; cursor: default; }
.updates-page .update { display: flex; flex-direction: column; gap: 10px; min-width: 0; }
.updates-page .update p { overflow-wrap: anywhere; }
.updates-page .facts { display: flex; flex-wrap: wrap; gap: 6px 26px; font-variant-numeric: tabular-nums; }
.updates-page .facts dt { color: var(--vscode-descriptionForeground, var(--vscode-foreground)); font-size: 0.9em; }
.updates-page pre.diff {
  margin-top: 4px; padding: 6px 8px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 24em; overflow-y: auto;
  font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px);
  background: var(--vscode-textCodeBlock-background, transparent); border: 1px solid var(--edge); border-radius: 2px;
}
.updates-page del { background: var(--vscode-diffEditor-removedTextBackground, transparent); text-decoration: line-through; }
.updates-page ins { background: var(--vscode-diffEditor-insertedTextBackground, transparent); text-decoration: underline; }
body:is(.vscode-high-contrast, .vscode-high-contrast-light) .updates-page :is(del, ins) { border: 1px dashed var(--vscode-contrastActiveBorder, currentColor); }
.updates-page .unfold {
  all: unset; display: block; width: 100%; margin: 4px 0; padding: 2px 0; cursor: pointer; text-align: center;
  color: var(--vscode-textLink-foreground); border-block: 1px dashed var(--edge);
}
.updates-page .examples { display: flex; flex-direction: column; gap: 8px; min-width: 0; }
.updates-page .spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
