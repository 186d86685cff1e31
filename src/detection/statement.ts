import type { Binding, Export, Site } from "./fileFacts.ts";

/** One statement of a text's outermost scope, while its tree is there. */
export interface Statement {
  readonly imports: readonly Binding[];
  /** Names that it binds in the outermost scope, imports aside. */
  readonly names: readonly string[];
  track(tracked: Tracked): TrackedStatement;
}

/** What a statement tells once it is known which names are tracked: only then are its sites told from other calls. */
export interface TrackedStatement {
  readonly sites: readonly Site[];
  readonly exports: readonly (readonly [string, Export])[];
  readonly stars: readonly string[];
  /** What one of the statement's names means. */
  binding(name: string): Binding | undefined;
}

/** Names that may lead to something that declares a definition: it admits too many, and the linker decides. */
export interface Tracked {
  /** Equal where the same names are tracked. */
  readonly key: string;
  /** Offsets in a stretch of code at which such names stand. */
  candidates(text: string): Iterable<number>;
  /** Whether a name of the outermost scope is tracked. */
  has(name: string): boolean;
  leads(binding: Binding): boolean;
}
