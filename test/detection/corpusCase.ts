import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { SourceLanguage } from "../../src/detection/definition.ts";

/** A case of the corpus: sources, and what is found in them. */
export interface CorpusCase {
  /** What the case is about: its heading. */
  readonly title: string;
  readonly file: string;
  readonly texts: readonly CorpusText[];
  /** What is to be found, in words. */
  readonly found: string;
  /** The file without what is to be found. */
  readonly head: string;
}

export interface CorpusText {
  readonly name: string;
  /** Id of the cell, in notebooks. */
  readonly cell: string | undefined;
  readonly language: SourceLanguage | undefined;
  readonly text: string;
}

const folder = fileURLToPath(new URL("corpus/", import.meta.url));

const languages: Readonly<Record<string, SourceLanguage>> = {
  ts: "typescript",
  tsx: "typescriptreact",
  js: "javascript",
  jsx: "javascriptreact",
  py: "python",
};

/**
 * Cases are Markdown: a heading, sources as fenced code with their file's name (and `#cell` in notebooks), and a last
 * block, `found`. A source marked `crlf` has its lines ended so; `<U+FFFD>` and the like stand for characters that an
 * editor would not show, `<1000 x>` for a repeated one.
 */
export function corpusCases(): CorpusCase[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => parsed(`${folder}${name}`, readFileSync(`${folder}${name}`, "utf8")));
}

function parsed(file: string, text: string): CorpusCase {
  const [, title] = /^# (.*)$/m.exec(text) ?? [];
  if (title === undefined) throw new Error(`${file} has no heading`);
  const texts: CorpusText[] = [];
  let found = "";
  let head = text;
  for (const block of text.matchAll(/^(`{3,})([a-z]+)(?: (\S+?)(?:#(\S+))?)?( crlf)?\n([\s\S]*?)^\1$/gm)) {
    const [, , language = "", name, cell, crlf, content = ""] = block;
    if (language === "found") {
      found = content;
      head = text.slice(0, block.index);
    } else if (name !== undefined) {
      const plain = spelt(content);
      const written = crlf === undefined ? plain : plain.replaceAll("\n", "\r\n");
      texts.push({ name, cell, language: languages[language], text: written });
    }
  }
  return { title, file, texts, found, head };
}

function spelt(text: string): string {
  return text
    .replaceAll(/<U\+([0-9A-F]{4,6})>/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll(/<(\d+) (.)>/g, (_, count: string, character: string) => character.repeat(Number(count)));
}

export const PLACE = "file:///work/";
