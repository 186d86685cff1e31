import { CharacterClass, characterClasses, lowerCase } from "./characterClass.ts";
import { extendHash, hashSeed, WordClass, wordClasses } from "./wordClass.ts";

/** Code units beyond which words are counted but no longer looked at; keeps a long document from costing seconds. */
export const readLimit = 6000;

/** One reading of a text, from which all lexical features are computed. Counts are of the whole text. */
export interface TextShape {
  readonly text: string;
  /** Hashes of the lower-cased words within `readLimit`, in order. */
  readonly words: readonly number[];
  /** Class mask of each of `words` (see `WordClass`). */
  readonly masks: readonly number[];
  /** Line of each of `words`, counting from 0. */
  readonly wordLines: readonly number[];
  /** How often each word occurs that is no function word, within `readLimit`. */
  readonly content: ReadonlyMap<number, number>;
  readonly vocabulary: ReadonlySet<number>;
  /** Two neighbouring words, hashed together. */
  readonly bigrams: ReadonlySet<number>;
  readonly numbers: ReadonlySet<number>;
  /** Runs of capitalised words, likely names: first and last index into `words`. */
  readonly spans: readonly (readonly [first: number, last: number])[];
  readonly wordCount: number;
  readonly sentences: number;
  /** Lines that are not blank. */
  readonly lines: number;
  readonly letters: number;
  readonly upperCase: number;
  readonly digits: number;
  readonly punctuation: number;
  readonly capitalisedWords: number;
  readonly nonAscii: number;
  /** Of the punctuation that tells formats apart, by character. */
  readonly commas: number;
  readonly quotes: number;
  readonly brackets: number;
  readonly colons: number;
  readonly questionMarks: number;
}

export function pairHash(first: number, second: number): number {
  return Math.imul(first ^ Math.imul(second, 0x9e3779b1), 0x85ebca6b) ^ (second >>> 15);
}

export function textShape(text: string): TextShape {
  const reader = new TextReader(text);
  reader.read();
  return reader;
}

const code = {
  tab: 9,
  newline: 10,
  space: 32,
  apostrophe: 39,
  comma: 44,
  period: 46,
  curlyApostrophe: 0x2019,
} as const;

/** The single pass over a text; what it has gathered at the end is the shape. */
class TextReader implements TextShape {
  readonly text: string;
  readonly words: number[] = [];
  readonly masks: number[] = [];
  readonly wordLines: number[] = [];
  readonly content = new Map<number, number>();
  readonly vocabulary = new Set<number>();
  readonly bigrams = new Set<number>();
  readonly numbers = new Set<number>();
  readonly spans: [number, number][] = [];
  wordCount = 0;
  sentences = 0;
  lines = 0;
  letters = 0;
  upperCase = 0;
  digits = 0;
  punctuation = 0;
  capitalisedWords = 0;
  nonAscii = 0;
  commas = 0;
  quotes = 0;
  brackets = 0;
  colons = 0;
  questionMarks = 0;
  /** Whether the next capitalised word continues the last span: nothing but one space stood between. */
  #joins = false;
  #line = 0;
  #lineHasText = false;
  #sentenceHasText = false;

  constructor(text: string) {
    this.text = text;
  }

  read(): void {
    const text = this.text;
    let position = 0;
    while (position < text.length) {
      const unit = text.charCodeAt(position);
      const kind = characterClasses[unit];
      if (kind === CharacterClass.other) {
        this.#readOther(text, position, unit);
        position++;
      } else {
        position = this.#readWord(text, position);
        this.#lineHasText = true;
        this.#sentenceHasText = true;
      }
    }
    if (this.#lineHasText) this.lines++;
    if (this.#sentenceHasText) this.sentences++;
  }

  /** Reads the word that starts at `start` and returns the position after it. */
  #readWord(text: string, start: number): number {
    const startKind = characterClasses[text.charCodeAt(start)] as number;
    let hash = hashSeed;
    let position = start;
    let digits = 0;
    let length = 0;
    for (; position < text.length; position++) {
      const unit = text.charCodeAt(position);
      const kind = characterClasses[unit];
      if (kind === CharacterClass.other) {
        const next = characterClasses[text.charCodeAt(position + 1)];
        const previous = characterClasses[text.charCodeAt(position - 1)];
        const inWord =
          ((unit === code.apostrophe || unit === code.curlyApostrophe) &&
            next === CharacterClass.letter &&
            previous === CharacterClass.letter) ||
          ((unit === code.period || unit === code.comma) &&
            next === CharacterClass.digit &&
            previous === CharacterClass.digit);
        if (!inWord) break;
        continue;
      }
      if (kind === CharacterClass.singleWord && length > 0) break;
      const lower = lowerCase[unit] as number;
      hash = extendHash(hash, lower);
      length++;
      if (kind === CharacterClass.digit) digits++;
      else this.letters++;
      if (lower !== unit) this.upperCase++;
      if (unit > 127) this.nonAscii++;
      if (startKind === CharacterClass.singleWord) {
        position++;
        break;
      }
    }
    this.digits += digits;
    this.wordCount++;
    const first = text.charCodeAt(start);
    const capitalised = lowerCase[first] !== first;
    if (capitalised) this.capitalisedWords++;
    if (start < readLimit) this.#keepWord(hash, capitalised, digits > 0);
    this.#joins = true;
    return position;
  }

  #keepWord(hash: number, capitalised: boolean, numeric: boolean): void {
    const index = this.words.length;
    const mask = wordClasses(hash);
    const last = this.spans[this.spans.length - 1];
    if (capitalised && this.#joins && last?.[1] === index - 1) last[1] = index;
    else if (capitalised && (mask & WordClass.function) === 0) this.spans.push([index, index]);
    const previous = this.words[index - 1];
    if (previous !== undefined) this.bigrams.add(pairHash(previous, hash));
    this.words.push(hash);
    this.masks.push(mask);
    this.wordLines.push(this.#line);
    this.vocabulary.add(hash);
    if (numeric) this.numbers.add(hash);
    if ((mask & WordClass.function) === 0) this.content.set(hash, (this.content.get(hash) ?? 0) + 1);
  }

  #readOther(text: string, position: number, unit: number): void {
    if (unit === code.space) return;
    this.#joins = false;
    if (unit === code.newline) {
      if (this.#lineHasText) this.lines++;
      this.#lineHasText = false;
      this.#line++;
      return;
    }
    if (unit === code.tab || unit === 13 || unit === 0xa0) return;
    this.#lineHasText = true;
    this.punctuation++;
    if (unit > 127) this.nonAscii++;
    const character = text[position] as string;
    if (character === ",") this.commas++;
    else if (character === ":") this.colons++;
    else if (`"“”«»\``.includes(character)) this.quotes++;
    else if ("()[]{}".includes(character)) this.brackets++;
    else if (character === "?") this.questionMarks++;
    if (this.#sentenceHasText && ".!?。！？".includes(character) && !/[^\s"”')\]]/.test(text[position + 1] ?? " ")) {
      this.sentences++;
      this.#sentenceHasText = false;
    }
  }
}
