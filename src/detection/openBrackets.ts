import type { SourceLanguage } from "./definition.ts";

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Comments, strings as far as they are on one line, the beginning of templates, and brackets. */
const scriptToken = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(["'])(?:\\[\s\S]|(?!\1)[^\\\n])*(?:\1|(?=\n)|$)|`|[()[\]{}]/g;
const pythonToken =
  /#[^\n]*|("""|''')(?:\\[\s\S]|(?!\1)[^\\])*(?:\1|$)|(["'])(?:\\[\s\S]|(?!\2)[^\\\n])*(?:\2|(?=\n)|$)|[()[\]{}]/g;
const templateToken = /\\[\s\S]|`|\$\{/g;

/** Goes through code that need not be whole, and knows what is open where it stands. */
export class OpenBrackets {
  readonly #text: string;
  readonly #token: RegExp;
  /** What would close what is open, innermost last. */
  readonly #open: string[] = [];
  /** End of what was gone through. */
  #at: number;
  /** What would close the last token, where it is a string or comment that is not closed. */
  #unclosed = "";

  constructor(text: string, from: number, language: SourceLanguage) {
    this.#text = text;
    this.#at = from;
    this.#token = language === "python" ? pythonToken : scriptToken;
  }

  /**
   * Goes on to an offset, or to the end of the text or comment that the offset lies in.
   * @returns true where it lies in one
   */
  isTextAt(offset: number): boolean {
    while (this.#at < offset && this.#step(offset));
    return this.#at > offset || this.#open.at(-1) === "`";
  }

  /** What must follow the text so that nothing in it is open. */
  missingEnd(): string {
    while (this.#step(Infinity));
    return this.#unclosed + this.#open.toReversed().join("");
  }

  /** Passes one token that begins before `limit`. @returns false where there is none */
  #step(limit: number): boolean {
    const inTemplate = this.#open.at(-1) === "`";
    const token = inTemplate ? templateToken : this.#token;
    token.lastIndex = this.#at;
    const found = token.exec(this.#text);
    if (found === null || found.index >= limit) {
      this.#at = Math.min(limit, this.#text.length);
      return false;
    }
    this.#at = found.index + found[0].length;
    if (inTemplate) this.#templateToken(found[0]);
    else this.#codeToken(found[0], found[1] ?? found[2]);
    return true;
  }

  #templateToken(written: string): void {
    if (written === "`") this.#open.pop();
    else if (written === "${") this.#open.push("}");
  }

  #codeToken(written: string, quote: string | undefined): void {
    const isWhole = quote !== undefined && written.length >= 2 * quote.length && written.endsWith(quote);
    const isLast = this.#at === this.#text.length;
    if (quote !== undefined) this.#unclosed = isLast && !isWhole ? quote : "";
    else if (written.startsWith("/*")) this.#unclosed = isLast && !/^\/\*[\s\S]*\*\/$/.test(written) ? "*/" : "";
    else if (written === "`") this.#open.push("`");
    else if (written in closing) this.#open.push(closing[written] ?? "");
    else if (this.#open.includes(written)) while (this.#open.pop() !== written);
  }
}

/** What must follow a stretch of unfinished code so that everything opened in it is closed; "" where nothing is open. */
export function missingEnd(text: string, language: SourceLanguage): string {
  return new OpenBrackets(text, 0, language).missingEnd();
}
