import { fileURLToPath } from "node:url";
import type { SourceLanguage } from "../../src/detection/definition.ts";
import type { FileFacts } from "../../src/detection/fileFacts.ts";
import { Grammars } from "../../src/detection/grammars.ts";
import { Linker } from "../../src/detection/linker.ts";
import { pathAliases } from "../../src/detection/pathAliases.ts";
import { readSource } from "../../src/detection/readSource.ts";
import { setsPaths } from "../../src/detection/workspaceFiles.ts";
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

/** Cases are linked many times with one text changed; the others are read once. */
const knownFacts = new WeakMap<CorpusText, FileFacts>();

function factsOf(grammars: Grammars, text: CorpusText, language: SourceLanguage): FileFacts {
  const uri = PLACE + text.name;
  const location = text.cell === undefined ? { uri } : { uri, cell: text.cell };
  const facts = knownFacts.get(text) ?? readSource(grammars, { location, language, text: text.text });
  knownFacts.set(text, facts);
  return facts;
}

/** A linker that was given the texts as files of one folder; cells of a notebook in their order. */
export function linked(grammars: Grammars, texts: readonly CorpusText[]): Linker {
  const linker = new Linker({ has: (uri) => texts.some(({ name }) => PLACE + name === uri) });
  const notebooks = new Map<string, FileFacts[]>();
  for (const text of texts) {
    const { name, cell, language } = text;
    const uri = PLACE + name;
    if (language === undefined) continue;
    const facts = factsOf(grammars, text, language);
    if (cell === undefined) linker.put(uri, facts);
    else notebooks.set(uri, [...(notebooks.get(uri) ?? []), facts]);
  }
  for (const [uri, cells] of notebooks) linker.put(uri, cells);
  const others = new Map(texts.flatMap(({ name, language, text }) => (language ? [] : [[PLACE + name, text]])));
  const settings = [...others.keys()].filter((uri) => setsPaths(uri.slice(uri.lastIndexOf("/") + 1)));
  const own = settings.filter((uri) => !uri.includes("/node_modules/"));
  linker.setAliases(pathAliases(own, (uri) => others.get(uri)));
  return linker;
}
