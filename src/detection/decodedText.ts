/** As many bytes as the editor looks at before it calls a file binary. */
const LOOKED_AT = 512;

/**
 * The text of a file as the editor opens it: UTF-8, or UTF-16 where its first bytes say so; without that mark; bytes that
 * are no text replaced; lines that end in different ways made to end in one.
 * @returns undefined for a binary file
 */
export function decodedText(bytes: Uint8Array): string | undefined {
  const encoding = utf16Of(bytes);
  if (encoding === undefined && bytes.subarray(0, LOOKED_AT).includes(0)) return undefined;
  return withOneLineEnd(new TextDecoder(encoding ?? "utf-8").decode(bytes));
}

/** The encoding with two bytes per character that the mark at the beginning tells. */
export function utf16Of([first, second]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return undefined;
}

/** What the editor shows of a text whose lines end in several ways has the one that most of them end in. */
function withOneLineEnd(text: string): string {
  if (!text.includes("\r")) return text;
  let [both, all, returns] = [0, 0, 0];
  for (const [end] of text.matchAll(/\r\n|\r|\n/g)) {
    all++;
    if (end === "\r\n") both++;
    if (end !== "\n") returns++;
  }
  const end = returns > all / 2 ? "\r\n" : "\n";
  return both === (end === "\r\n" ? all : 0) && returns === both ? text : text.replaceAll(/\r\n|\r|\n/g, end);
}
