import type { SourceLanguage } from "./definition.ts";

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * What must follow a stretch of unfinished code so that everything opened in it is closed: brackets, and a string or
 * template that is open at its end. "" where nothing is open.
 */
export function missingEnd(text: string, language: SourceLanguage): string {
  return language === "python" ? ends(text, pythonToken) : ends(text, scriptToken);
}

/** Comments, strings as far as they are on one line, templates without what is put in, and brackets. */
const scriptToken =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(["'])(?:\\[\s\S]|(?!\1)[^\\\n])*(?:\1|(?=\n)|$)|`|[()[\]{}]|\$\{/g;
const pythonToken =
  /#[^\n]*|("""|''')(?:\\[\s\S]|(?!\1)[^\\])*(?:\1|$)|(["'])(?:\\[\s\S]|(?!\2)[^\\\n])*(?:\2|(?=\n)|$)|[()[\]{}]/g;

function ends(text: string, token: RegExp): string {
  const open: string[] = [];
  let unclosed = "";
  token.lastIndex = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [written, first, second] = found;
    const quote = first ?? second;
    const end = token.lastIndex;
    if (quote !== undefined) {
      const whole = written.length >= 2 * quote.length && written.endsWith(quote);
      if (end === text.length && !whole) unclosed = quote;
    } else if (written.startsWith("/*") && end === text.length && !written.endsWith("*/")) unclosed = "*/";
    else if (written === "`") {
      token.lastIndex = afterTemplateText(text, end, open);
    } else if (written in closing) open.push(closing[written] ?? "");
    else if (written === "${") open.push("}");
    else if (open.includes(written)) {
      while (open.at(-1) !== written) open.pop();
      open.pop();
      // The end of what is put into a template: its text goes on.
      if (open.at(-1) === "`") token.lastIndex = afterTemplateText(text, end, open, true);
    }
    if (token.lastIndex === end && written === "") token.lastIndex++;
  }
  return unclosed + open.reverse().join("");
}

/** Passes over the text of a template from `at`, up to its end or to something put in, which it leaves open. */
function afterTemplateText(text: string, at: number, open: string[], within = false): number {
  if (!within) open.push("`");
  for (let index = at; index < text.length; index++) {
    if (text[index] === "\\") index++;
    else if (text[index] === "`") {
      open.pop();
      return index + 1;
    } else if (text.startsWith("${", index)) {
      open.push("}");
      return index + 2;
    }
  }
  return text.length;
}
