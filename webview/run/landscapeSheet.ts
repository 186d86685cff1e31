import { adoptRules } from "./adoptRules.ts";

/** The page's own rules, beside those that all pages share. */
export function landscapeSheet(): void {
  adoptRules(rules);
}

const rules = `
.landscape-page .choices { margin-bottom: 8px; gap: 6px 20px; }
.landscape-page .named { min-width: 0; flex-wrap: nowrap; }
.landscape-page .facts { margin-bottom: 12px; }
.landscape-page .linesView { margin-bottom: 20px; min-width: 0; }
.landscape-page .linesView .chart { margin-bottom: 4px; }
.landscape-page .linesView .chartTable { max-height: 22em; }
.landscape-page .linesView > .line { margin-top: 6px; }
.landscape-page .ranges summary { cursor: pointer; min-height: 24px; color: var(--quiet); }
.landscape-page .ranges summary:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
.landscape-page .rangeFields { display: flex; flex-direction: column; gap: 4px; padding: 4px 0 4px 14px; }
.landscape-page .rangeFields .name { min-width: 9em; max-width: 18em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.landscape-page .rangeFields input {
  width: 8em; box-sizing: border-box; min-height: 24px; padding: 1px 6px; font: inherit; font-variant-numeric: tabular-nums; border-radius: 2px;
  color: var(--vscode-input-foreground, var(--vscode-foreground)); background: var(--vscode-input-background, transparent);
  border: 1px solid var(--vscode-input-border, var(--vscode-settings-textInputBorder, var(--rule)));
}
.landscape-page .rangeFields input:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.landscape-page .candidateText { margin-bottom: 20px; min-width: 0; }
.landscape-page .candidateText > .quiet { min-height: 1.45em; }
.landscape-page pre.candidate {
  margin-top: 4px; padding: 6px 8px; white-space: pre-wrap; overflow-wrap: anywhere; height: 10em; resize: vertical; overflow-y: auto;
  font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px);
  background: var(--vscode-textCodeBlock-background, transparent); border: 1px solid var(--rule); border-radius: 2px;
}
.landscape-page pre.candidate:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: -1px; }
`;
