/**
 * The text of a docstring as Python's `inspect.cleandoc` gives it: without the indentation of the code around it and
 * without empty lines at both ends.
 * @param text what the literal evaluates to
 */
export function cleanDocstring(text: string): string {
  const [first = "", ...rest] = expandTabs(text).split("\n");
  const margin = Math.min(...rest.filter(hasContent).map(indentationOf));
  const lines = [first.trimStart(), ...rest.map((line) => (margin === Infinity ? line : line.slice(margin)))];
  while (lines.length > 0 && lines.at(-1) === "") lines.pop();
  while (lines.length > 0 && lines[0] === "") lines.shift();
  return lines.join("\n");
}

/** How an author sets a docstring between its quotes. */
export interface DocstringLayout {
  /** Whitespace before the lines after the first. */
  readonly indentation: string;
  /** The text begins on the line after the opening quotes. */
  readonly opensLine: boolean;
  /** The closing quotes have a line of their own. */
  readonly closesLine: boolean;
}

/**
 * @param written the text between the quotes, its lines ended by line feeds
 * @param indentation of the line that the literal begins on
 */
export function docstringLayout(written: string, indentation: string): DocstringLayout {
  const [, ...rest] = written.split("\n");
  const margins = rest.filter(hasContent).map((line) => line.slice(0, indentationOf(line)));
  const least = margins.sort((a, b) => a.length - b.length)[0];
  return {
    indentation: least ?? indentation,
    opensLine: /^[ \t]*\n/.test(written),
    // A docstring that grows beyond one line gets its closing quotes on their own, as PEP 257 has it.
    closesLine: rest.length === 0 || /\n[ \t]*$/.test(written),
  };
}

/**
 * What the literal must evaluate to for `cleanDocstring` to give `text`; undefined where no literal does. Python refuses
 * classes whose documentation holds half a surrogate pair.
 */
export function docstringFor(text: string, layout: DocstringLayout): string | undefined {
  if (/[\ud800-\udfff]/u.test(text)) return undefined;
  const candidates = [laidOut(text, layout), laidOut(text, { ...layout, opensLine: true, closesLine: true })];
  return candidates.find((candidate) => cleanDocstring(candidate) === text);
}

function laidOut(text: string, { indentation, opensLine, closesLine }: DocstringLayout): string {
  const lines = text.split("\n");
  const set = lines.map((line, index) => (line === "" || (index === 0 && !opensLine) ? line : indentation + line));
  const closed = closesLine && (opensLine || lines.length > 1) ? `\n${indentation}` : "";
  return (opensLine ? "\n" : "") + set.join("\n") + closed;
}

function hasContent(line: string): boolean {
  return line.trim() !== "";
}

function indentationOf(line: string): number {
  return line.length - line.trimStart().length;
}

const TAB_WIDTH = 8;

function expandTabs(text: string): string {
  if (!text.includes("\t")) return text;
  let column = 0;
  let result = "";
  for (const character of text) {
    const width = TAB_WIDTH - (column % TAB_WIDTH);
    result += character === "\t" ? " ".repeat(width) : character;
    column = character === "\n" || character === "\r" ? 0 : column + (character === "\t" ? width : 1);
  }
  return result;
}

/**
 * True where the literal that begins at `from` plainly is a docstring: the first statement below the line that opens a
 * class or a function.
 * @param text the whole source
 */
export function isDocstring(text: string, from: number): boolean {
  const lines = text.slice(0, from).split(/\r?\n/);
  if (lines.pop()?.trim() !== "") return false;
  const above = lines.findLast((line) => hasContent(line) && !/^\s*#/.test(line));
  return above !== undefined && /^\s*(?:class|def|async\s+def)\b.*:\s*(?:#.*)?$/.test(above);
}
