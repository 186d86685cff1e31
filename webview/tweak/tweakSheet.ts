/** The sheet of the page. */
export function tweakSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  return sheet;
}

/** Colours are the editor's; where a theme leaves one out, the nearest that every theme has stands in. */
const rules = `
body {
  --rule: var(--vscode-panel-border, color-mix(in srgb, var(--vscode-foreground) 25%, transparent));
  --quiet: var(--vscode-descriptionForeground, var(--vscode-foreground));
  --edge: var(--vscode-settings-textInputBorder, var(--vscode-input-border, var(--vscode-contrastBorder, var(--rule))));
  --good: var(--vscode-charts-green, var(--vscode-foreground));
  --bad: var(--vscode-errorForeground, var(--vscode-foreground));
  --line: var(--vscode-charts-blue, var(--vscode-foreground));
  margin: 0; padding: 12px 20px 28px;
  color: var(--vscode-foreground); background: var(--vscode-editor-background);
  font-family: var(--vscode-font-family, sans-serif); font-size: var(--vscode-font-size, 13px); line-height: 1.45;
}
[hidden] { display: none !important; }
h1, h2, h3, p, ul, dl, dd, pre { margin: 0; }
h1 { font-size: 1.5em; font-weight: 600; overflow-wrap: anywhere; }
h2 { font-size: 1.1em; font-weight: 600; }
h3, .label, label { font-size: 1em; font-weight: 600; }
section, .results > .line, .results > .note { margin-bottom: 16px; }
h2, h3 { margin-top: 4px; }
header { margin-bottom: 12px; }
.line { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; }
.quiet { color: var(--quiet); }
.problem, .mistake { color: var(--bad); overflow-wrap: anywhere; white-space: pre-wrap; }
.mistake::before { content: "⚠ "; }
.badge {
  padding: 0 8px; border-radius: 9px; font-size: 0.9em;
  background: var(--vscode-badge-background); color: var(--vscode-badge-foreground);
  border: 1px solid var(--vscode-contrastBorder, transparent);
}
.banner {
  display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; margin: 8px 0 14px; padding: 8px 12px;
  border: 1px solid var(--rule); border-inline-start-width: 4px;
}
.banner p { flex: 1 1 20em; overflow-wrap: anywhere; white-space: pre-wrap; }
.banner[data-kind="error"] { border-color: var(--vscode-inputValidation-errorBorder, var(--bad)); }
.banner[data-kind="warning"] { border-color: var(--vscode-inputValidation-warningBorder, var(--vscode-charts-yellow, var(--vscode-foreground))); }
.workplace { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 28px; }
.workplace > header, .workplace > .notes { grid-column: 1 / -1; }
@media (min-width: 900px) { .workplace { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); } }
.notes { padding-inline-start: 1.2em; margin-bottom: 12px; }
.control { display: flex; flex-direction: column; gap: 3px; margin-bottom: 12px; min-width: 0; }
textarea, select, input[type="text"] {
  font: inherit; color: var(--vscode-input-foreground, var(--vscode-foreground)); box-sizing: border-box;
  background: var(--vscode-input-background, transparent); border: 1px solid var(--edge); border-radius: 2px; padding: 3px 6px;
}
textarea { width: 100%; min-height: 9em; max-height: 60vh; resize: vertical; field-sizing: content; line-height: 1.45; }
select {
  flex: 1 1 16em; min-width: 0; max-width: 100%; color: var(--vscode-dropdown-foreground, var(--vscode-foreground));
  background: var(--vscode-dropdown-background, transparent); border-color: var(--vscode-dropdown-border, var(--edge));
}
option, optgroup { background: var(--vscode-dropdown-listBackground, var(--vscode-dropdown-background, Canvas)); color: var(--vscode-dropdown-foreground, inherit); }
[aria-invalid="true"] { border-color: var(--vscode-inputValidation-errorBorder, var(--bad)) !important; border-style: dashed !important; }
.range { display: flex; align-items: center; gap: 10px; }
.range input[type="range"] { flex: 1 1 auto; min-width: 4em; accent-color: var(--vscode-focusBorder, auto); }
.range input[type="text"] { width: 7em; font-variant-numeric: tabular-nums; }
vscode-dropdown, vscode-radio-group { max-width: 24em; }
vscode-dropdown { width: 100%; }
:is(vscode-button, vscode-checkbox, vscode-dropdown, vscode-radio) { transition: none; }
:focus-visible:not(vscode-button) { outline: 2px solid var(--vscode-focusBorder) !important; outline-offset: 1px; }
.standing { margin-bottom: 12px; }
summary { cursor: pointer; padding: 2px 0; }
.actions .line { margin-bottom: 8px; }
pre {
  padding: 5px 8px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 16em; overflow-y: auto;
  font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px);
  background: var(--vscode-textCodeBlock-background, transparent); border: 1px solid var(--rule); border-radius: 2px;
}
del { background: var(--vscode-diffEditor-removedTextBackground, transparent); text-decoration: line-through; }
ins { background: var(--vscode-diffEditor-insertedTextBackground, transparent); text-decoration: underline; }
.fields { display: grid; gap: 2px; }
.fields dt { color: var(--quiet); }
.state { display: flex; align-items: center; gap: 8px; min-height: 28px; }
.ring {
  flex: none; width: 12px; height: 12px; border-radius: 50%; border: 2px solid var(--rule);
  border-block-start-color: var(--vscode-progressBar-background, var(--line)); animation: turn 1s linear infinite;
}
@keyframes turn { to { rotate: 1turn; } }
.stale { opacity: 0.6; }
.reward { font-weight: 600; font-variant-numeric: tabular-nums; margin: 4px 0; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16em), 1fr)); gap: 10px; }
.beside ul { list-style: none; padding: 0; }
.besides { display: grid; gap: 10px; margin-top: 4px; }
.beside-value {
  display: grid; grid-template-columns: minmax(4em, 10em) 6em 3.5em minmax(0, 1fr); align-items: center; gap: 8px; width: 100%;
  font: inherit; text-align: start; padding: 2px 6px; cursor: pointer; color: inherit; background: none;
  border: 1px solid transparent; border-radius: 2px; font-variant-numeric: tabular-nums;
}
.beside-value .quiet { grid-column: 4; }
.beside-value .figure { grid-column: 3; text-align: end; }
@media (max-width: 420px) {
  .beside-value { grid-template-columns: minmax(2em, 1fr) 4em 3.5em; }
  .beside-value .quiet { grid-column: 1 / -1; }
}
.beside-value:hover { background: var(--vscode-list-hoverBackground, transparent); border-color: var(--vscode-contrastActiveBorder, transparent); }
.beside-value[aria-pressed="true"] { border-color: var(--vscode-focusBorder); cursor: default; }
.part { overflow-wrap: anywhere; }
.bar { display: block; height: 6px; border-radius: 3px; overflow: hidden; background: var(--rule); border: 1px solid var(--vscode-contrastBorder, transparent); }
.fill { display: block; height: 100%; background: var(--line); }
.progress { display: grid; gap: 6px; justify-items: start; margin: 6px 0; }
.progress .bar { width: 100%; max-width: 30em; }
.progress .fill { transition: width 0.15s linear; background: var(--vscode-progressBar-background, var(--line)); }
.bar[data-unknown] .fill { width: 30%; animation: pass 1.6s ease-in-out infinite alternate; }
@keyframes pass { from { margin-inline-start: 0; } to { margin-inline-start: 70%; } }
.confirm { border: 1px solid var(--rule); padding: 8px 10px; margin: 6px 0; display: grid; gap: 8px; }
.verdict { margin-top: 6px; }
.verdict .sign { margin-inline-end: 6px; }
.verdict.accepted .sign { color: var(--good); }
.verdict.rejected .sign { color: var(--bad); }
.figures { font-variant-numeric: tabular-nums; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.vscode-high-contrast, .vscode-high-contrast-light { --rule: var(--vscode-contrastBorder, currentColor); }
:is(.vscode-high-contrast, .vscode-high-contrast-light) .bar { background: none; height: 8px; }
:is(.vscode-high-contrast, .vscode-high-contrast-light) .stale { opacity: 1; border-inline-start: 2px dashed currentColor; padding-inline-start: 6px; }
:is(.vscode-high-contrast, .vscode-high-contrast-light) :is(del, ins) { border: 1px dashed var(--vscode-contrastActiveBorder, currentColor); }
@media (prefers-reduced-motion: reduce) { .progress .fill { transition: none; } .bar[data-unknown] .fill { animation: none; } .ring { animation: none; } }
.vscode-reduce-motion .progress .fill { transition: none; animation: none !important; }
.vscode-reduce-motion .ring { animation: none; }
@media (forced-colors: active) { .fill { background: Highlight; } }
`;
