/** A notebook's cell of Python without the lines that only the notebook understands: `%pip install x`, `!ls`, `%%bash`. */
export function withoutMagics(text: string): string {
  if (/^\s*%%(?!time|capture|prun)/.test(text)) return text.replaceAll(/[^\r\n]/g, " ");
  return text.replaceAll(/^[ \t]*[%!?][^\r\n]*/gm, (line) => " ".repeat(line.length));
}
