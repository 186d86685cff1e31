let adopted = false;

/** The page's own rules, beside those that all pages share. */
export function landscapeSheet(): void {
  if (adopted) return;
  adopted = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets.push(sheet);
}

const rules = `
.landscape-page .choices { margin-bottom: 8px; gap: 6px 20px; }
.landscape-page .named { min-width: 0; flex-wrap: nowrap; }
.landscape-page .facts { margin-bottom: 12px; }
.landscape-page .candidateText { margin-bottom: 20px; min-width: 0; }
.landscape-page .candidateText > .quiet { min-height: 1.45em; }
.landscape-page pre.candidate {
  margin-top: 4px; padding: 6px 8px; white-space: pre-wrap; overflow-wrap: anywhere; height: 10em; resize: vertical; overflow-y: auto;
  font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size, 12px);
  background: var(--vscode-textCodeBlock-background, transparent); border: 1px solid var(--rule); border-radius: 2px;
}
.landscape-page pre.candidate:focus-visible { outline: 2px solid var(--vscode-focusBorder); outline-offset: -1px; }
`;
