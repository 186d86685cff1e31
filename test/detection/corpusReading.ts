import { fileURLToPath } from "node:url";
import type { FileFacts } from "../../src/detection/fileFacts.ts";
import { Grammars } from "../../src/detection/grammars.ts";
import { Linker } from "../../src/detection/linker.ts";
import { type PathAliases, readPathAliases } from "../../src/detection/pathAliases.ts";
import { readSource } from "../../src/detection/readSource.ts";
import { type CorpusText, PLACE } from "./corpusCase.ts";

export const grammarFolder = fileURLToPath(
  new URL("../../node_modules/@vscode/tree-sitter-wasm/wasm", import.meta.url),
);

let loaded: Promise<Grammars> | undefined;

/** One parser for all tests of a file. */
export function testGrammars(): Promise<Grammars> {
  loaded ??= Grammars.load(grammarFolder);
  return loaded;
}

/** A linker that was given the texts as files of one folder; cells of a notebook in their order. */
export function linked(grammars: Grammars, texts: readonly CorpusText[]): Linker {
  const linker = new Linker({ has: (uri) => texts.some(({ name }) => PLACE + name === uri) });
  const aliases: PathAliases[] = [];
  const notebooks = new Map<string, FileFacts[]>();
  for (const { name, cell, language, text } of texts) {
    const uri = PLACE + name;
    if (language === undefined) {
      const read = readPathAliases(uri, text);
      if (read !== undefined) aliases.push(read);
      continue;
    }
    const location = cell === undefined ? { uri } : { uri, cell };
    const facts = readSource(grammars, { location, language, text });
    if (cell === undefined) linker.put(uri, facts);
    else notebooks.set(uri, [...(notebooks.get(uri) ?? []), facts]);
  }
  for (const [uri, cells] of notebooks) linker.put(uri, cells);
  linker.setAliases(aliases);
  return linker;
}
