const adopted = new Set<string>();

/** Adds a page's own rules to those that all pages share; once, however often the page is made. */
export function adoptRules(rules: string): void {
  if (adopted.has(rules)) return;
  adopted.add(rules);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets.push(sheet);
}
