/**
 * Where the values of a JSON text stand: line numbers from 1, by path ("prices/openai:gpt-4o-mini/asOf"; "" for the whole).
 * @param text JSON that can be parsed
 */
export function jsonLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\n/g;
  const open: { readonly path: string; index: number; key: string | undefined }[] = [];
  let line = 1;
  let pending: string | undefined;
  const place = (): string => {
    const top = open.at(-1);
    return top === undefined ? "" : joined(top.path, top.key ?? String(top.index));
  };
  for (const [token] of text.matchAll(tokens)) {
    const top = open.at(-1);
    if (token === "\n") line += 1;
    else if (token === ":" && top !== undefined) {
      top.key = pending;
      lines.set(place(), line);
    } else if (token === "," && top !== undefined) {
      top.index += 1;
      top.key = undefined;
    } else if (token === "}" || token === "]") open.pop();
    else {
      const path = place();
      if (!lines.has(path)) lines.set(path, line);
      if (token === "{" || token === "[") open.push({ path, index: 0, key: undefined });
      else pending = token.startsWith('"') ? String(JSON.parse(token)) : undefined;
    }
  }
  return lines;
}

/** The path of a value within another. */
export function joined(path: string, key: string): string {
  return path === "" ? key : `${path}/${key}`;
}

/** Line, from 1, of a place in a text. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}
