/** The sheet of the panel, which its pages share. */
export function runSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  return sheet;
}

/** Colours are the editor's; where a theme leaves one out, the nearest that every theme has stands in. */
const rules = `
body {
  --rule: var(--vscode-panel-border, color-mix(in srgb, var(--vscode-foreground) 25%, transparent));
  --quiet: var(--vscode-descriptionForeground, var(--vscode-foreground));
  margin: 0; padding: 12px 20px 28px;
  color: var(--vscode-foreground); background: var(--vscode-editor-background);
  font-family: var(--vscode-font-family, sans-serif); font-size: var(--vscode-font-size, 13px); line-height: 1.45;
}
[hidden] { display: none !important; }
h1, h2, h3, p, ul, dl, dd, pre, figure { margin: 0; }
h1 { font-size: 1.5em; font-weight: 600; overflow-wrap: anywhere; }
h2 { font-size: 1.15em; font-weight: 600; }
h3 { font-size: 1em; font-weight: 600; }
header { margin-bottom: 10px; }
header .facts { margin-top: 4px; }
.line { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; }
.quiet { color: var(--quiet); }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.facts { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.badge {
  padding: 0 8px; border-radius: 9px; font-size: 0.9em;
  background: var(--vscode-badge-background); color: var(--vscode-badge-foreground);
  border: 1px solid var(--vscode-contrastBorder, transparent);
}
.status[data-live]::before { content: "● "; color: var(--vscode-charts-green, currentColor); }
.notice.pause { border-inline-start-color: var(--vscode-editorWarning-foreground, var(--vscode-charts-orange, var(--rule))); }
.notice.pause p { margin: 4px 0 0; }
.notice { margin: 8px 0; padding: 8px 12px; border: 1px solid var(--rule); border-inline-start-width: 4px; overflow-wrap: anywhere; white-space: pre-wrap; }
.tabs { display: flex; flex-wrap: wrap; gap: 2px 18px; border-bottom: 1px solid var(--rule); margin-bottom: 14px; }
.tabs button {
  all: unset; cursor: pointer; padding: 5px 2px; min-height: 24px; color: var(--quiet); border-bottom: 2px solid transparent; margin-bottom: -1px;
}
.tabs button:hover { color: var(--vscode-foreground); }
.tabs button[aria-selected="true"] { color: var(--vscode-foreground); border-bottom-color: var(--vscode-panelTitle-activeBorder, var(--vscode-focusBorder)); }
/* What has the focus is seen, whatever a page's own rules have made of a control. Buttons of the toolkit show it themselves. */
/* The toolkit lets go of a focus slowly, whatever motion a person wants. */
:is(vscode-button, vscode-checkbox, vscode-dropdown, vscode-radio) { transition: none; }
:focus-visible:not(vscode-button) { outline: 2px solid var(--vscode-focusBorder) !important; outline-offset: 1px; }
[aria-current] :focus-visible:not(vscode-button) { outline-color: var(--vscode-list-focusAndSelectionOutline, currentColor) !important; }
[role="tabpanel"] { min-width: 0; }
.chart { min-width: 0; margin-bottom: 20px; }
.chart figcaption { justify-content: space-between; margin-bottom: 6px; }
.tools { display: flex; flex-wrap: wrap; gap: 4px; }
.tools vscode-button {
  --button-secondary-background: transparent; --button-secondary-foreground: var(--quiet); --button-padding-horizontal: 8px;
  --button-secondary-hover-background: var(--vscode-toolbar-hoverBackground, transparent); --button-border: var(--vscode-contrastBorder, transparent);
}
.menuButton { position: relative; }
.menu {
  position: absolute; inset-inline-end: 0; top: calc(100% + 2px); z-index: 5; display: flex; flex-direction: column; padding: 4px 0; min-width: max-content;
  color: var(--vscode-menu-foreground, var(--vscode-foreground)); background: var(--vscode-menu-background, var(--vscode-editor-background));
  border: 1px solid var(--vscode-menu-border, var(--vscode-contrastBorder, var(--rule))); border-radius: 4px; box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
}
.menu [role="menuitem"] { all: unset; cursor: pointer; padding: 2px 16px; min-height: 24px; line-height: 24px; }
.menu [role="menuitem"]:is(:hover, :focus) {
  color: var(--vscode-menu-selectionForeground, inherit); background: var(--vscode-menu-selectionBackground, transparent);
  outline: 1px solid var(--vscode-menu-selectionBorder, var(--vscode-focusBorder)); outline-offset: -1px;
}
.canvasScroll { overflow: auto hidden; }
.chart .canvas { width: 100%; min-width: 0; }
.canvasScroll .canvas:focus-visible { outline-offset: -2px; }
.chart:not(.keyed) .keys { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.chart .pointed { margin-top: 4px; overflow-wrap: anywhere; max-height: 6em; overflow: hidden; }
.chart .summary { margin-top: 4px; overflow-wrap: anywhere; }
.hint { max-width: 40em; }
.hint p { overflow-wrap: anywhere; white-space: normal; max-height: 12em; overflow: hidden; }
.factList { display: flex; flex-wrap: wrap; gap: 8px 30px; font-variant-numeric: tabular-nums; }
.factList div { min-width: 0; }
.factList dt { color: var(--quiet); font-size: 0.9em; }
.factList dd { overflow-wrap: anywhere; }
.chartTable { overflow: auto; max-height: 60vh; margin-top: 8px; }
.chartTable table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.chartTable caption { text-align: start; color: var(--quiet); padding-bottom: 4px; }
.chartTable :is(th, td) { text-align: start; font-weight: normal; padding: 2px 14px 2px 0; border-bottom: 1px solid var(--rule); vertical-align: baseline; }
.chartTable thead th { font-weight: 600; }
/* The system takes backgrounds away and makes every border seen: what is chosen, and how far a bar goes, is told by its own colours. */
@media (forced-colors: active) {
  .tabs button { border-bottom-color: Canvas; }
  .tabs button[aria-selected="true"] { border-bottom-color: Highlight; }
  [aria-current]:not([aria-current="false"]) { outline: 1px solid Highlight; outline-offset: -1px; }
  [role="progressbar"] > div, .bar > div { background: Highlight !important; forced-color-adjust: none; }
}
`;
