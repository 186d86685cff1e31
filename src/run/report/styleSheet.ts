/**
 * The page's looks. Colours are custom properties so that the SVG pictures follow light, dark and print as well; every
 * text colour has a contrast of at least 4.5 to 1 on its background.
 */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f6f7f9; --ink: #1c2430; --quiet: #5b6675; --rule: #dfe3e8;
  --line: #34506f; --accepted: #18794e; --rejected: #b3566b; --local: #9a5b00; --global: #2563b0;
  --added-ink: #0b5a36; --added: #dff4e8; --removed-ink: #93233b; --removed: #fbe4e8;
  --notice-ink: #6b4400; --notice: #fff3d6; --notice-rule: #e3b95b;
  --blue: #2563b0; --orange: #b26a00; --green: #18794e; --rose: #b3466b; --violet: #7a4fb5; --teal: #0b8391;
  --olive: #6f6a00; --grey: #5b6675;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181e; --panel: #1c222a; --ink: #e4e8ee; --quiet: #9aa6b5; --rule: #313a46;
    --line: #9db8d6; --accepted: #4cc38a; --rejected: #e08a9c; --local: #e5a84b; --global: #74aef5;
    --added-ink: #8fe3b8; --added: #123626; --removed-ink: #f5a9b8; --removed: #43202a;
    --notice-ink: #f3d08a; --notice: #362b12; --notice-rule: #7d6428;
    --blue: #74aef5; --orange: #e5a84b; --green: #4cc38a; --rose: #e87f9b; --violet: #b79bf0; --teal: #46c6d3;
    --olive: #cfc65a; --grey: #9aa6b5;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums;
}
main { max-width: 940px; margin: 0 auto; padding: 40px 40px 80px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { overflow-wrap: anywhere; font-size: 1.25rem; margin: 56px 0 14px; padding-top: 18px; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 0 0 4px; overflow-wrap: anywhere; }
p { margin: 0 0 12px; max-width: 84ch; overflow-wrap: anywhere; }
.quiet, caption, figcaption { color: var(--quiet); font-size: 0.875rem; overflow-wrap: anywhere; }
header .quiet { max-width: none; }
.notice {
  background: var(--notice); color: var(--notice-ink); border: 1px solid var(--notice-rule); border-radius: 6px;
  padding: 10px 14px; margin: 18px 0; max-width: none;
}
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 14px; margin: 26px 0 22px; }
.figures > div { background: var(--panel); border-radius: 8px; padding: 14px 16px; }
.figures dt { color: var(--quiet); font-size: 0.8125rem; }
.figures dd { margin: 2px 0 0; font-size: 1.35rem; white-space: nowrap; font-weight: 600; letter-spacing: -0.01em; }
.figures dd small { display: block; white-space: normal; color: var(--quiet); font-size: 0.8125rem; font-weight: 400; letter-spacing: 0; }
dl { margin: 0; }
.scroll { overflow-x: auto; margin: 0 0 16px; }
table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; }
caption { text-align: left; padding-bottom: 6px; caption-side: top; }
th, td { text-align: left; padding: 7px 14px 7px 0; border-bottom: 1px solid var(--rule); vertical-align: top; overflow-wrap: anywhere; }
th { overflow-wrap: break-word; }
td:not(.number), th[scope="row"]:not(.number) { overflow-wrap: anywhere; min-width: 12ch; }
thead th { color: var(--quiet); font-weight: 500; font-size: 0.8125rem; }
tbody th { font-weight: 500; }
.number { text-align: right; white-space: nowrap; overflow-wrap: normal; }
th:last-child, td:last-child { padding-right: 0; }
figure { margin: 0 0 18px; }
figcaption { margin-top: 4px; max-width: 96ch; }
svg { display: block; width: 100%; height: auto; }
.small svg { max-width: 460px; }
.landscape { margin: 34px 0 0; }
.landscape > h3 { font-size: 1.125rem; }
:is(.scroll, summary):focus-visible { outline: 2px solid var(--line); outline-offset: 2px; }
/* What is wide in a part is scrolled there, and does not widen it. */
.pair { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(380px, 100%), 1fr)); gap: 22px 26px; }
.pair > * { min-width: 0; }
.diff {
  background: var(--panel); border-radius: 6px; padding: 12px 14px; margin: 8px 0 0; white-space: pre-wrap;
  overflow-wrap: anywhere; font: 0.9rem/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
}
ins { background: var(--added); color: var(--added-ink); text-decoration: none; border-radius: 3px; }
ins.beside { margin-left: 3px; }
del { background: var(--removed); color: var(--removed-ink); border-radius: 3px; }
.change { margin: 0 0 22px; }
.update { border-left: 3px solid var(--rule); padding: 0 0 0 16px; margin: 0 0 26px; }
.update.accepted { border-color: var(--accepted); }
.update.rejected { border-color: var(--rejected); }
.update p { margin: 0; max-width: none; }
.tag { font-size: 0.8125rem; font-weight: 600; margin-left: 8px; }
.accepted .tag { color: var(--accepted); }
.rejected .tag { color: var(--rejected); }
.unchanged .tag { color: var(--quiet); }
summary { cursor: pointer; color: var(--quiet); font-size: 0.875rem; }
footer { margin-top: 56px; padding-top: 14px; border-top: 1px solid var(--rule); }
@media (max-width: 640px) { main { padding: 24px 18px 48px; } .pair { grid-template-columns: minmax(0, 1fr); } table { font-size: 0.875rem; } .scroll svg { min-width: 560px; } caption { max-width: calc(100vw - 40px); } }
@media print {
  :root {
    color-scheme: light;
    --paper: #ffffff; --panel: #f6f7f9; --ink: #000000; --quiet: #444444; --rule: #cccccc; --line: #34506f;
    --accepted: #18794e; --rejected: #b3566b; --local: #9a5b00; --global: #2563b0;
    --added-ink: #0b5a36; --added: #dff4e8; --removed-ink: #93233b; --removed: #fbe4e8;
    --notice-ink: #6b4400; --notice: #fff3d6; --notice-rule: #e3b95b;
    --blue: #2563b0; --orange: #b26a00; --green: #18794e; --rose: #b3466b; --violet: #7a4fb5; --teal: #0b8391;
    --olive: #6f6a00; --grey: #5b6675;
  }
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  figure, table, .update, .change { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  ins { text-decoration: underline; }
}
`;
