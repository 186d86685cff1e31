import { adoptRules } from "./adoptRules.ts";

/** The page's own rules, beside those that all pages share. */
export function overviewSheet(): void {
  adoptRules(rules);
}

const rules = `
.overview-page { display: flex; flex-direction: column; gap: 14px; min-width: 0; }
.overview-page:focus { outline: none; }
.overview-page .component { display: flex; flex-direction: column; gap: 10px; padding: 10px 14px; border: 1px solid var(--rule); border-radius: 3px; }
.overview-page .component h3 { flex: 1 1 auto; overflow-wrap: anywhere; }
.overview-page .component h3:focus { outline: none; }
.overview-page .component p { overflow-wrap: anywhere; white-space: pre-wrap; }
.overview-page .values { display: grid; gap: 10px 18px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22em), 1fr)); }
.overview-page .values h4 { margin: 0 0 4px; font-size: 0.9em; font-weight: normal; color: var(--quiet); }
.overview-page .values pre {
  padding: 6px 8px; max-height: 20em; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere;
  font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px);
  background: var(--vscode-textCodeBlock-background, transparent); border: 1px solid var(--rule); border-radius: 2px;
}
.overview-page pre:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
.overview-page .warnings ul { padding-inline-start: 1.4em; }
.overview-page .warnings li { overflow-wrap: anywhere; white-space: pre-wrap; }
`;
