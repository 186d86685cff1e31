import type { Binding, Export, Site } from "./fileFacts.ts";

/** One statement of a text's outermost scope, while its tree is there. */
export interface Statement {
  readonly imports: readonly Binding[];
  /** Names that it binds in the outermost scope, imports aside. */
  readonly names: readonly string[];
  /** What one of `names` means. After `sites`, so that calls in it are known for what they are. */
  binding(name: string): Binding | undefined;
  sites(tracked: Tracked): Site[];
  /** After `sites`. */
  exported(): Exported;
}

export interface Exported {
  readonly exports: readonly (readonly [string, Export])[];
  readonly stars: readonly string[];
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
