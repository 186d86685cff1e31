let made: CSSStyleSheet | undefined;

/** One sheet for all outputs of the page. */
export function styleSheet(): CSSStyleSheet {
  if (made === undefined) {
    made = new CSSStyleSheet();
    made.replaceSync(rules);
  }
  return made;
}

/** Colours are the editor's; where a theme leaves one out, the nearest that every theme has stands in. */
const rules = `
:host {
  --rule: var(--vscode-panel-border, color-mix(in srgb, var(--vscode-foreground) 25%, transparent));
  --quiet: var(--vscode-descriptionForeground, var(--vscode-foreground));
  --line: var(--vscode-charts-blue, var(--vscode-foreground));
  --accepted: var(--vscode-charts-green, var(--vscode-foreground));
  --rejected: var(--vscode-charts-red, var(--vscode-foreground));
  --paper: var(--vscode-notebook-outputContainerBackgroundColor, var(--vscode-editor-background));
  display: block;
  color: var(--vscode-foreground);
  font-family: var(--vscode-font-family, sans-serif);
  font-size: var(--vscode-font-size, 13px);
  line-height: 1.45;
}
[hidden] { display: none !important; }
.run { max-width: 900px; padding: 6px 2px 8px; }
p, h3, dl, dd, ol, ul, figure, pre { margin: 0; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; }
.status { flex: 1 1 14em; overflow-wrap: anywhere; }
.sign { margin-inline-end: 6px; }
[data-state="running"] .sign { color: var(--line); }
[data-state="finished"] .sign { color: var(--accepted); }
[data-state="failed"] .sign, [data-state="interrupted"] .sign { color: var(--rejected); }
.badge {
  padding: 0 8px; border-radius: 9px; font-size: 0.9em;
  background: var(--vscode-badge-background); color: var(--vscode-badge-foreground);
  border: 1px solid var(--vscode-contrastBorder, transparent);
}
.buttons { display: flex; gap: 8px; }
button {
  font: inherit; padding: 2px 12px; border-radius: 2px; cursor: pointer;
  color: var(--vscode-button-foreground); background: var(--vscode-button-background);
  border: 1px solid var(--vscode-contrastBorder, var(--vscode-button-border, transparent));
}
button:hover { background: var(--vscode-button-hoverBackground, var(--vscode-button-background)); }
button.secondary { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
button.secondary:hover { background: var(--vscode-button-secondaryHoverBackground, var(--vscode-button-secondaryBackground)); }
button.link { border-color: var(--vscode-contrastBorder, transparent); color: var(--vscode-textLink-foreground); background: none; text-decoration: underline; padding: 2px 4px; }
:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: 1px; }
.quiet, caption, .spoken { color: var(--quiet); }
.bar { height: 4px; margin-top: 8px; overflow: hidden; border-radius: 2px; background: var(--rule); border: 1px solid var(--vscode-contrastBorder, transparent); }
.fill { height: 100%; width: 0; background: var(--vscode-progressBar-background, var(--line)); transition: width 0.15s linear; }
.bar[data-unknown] .fill { width: 30%; animation: pass 1.6s ease-in-out infinite alternate; }
@keyframes pass { from { margin-inline-start: 0; } to { margin-inline-start: 70%; } }
.step { font-size: 0.9em; min-height: 1.45em; overflow-wrap: anywhere; }
.facts { display: flex; flex-wrap: wrap; gap: 6px 28px; margin: 6px 0 8px; font-variant-numeric: tabular-nums; }
.facts dt { color: var(--quiet); font-size: 0.9em; }
.picture { min-height: 190px; }
.picture svg { display: block; max-width: 100%; height: auto; }
.picture text { fill: var(--quiet); font-size: 11px; }
.grid { stroke: var(--rule); }
.line { fill: none; stroke: var(--line); stroke-width: 2; }
circle.accepted { fill: var(--accepted); stroke: var(--paper); }
circle.rejected { fill: var(--paper); stroke: var(--rejected); stroke-width: 1.5; }
.legend { display: flex; flex-wrap: wrap; gap: 0 18px; color: var(--quiet); font-size: 0.9em; padding-inline-start: 48px; }
.legend svg { display: inline-block; vertical-align: baseline; margin-inline-end: 5px; }
section, .run > details, .results { margin-top: 8px; }
h3 { font-size: 1em; font-weight: 600; }
.updates { list-style: none; padding: 0; margin-top: 4px; max-height: 340px; overflow-y: auto; border-top: 1px solid var(--rule); }
.updates li { border-bottom: 1px solid var(--rule); }
summary { cursor: pointer; padding: 3px 2px; }
.updates summary { display: flex; flex-wrap: wrap; gap: 0 14px; align-items: baseline; font-variant-numeric: tabular-nums; }
.updates summary::before { content: "▸"; color: var(--quiet); width: 0.8em; }
.updates details[open] > summary::before { content: "▾"; }
.updates summary::-webkit-details-marker { display: none; }
.updates summary:hover { background: var(--vscode-list-hoverBackground, transparent); }
.decision { min-width: 7.5em; font-weight: 600; }
.accepted > [aria-hidden] { color: var(--accepted); }
.rejected > [aria-hidden] { color: var(--rejected); }
.decision.unchanged { color: var(--quiet); font-weight: normal; }
.iteration { min-width: 6.5em; color: var(--quiet); }
.component { flex: 1 1 9em; overflow-wrap: anywhere; }
.details { padding: 2px 2px 8px 1.6em; }
.diff pre {
  margin-top: 3px; padding: 6px 8px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 260px; overflow-y: auto;
  font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px);
  background: var(--vscode-textCodeBlock-background, transparent); border: 1px solid var(--rule); border-radius: 2px;
}
del { background: var(--vscode-diffEditor-removedTextBackground, transparent); text-decoration: line-through; }
ins { background: var(--vscode-diffEditor-insertedTextBackground, transparent); text-decoration: underline; }
.scroll { overflow-x: auto; max-height: 300px; overflow-y: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: start; padding: 2px 0 4px; white-space: nowrap; }
th, td { text-align: end; padding: 2px 14px 2px 0; border-bottom: 1px solid var(--rule); font-weight: normal; }
thead th { color: var(--quiet); }
th:first-child { text-align: start; }
.warnings { padding-inline-start: 1.2em; margin-top: 8px; }
.warnings li::marker { content: "⚠ "; }
.origin { margin-top: 8px; font-size: 0.9em; overflow-wrap: anywhere; }
.problem { padding: 6px 2px; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:host-context(.vscode-high-contrast) .run, :host-context(.vscode-high-contrast-light) .run { --rule: var(--vscode-contrastBorder, currentColor); }
:host-context(.vscode-high-contrast) .bar, :host-context(.vscode-high-contrast-light) .bar { height: 6px; background: none; }
:host-context(.vscode-high-contrast) .grid, :host-context(.vscode-high-contrast-light) .grid { stroke-dasharray: 1 5; }
:host-context(.vscode-high-contrast) :is(del, ins), :host-context(.vscode-high-contrast-light) :is(del, ins) { border: 1px dashed var(--vscode-contrastActiveBorder, currentColor); }
@media (prefers-reduced-motion: reduce) { .fill { transition: none; } .bar[data-unknown] .fill { animation: none; } }
:host-context(.vscode-reduce-motion) .fill { transition: none; animation: none !important; }
@media (forced-colors: active) { .fill { background: Highlight; forced-color-adjust: none; } .picture text, circle.accepted { fill: CanvasText; } circle.rejected { fill: Canvas; } }
`;
