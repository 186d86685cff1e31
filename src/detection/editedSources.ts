import type { FileFacts } from "./fileFacts.ts";
import type { Grammars } from "./grammars.ts";
import { EditedSource, type SourceText } from "./readSource.ts";

/** How many texts keep their syntax tree, which takes some fifty bytes per character of text. */
const MOST_TEXTS = 32;
const MOST_CHARACTERS = 2_000_000;

interface Kept {
  readonly source: EditedSource;
  readonly language: string;
  characters: number;
}

/** Open texts, of which those read last are parsed only where they changed. All others begin anew when they are read. */
export class EditedSources {
  readonly #grammars: Grammars;
  /** Those read last are last. */
  readonly #kept = new Map<string, Kept>();

  constructor(grammars: Grammars) {
    this.#grammars = grammars;
  }

  get count(): number {
    return this.#kept.size;
  }

  read({ location, language, text }: SourceText): FileFacts {
    const key = `${location.uri}#${location.cell ?? ""}`;
    const before = this.#kept.get(key);
    if (before !== undefined && before.language !== language) before.source.dispose();
    const kept =
      before?.language === language
        ? before
        : { source: new EditedSource(this.#grammars, location, language), language, characters: 0 };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.characters = text.length;
    const facts = kept.source.read(text);
    this.#shrink();
    return facts;
  }

  /** Forgets a file, or all cells of a notebook. */
  forget(uri: string): void {
    for (const [key, { source }] of this.#kept) {
      if (!key.startsWith(`${uri}#`)) continue;
      source.dispose();
      this.#kept.delete(key);
    }
  }

  #shrink(): void {
    let characters = 0;
    for (const kept of this.#kept.values()) characters += kept.characters;
    for (const [key, kept] of this.#kept) {
      if (this.#kept.size <= MOST_TEXTS && characters <= MOST_CHARACTERS) return;
      kept.source.dispose();
      this.#kept.delete(key);
      characters -= kept.characters;
    }
  }
}
