import { basename } from "node:path/posix";
import { pMapIterable } from "p-map";
import { decodedText } from "./decodedText.ts";
import type { DetectedFile } from "./definition.ts";
import { EditedSources } from "./editedSources.ts";
import { noFacts } from "./fileFacts.ts";
import type { FolderReader } from "./folderReader.ts";
import type { Grammars } from "./grammars.ts";
import { Linker } from "./linker.ts";
import { mayHold } from "./mayHold.ts";
import { pathAliases } from "./pathAliases.ts";
import { readSource, type SourceText } from "./readSource.ts";
import { LARGEST_SOURCE, languageOf, largestBytes, sourcesIn } from "./sourceFile.ts";
import { folderOf } from "./uriPath.ts";
import { canDefine, type SearchedFolder, setsPaths, WorkspaceFiles } from "./workspaceFiles.ts";

/** A text that is open in the editor: a document, or the code cells of a notebook in their order. */
export interface OpenText {
  readonly uri: string;
  readonly sources: readonly SourceText[];
}

/** What a search of the workspace came upon. */
export interface Search {
  /** Files that definitions can stand in. */
  readonly files: number;
  /** Those of them that were parsed, for they may hold some. */
  readonly parsed: number;
  /** Files too large to be read. */
  readonly large: number;
  /** True where there are more files than are searched. */
  readonly isCut: boolean;
}

export interface SourceIndexOptions {
  readonly grammars: Grammars;
  /** Access to what lies at a URI. */
  readonly readerFor: (uri: string) => FolderReader;
  /** True where the disk does not tell names apart by case. */
  readonly ignoreCase?: boolean;
  /** Most files that are searched. */
  readonly mostFiles?: number;
  /** Lets others act; awaited again and again while a search goes on. */
  readonly pause?: () => Promise<void>;
}

const MOST_FILES = 100_000;
/** Bytes of a file that others inherit settings from. */
const LARGEST_SETTINGS = 1_000_000;
const READ_AT_ONCE = 8;
/** References lead from file to file; a chain longer than this is none that a person wrote. */
const LONGEST_CHAIN = 100;

/**
 * Knows the definitions in all files of a workspace and in open texts, which win over what is on the disk. It keeps what
 * files tell, never their text; only open texts keep a syntax tree.
 */
export class SourceIndex {
  readonly #options: SourceIndexOptions;
  readonly #linker = new Linker({ has: (uri) => this.#known.has(uri) || this.#open.has(uri) });
  readonly #edited: EditedSources;
  readonly #open = new Map<string, OpenText>();
  /** Files of the workspace that may say which modules names stand for. */
  readonly #pathFiles = new Set<string>();
  /** Their texts, and those that they inherit from, wherever these lie; undefined for what is not there. */
  readonly #pathTexts = new Map<string, string | undefined>();
  #hasNewPaths = false;
  /** Files that the rules of the workspace let search. */
  #known = new Set<string>();
  /** Those of them that the linker has the facts of. */
  readonly #parsed = new Set<string>();
  #folders: readonly WorkspaceFiles[] = [];
  #searched: readonly SearchedFolder[] = [];
  /** Changes on the disk are taken in one after the other. */
  #disk: Promise<unknown> = Promise.resolve();
  /** Number of the search that counts; earlier ones give up. */
  #search = 0;
  /** The end of that one, however it ends. */
  #latest: Promise<unknown> = Promise.resolve();
  #large = 0;

  constructor(options: SourceIndexOptions) {
    this.#options = options;
    this.#edited = new EditedSources(options.grammars);
  }

  /** Every file with definitions, and perhaps some without. What did not change is the same object as before. */
  get found(): readonly DetectedFile[] {
    return this.#linker.files();
  }

  /** Files that the index knows of, and how many it keeps facts and trees of. */
  get size(): { readonly files: number; readonly parsed: number; readonly trees: number } {
    return { files: this.#known.size, parsed: this.#parsed.size, trees: this.#edited.count };
  }

  /**
   * Searches folders, in the place of those searched before. A search that is under way gives up, and is over when the one
   * in its place is: whoever waits for it wants everything found.
   * @param options.anew false to read only files that were not known
   * @param options.onProgress called with the number of files so far
   * @returns undefined when a later search took its place
   */
  async search(
    folders: readonly SearchedFolder[],
    { anew = false, onProgress }: { readonly anew?: boolean; readonly onProgress?: (files: number) => void } = {},
  ): Promise<Search | undefined> {
    this.#search++;
    const search = this.#search;
    this.#searched = folders;
    const done = this.#afterwards(() => this.#searchNow(search, anew, onProgress));
    this.#latest = done.catch(() => undefined);
    const found = await done;
    for (let latest: unknown; found === undefined && latest !== this.#latest; ) {
      latest = this.#latest;
      await latest;
    }
    return found;
  }

  /** Takes the text of a document or notebook as the editor has it now. */
  open(text: OpenText): void {
    this.#open.set(text.uri, text);
    this.#takeOpen(text);
  }

  /** The editor closed a document or notebook: what is on the disk counts again. */
  async close(uri: string): Promise<void> {
    this.#open.delete(uri);
    this.#edited.forget(uri);
    if (!this.#known.has(uri)) this.#forget(uri);
    else await this.#readFile(uri);
  }

  /** Files or folders came to be, or changed, or vanished. */
  async changed({ written, gone }: { readonly written: readonly string[]; readonly gone: readonly string[] }) {
    if (await this.#hasMoved(written)) await this.search(this.#searched, { anew: true });
    else if ([...written, ...gone].some(changesRules)) await this.search(this.#searched);
    await this.#afterwards(async () => {
      this.#forgetInherited([...written, ...gone]);
      this.#forgetAll(new Set(gone));
      for (const uri of written) {
        for (const folder of this.#folders) await this.#readAll(this.#withinBounds(folder.at(uri)));
      }
    });
  }

  /** Reads files that others refer to. Afterwards `found` is complete as far as files are known. */
  async complete(): Promise<void> {
    if (this.#hasNewPaths) await this.#settlePaths();
    this.#hasNewPaths = false;
    for (let length = 0; length < LONGEST_CHAIN; length++) {
      const missing = this.#linker.missing();
      if (missing.length === 0) return;
      for (const uri of missing) {
        const open = this.#open.get(uri);
        this.#parsed.add(uri);
        if (open === undefined) await this.#readFile(uri);
        else this.#takeOpen(open);
      }
    }
  }

  #afterwards<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#disk.then(act);
    // Whoever asked is told of a failure; those who come later do not wait in vain.
    this.#disk = done.catch(() => undefined);
    return done;
  }

  async #searchNow(search: number, anew: boolean, onProgress?: (files: number) => void): Promise<Search | undefined> {
    const { readerFor, ignoreCase = false, mostFiles = MOST_FILES, pause = noPause } = this.#options;
    const others = this.#searched.map(({ uri }) => uri);
    this.#folders = this.#searched.map(
      (folder) => new WorkspaceFiles(folder, readerFor(folder.uri), { others, ignoreCase }),
    );
    const known = anew ? new Set<string>() : this.#known;
    const files = new Set<string>();
    this.#large = 0;
    this.#forgetInherited();
    let isCut = false;
    const fresh = async function* (folder: WorkspaceFiles): AsyncGenerator<string> {
      for await (const uri of folder.at()) {
        if (files.size >= mostFiles) {
          isCut = true;
          return;
        }
        await pause();
        if (files.has(uri)) continue;
        files.add(uri);
        if (!known.has(uri)) yield uri;
      }
    };
    for (const folder of this.#folders) {
      const isCurrent = await this.#readAll(fresh(folder), () => {
        onProgress?.(files.size);
        return search === this.#search;
      });
      if (!isCurrent) return undefined;
    }
    this.#forgetAll(new Set([...this.#known].filter((uri) => !files.has(uri))));
    await this.complete();
    return { files: files.size, parsed: this.#parsed.size, large: this.#large, isCut };
  }

  /**
   * True where something was written in a folder that is not there: when folders move, the editor's watcher on Linux goes
   * on to name what happens in them by the place where they were.
   */
  async #hasMoved(written: readonly string[]): Promise<boolean> {
    const sources = new Map(
      written.flatMap((uri) => (canDefine(basename(uri)) ? [[folderOf(uri), uri] as const] : [])),
    );
    for (const [folder, uri] of sources) {
      if ((await this.#options.readerFor(folder).kindOf(folder)) !== undefined) continue;
      for (const files of this.#folders) if (await files.admits(uri)) return true;
    }
    return false;
  }

  async *#withinBounds(uris: AsyncIterable<string>): AsyncGenerator<string> {
    const { mostFiles = MOST_FILES } = this.#options;
    for await (const uri of uris) if (this.#known.size < mostFiles || this.#known.has(uri)) yield uri;
  }

  /** @returns false where it gave up, because it should not go on */
  async #readAll(uris: AsyncIterable<string>, goesOn: () => boolean = () => true): Promise<boolean> {
    const read = async (uri: string) => ({ uri, bytes: await this.#bytesOf(uri) });
    const { pause = noPause } = this.#options;
    for await (const { uri, bytes } of pMapIterable(uris, read, { concurrency: READ_AT_ONCE })) {
      this.#known.add(uri);
      this.#take(uri, bytes);
      await pause();
      if (!goesOn()) return false;
    }
    return true;
  }

  async #readFile(uri: string): Promise<void> {
    this.#take(uri, await this.#bytesOf(uri));
  }

  async #bytesOf(uri: string): Promise<Uint8Array | "large" | undefined> {
    return this.#open.has(uri) ? undefined : this.#options.readerFor(uri).read(uri, largestBytes(uri));
  }

  #take(uri: string, bytes: Uint8Array | "large" | undefined): void {
    if (this.#open.has(uri)) return;
    if (setsPaths(basename(uri))) this.#takePaths(uri, bytes);
    else this.#takeSource(uri, bytes);
  }

  #takeSource(uri: string, bytes: Uint8Array | "large" | undefined): void {
    if (bytes === "large") this.#large++;
    // What others refer to stays read, whatever it holds.
    const all = this.#parsed.has(uri);
    const sources = typeof bytes === "object" ? sourcesIn(uri, bytes, { all }) : all ? [] : undefined;
    if (sources === undefined) this.#linker.delete(uri);
    else this.#put(uri, sources, (source) => readSource(this.#options.grammars, source));
  }

  #takeOpen({ uri, sources }: OpenText): void {
    const worth = sources.some(({ text, language }) => text.length <= LARGEST_SOURCE && mayHold(text, language));
    if (worth || this.#parsed.has(uri)) this.#put(uri, sources, (source) => this.#edited.read(source));
    else this.#linker.delete(uri);
  }

  #put(uri: string, sources: readonly SourceText[], read: (source: SourceText) => ReturnType<typeof readSource>): void {
    const facts = sources.filter(({ text }) => text.length <= LARGEST_SOURCE).map(read);
    const isFile = sources.every(({ location }) => location.cell === undefined);
    const [first = noFacts({ uri }, languageOf(uri) ?? "typescript")] = facts;
    this.#linker.put(uri, isFile ? first : facts);
    this.#parsed.add(uri);
  }

  #takePaths(uri: string, bytes: Uint8Array | "large" | undefined): void {
    const text = typeof bytes === "object" ? decodedText(bytes) : undefined;
    if (text === undefined && !this.#pathFiles.has(uri)) return;
    if (text === undefined) this.#pathFiles.delete(uri);
    else this.#pathFiles.add(uri);
    this.#pathTexts.set(uri, text);
    this.#hasNewPaths = true;
  }

  /** Reads what the files inherit from, until nothing more is asked for. */
  async #settlePaths(): Promise<void> {
    for (;;) {
      const unread = new Set<string>();
      const aliases = pathAliases(this.#pathFiles, (uri) => {
        if (!this.#pathTexts.has(uri)) unread.add(uri);
        return this.#pathTexts.get(uri);
      });
      if (unread.size === 0) {
        this.#linker.setAliases(aliases);
        return;
      }
      for (const uri of unread) {
        const bytes = await this.#options.readerFor(uri).read(uri, LARGEST_SETTINGS);
        this.#pathTexts.set(uri, typeof bytes === "object" ? decodedText(bytes) : undefined);
      }
    }
  }

  /**
   * What others inherit from is read again where it was asked for: all of it with a search, because packages come and go
   * unnoticed.
   */
  #forgetInherited(changed: Iterable<string> = [...this.#pathTexts.keys()]): void {
    for (const uri of changed) {
      if (this.#pathFiles.has(uri) || !this.#pathTexts.delete(uri)) continue;
      this.#hasNewPaths = true;
    }
  }

  /** Forgets files, and all files in folders. */
  #forgetAll(gone: ReadonlySet<string>): void {
    const folders = new Set([...gone].filter((uri) => !this.#known.has(uri)));
    const below = [...(folders.size === 0 ? [] : this.#known)].filter((uri) => {
      for (let above = folderOf(uri); above.length > 1 && above !== folderOf(above); above = folderOf(above)) {
        if (folders.has(above)) return true;
      }
      return false;
    });
    for (const uri of [...gone, ...below]) {
      this.#known.delete(uri);
      // A deleted file that is open still stands in the editor.
      if (!this.#open.has(uri)) this.#forget(uri);
    }
  }

  #forget(uri: string): void {
    if (setsPaths(basename(uri))) this.#takePaths(uri, undefined);
    this.#parsed.delete(uri);
    this.#linker.delete(uri);
  }
}

async function noPause(): Promise<void> {}

/** True for files by whose content others are searched or not. */
function changesRules(uri: string): boolean {
  return uri.endsWith("/.gitignore") || uri.endsWith("/.git/info/exclude");
}
