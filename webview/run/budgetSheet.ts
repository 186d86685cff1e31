import { adoptRules } from "./adoptRules.ts";

/** The page's own rules, beside those that all pages share. */
export function budgetSheet(): void {
  adoptRules(rules);
}

const rules = `
.budget-page { display: flex; flex-direction: column; gap: 14px; min-width: 0; }
.budget-page:focus { outline: none; }
.budget-page .bar { height: 6px; max-width: 40em; overflow: hidden; border-radius: 3px; background: var(--rule); border: 1px solid var(--vscode-contrastBorder, transparent); }
.budget-page .bar div { height: 100%; background: var(--vscode-charts-blue, var(--vscode-foreground)); }
.budget-page .part { display: flex; flex-direction: column; gap: 6px; min-width: 0; }
.budget-page .choices { gap: 6px 20px; }
.budget-page .chart { margin-bottom: 0; }
.budget-page .scroll { overflow: auto; max-height: 60vh; }
.budget-page .spent { display: flex; flex-direction: column; gap: 14px; min-width: 0; }
.budget-page .notes { padding-inline-start: 1.4em; max-width: 70em; overflow-wrap: anywhere; }
.budget-page .estimate summary { cursor: pointer; min-height: 24px; line-height: 24px; width: fit-content; }
.budget-page :is(.spent, .estimate) table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.budget-page :is(.spent, .estimate) caption { text-align: start; color: var(--quiet); padding-bottom: 4px; }
.budget-page :is(.spent, .estimate .scroll) :is(th, td) { text-align: start; font-weight: normal; padding: 2px 14px 2px 0; border-bottom: 1px solid var(--rule); vertical-align: baseline; }
.budget-page .spent :is(th, td):not(.number) { max-width: 24em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.budget-page .spent .number { text-align: end; white-space: nowrap; }
.budget-page :is(.spent, .estimate .scroll) thead th { white-space: nowrap; }
.budget-page .spent .sort { all: unset; cursor: pointer; color: inherit; font: inherit; font-weight: 600; min-height: 24px; line-height: 24px; padding: 0 2px; }
.budget-page .spent .sort:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: -1px; }
.budget-page [aria-sort="ascending"] .sort::after { content: " ▲"; }
.budget-page [aria-sort="descending"] .sort::after { content: " ▼"; }
`;
