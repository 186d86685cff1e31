import type { Definition, DetectedFile } from "./definition.ts";
import type { FileFacts } from "./fileFacts.ts";
import type { PathAliases } from "./pathAliases.ts";

/** What the linker must know of the workspace besides the facts. */
export interface KnownFiles {
  /** Whether there is a file at the URI, read or not. */
  has(uri: string): boolean;
}

/**
 * Puts the facts of many files together: follows names through imports and re-exports to what they mean. Links again only
 * the files that a change can concern.
 */
export class Linker {
  constructor(files: KnownFiles) {
    void files;
  }

  /** Facts of a file, or of a notebook's code cells in their order. Also for a file that was created. */
  put(uri: string, facts: FileFacts | readonly FileFacts[]): void {
    void uri;
    void facts;
  }

  /** Forgets a file: it is gone, or holds nothing any more. Also for a file that came to be and was not read. */
  delete(uri: string): void {
    void uri;
  }

  /** `paths` of the tsconfig files in the workspace; those of the nearest folder above a file count for it. */
  setAliases(aliases: readonly PathAliases[]): void {
    void aliases;
  }

  /** All definitions as of now. A file whose definitions did not change is the same object as before. */
  files(): readonly DetectedFile[] {
    return [];
  }

  definitions(): readonly Definition[] {
    return this.files().flatMap(({ definitions }) => definitions);
  }

  /**
   * URIs of files that are there and were not put, though what was found leads into them: read them, put them, and ask
   * again until there are none.
   */
  missing(): readonly string[] {
    return [];
  }
}
