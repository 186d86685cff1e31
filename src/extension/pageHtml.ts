/** What a page of the editor is made of. */
export interface PageParts {
  /** Address of its script, as the page sees it. */
  readonly script: string;
  /** Where the editor serves what belongs to the extension. */
  readonly source: string;
  /** Random, and another one each time. */
  readonly nonce: string;
  readonly title: string;
  readonly language: string;
}

/** A page that runs one script of the extension and loads nothing else. What it shows comes by messages. */
export function pageHtml({ script, source, nonce, title, language }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `img-src ${source} data:`,
    `font-src ${source}`,
    `style-src ${source} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'none'",
  ].join("; ");
  return [
    `<!doctype html><html lang="${escaped(language)}"><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`,
    // Scripts that add styles of their own look for it here.
    `<meta property="csp-nonce" content="${escaped(nonce)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title></head>`,
    `<body><main aria-busy="true"></main><script nonce="${escaped(nonce)}" type="module" src="${escaped(script)}"></script></body></html>`,
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
