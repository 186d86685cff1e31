import { findSpans, type Span } from "./spans.ts";
import { commonWords } from "./vocabulary.ts";

export interface Token {
  readonly text: string;
  readonly stem: string;
  /** Offsets into the sentence's text. */
  readonly start: number;
  readonly end: number;
  /** Says nothing about a topic. */
  readonly common: boolean;
  readonly capitalised: boolean;
}

export interface Sentence {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Stems of the tokens that are not common. */
  readonly stems: ReadonlySet<string>;
  readonly spans: readonly Span[];
}

/** A piece of evidence: its sentences, and what it is about where the text says so. */
export interface Passage {
  readonly title: string | undefined;
  readonly sentences: readonly Sentence[];
}

const wordPattern = /[\p{L}\p{N}]+(?:['’.&-][\p{L}\p{N}]+)*/gu;
const abbreviation =
  /(?:\b(?:mr|mrs|ms|dr|st|jr|sr|vs|no|inc|ltd|co|corp|gen|col|lt|sgt|prof|rev|etc|ft|vol|approx|c)|\b\p{L}|\.\p{L})$/iu;

export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(wordPattern)) {
    const word = match[0];
    const start = match.index;
    tokens.push({ text: word, start, end: start + word.length, ...wordFacts(word) });
  }
  return tokens;
}

type WordFacts = Pick<Token, "stem" | "common" | "capitalised">;

/** The same words come again and again; knowing them makes reading several times faster. */
function wordFacts(word: string): WordFacts {
  const known = knownWords.get(word);
  if (known !== undefined) return known;
  const root = stem(word);
  const facts = {
    stem: root,
    common: commonWords.has(root) || commonWords.has(word.toLowerCase()),
    capitalised: /^\p{Lu}/u.test(word),
  };
  if (knownWords.size > 50_000) knownWords.clear();
  knownWords.set(word, facts);
  return facts;
}

const knownWords = new Map<string, WordFacts>();

/** Lower case without accents, possessive and the commonest endings; crude, but the same on both sides of a comparison. */
export function stem(word: string): string {
  const plain = word
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/['’]s?$/, "");
  if (plain.length < 5)
    return plain.length === 4 && plain.endsWith("s") && !plain.endsWith("ss") ? plain.slice(0, -1) : plain;
  return plain
    .replace(/ies$/, "y")
    .replace(/(?<=[sxz]|ch|sh)es$/, "")
    .replace(/(?<=[^su])s$/, "")
    .replace(/(?<=[a-z]{3})(?:ing|ed)$/, "");
}

export function analyseSentence(text: string): Sentence {
  return sentences.get(text, () => new AnalysedSentence(text));
}

/** Finds its spans when they are first asked for: most sentences of most passages are never asked. */
class AnalysedSentence implements Sentence {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly stems: ReadonlySet<string>;
  #spans: readonly Span[] | undefined;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokenise(text);
    this.stems = new Set(this.tokens.filter((token) => !token.common).map((token) => token.stem));
  }

  get spans(): readonly Span[] {
    this.#spans ??= findSpans(this.text, this.tokens);
    return this.#spans;
  }
}

/** Cuts a text into sentences; line ends always cut, abbreviations and initials never do. */
export function splitSentences(text: string): string[] {
  const found: string[] = [];
  for (const line of text.split(/\n+/)) {
    let start = 0;
    for (const match of line.matchAll(/[.!?]["”')\]]*\s+(?=["“'(]?[\p{Lu}\p{N}])/gu)) {
      if (line[match.index] === "." && abbreviation.test(line.slice(Math.max(0, match.index - 8), match.index)))
        continue;
      found.push(line.slice(start, match.index + match[0].length).trim());
      start = match.index + match[0].length;
    }
    found.push(line.slice(start).trim());
  }
  return found.filter((sentence) => sentence !== "");
}

/**
 * Reads a text as evidence. A line `Title | text` is a passage with a title; other lines are passages without one.
 * With `labels`, a line `entity: fact` is also read as a passage about that entity.
 */
export function readPassages(text: string, labels: boolean): Passage[] {
  return text
    .split(/\n+/)
    .map((line) => line.replace(/^\s*(?:[-*•]|\(?\d{1,2}[.)])\s+/, "").trim())
    .filter((line) => line !== "")
    .map((line) => passages.get(`${labels}${line}`, () => readPassage(line, labels)));
}

function readPassage(line: string, labels: boolean): Passage {
  const titled =
    /^(.{1,100}?) \| (.*)$/.exec(line) ?? (labels ? /^([^:]{1,60}(?:: [^:]{1,60})??): (.*)$/.exec(line) : null);
  const body = titled?.[2] ?? line;
  return { title: titled?.[1]?.trim(), sentences: splitSentences(body).map(analyseSentence) };
}

/** Remembers what was read lately: the same paragraphs come back in thousands of requests. */
class Recent<T> {
  readonly #entries = new Map<string, T>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string, make: () => T): T {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known;
    }
    const made = make();
    this.#entries.set(key, made);
    if (this.#entries.size > this.#capacity) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    return made;
  }
}

const sentences = new Recent<Sentence>(20_000);
const passages = new Recent<Passage>(8_000);
