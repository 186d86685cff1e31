import { pMapIterable } from "p-map";
import { decodedText } from "./decodedText.ts";
import { type Excludes, type ExclusionSetting, excludes } from "./exclusion.ts";
import type { FolderEntry, FolderReader } from "./folderReader.ts";
import { type IgnoreRules, isIgnored, withIgnoreFile } from "./ignoreFile.ts";
import { pathBelow, uriBelow } from "./uriPath.ts";

/** A folder of the workspace, and what the user's settings leave out of it. */
export interface SearchedFolder {
  readonly uri: string;
  /** Of equal patterns the last setting's counts. */
  readonly exclusions: readonly ExclusionSetting[];
  /** True where `.gitignore` files count. */
  readonly ignoreFiles: boolean;
}

/** What definitions can stand in. */
const source = /\.(?:[mc]?[jt]s|[jt]sx|py|optnb|ipynb)$/i;
const pathSettings = /^(?:ts|js)config(?:\.[\w-]+)*\.json$/;
/** Declares what is defined elsewhere. */
const declarations = /\.d\.(?:[^.]+\.)?[mc]?ts$/i;
/** Packages and history: nobody's own source. */
const neverSearched: ReadonlySet<string> = new Set(["node_modules", ".git"]);
const LARGEST_IGNORE_FILE = 1_000_000;
/** Where the workspace is far away, most of the time is spent waiting. */
const LISTED_AT_ONCE = 8;

/** Where the folders of the workspace are said to lie, and where they really do. */
interface Roots {
  readonly own: string | undefined;
  readonly all: readonly string[];
}

/** True for the name of a file that definitions can stand in. */
export function canDefine(name: string): boolean {
  return source.test(name) && !declarations.test(name);
}

/** True for the name of a file that may say which modules names stand for. */
export function setsPaths(name: string): boolean {
  return pathSettings.test(name);
}

/** The files of one workspace folder that `canDefine` and `setsPaths` name, by one set of rules for all and for single ones. */
export class WorkspaceFiles {
  readonly #folder: SearchedFolder;
  readonly #reader: FolderReader;
  readonly #others: ReadonlySet<string>;
  readonly #ignoreCase: boolean;
  readonly #excludes: Excludes;
  readonly #asksSiblings: boolean;
  /** Rules in folders that are searched, by their path. */
  readonly #rules = new Map<string, IgnoreRules | undefined>();
  readonly #roots = once(() => this.#findRoots());

  /**
   * @param options.others URIs of the workspace's other folders, which are searched by their own rules
   * @param options.ignoreCase true where the disk does not tell names apart by case
   */
  constructor(
    folder: SearchedFolder,
    reader: FolderReader,
    { others = [], ignoreCase = false }: { readonly others?: readonly string[]; readonly ignoreCase?: boolean } = {},
  ) {
    this.#folder = folder;
    this.#reader = reader;
    this.#others = new Set(others.filter((uri) => uri !== folder.uri));
    this.#ignoreCase = ignoreCase;
    this.#excludes = excludes(folder.exclusions);
    this.#asksSiblings = folder.exclusions.some((setting) =>
      Object.values(setting).some((value) => typeof value === "object"),
    );
  }

  /**
   * URIs of all files at or below a place, those nearer to it first; of none where the rules leave the place itself out.
   * Links are followed last, and only to what lies outside of the workspace and does not contain it.
   */
  async *at(uri = this.#folder.uri): AsyncGenerator<string> {
    const path = pathBelow(this.#folder.uri, uri);
    if (path === undefined || !(await this.#reaches(path))) return;
    const kind = path === "" ? "folder" : await this.#reader.kindOf(uri);
    if (kind === undefined || !(await this.#admits(path, kind)) || (await this.#repeats(uri, path))) return;
    if (kind === "file") yield uri;
    else yield* this.#walk(path);
  }

  /** True where the rules let a file be searched, whether it is there or not. */
  async admits(uri: string): Promise<boolean> {
    const path = pathBelow(this.#folder.uri, uri);
    return path !== undefined && (await this.#reaches(path)) && this.#admits(path, "file");
  }

  async *#walk(start: string): AsyncGenerator<string> {
    const links: { readonly path: string; readonly kind: FolderEntry["kind"] }[] = [];
    yield* this.#walkPlain(start, links);
    const walked = new Set<string>();
    for (let link = links.shift(); link !== undefined; link = links.shift()) {
      const place = await this.#reader.realPlace(uriBelow(this.#folder.uri, link.path));
      if (place === undefined || (await this.#isKnown(place, walked))) continue;
      walked.add(place);
      if (link.kind === "file") yield uriBelow(this.#folder.uri, link.path);
      else yield* this.#walkPlain(link.path, links);
    }
  }

  async *#walkPlain(start: string, links: { readonly path: string; readonly kind: FolderEntry["kind"] }[]) {
    let level = [start];
    while (level.length > 0) {
      const next: string[] = [];
      const listed = async (folder: string) => ({ folder, entries: await this.#list(folder) });
      for await (const { folder, entries } of pMapIterable(level, listed, { concurrency: LISTED_AT_ONCE })) {
        const rules = await this.#rulesOf(folder, entries);
        const siblings = once(() => new Set(entries.map(({ name }) => name)));
        for (const { name, kind, isLink } of entries) {
          const path = folder === "" ? name : `${folder}/${name}`;
          if (isNeverSearched(name, kind)) continue;
          if (this.#leavesOut(path, kind, siblings, rules)) continue;
          if (isLink) links.push({ path, kind });
          else if (kind === "folder") next.push(path);
          else yield uriBelow(this.#folder.uri, path);
        }
      }
      level = next;
    }
  }

  /** True where every folder above a path is searched. */
  async #reaches(path: string): Promise<boolean> {
    const names = path.split("/").slice(0, -1);
    for (let depth = 1; depth <= names.length; depth++) {
      if (!(await this.#admits(names.slice(0, depth).join("/"), "folder"))) return false;
    }
    return true;
  }

  async #admits(path: string, kind: FolderEntry["kind"]): Promise<boolean> {
    if (path === "" || (kind === "folder" && this.#rules.has(path))) return true;
    if (isNeverSearched(path.slice(path.lastIndexOf("/") + 1), kind)) return false;
    const folder = parentOf(path);
    // Listing a folder for each of its files would take long where many change at once.
    const entries = this.#rules.has(folder) && !this.#asksSiblings ? [] : await this.#list(folder);
    const rules = await this.#rulesOf(folder, entries);
    return !this.#leavesOut(path, kind, () => new Set(entries.map(({ name }) => name)), rules);
  }

  #list(folder: string): Promise<readonly FolderEntry[]> {
    return this.#reader.list(folder === "" ? this.#folder.uri : uriBelow(this.#folder.uri, folder));
  }

  #leavesOut(
    path: string,
    kind: FolderEntry["kind"],
    siblings: () => ReadonlySet<string>,
    rules: IgnoreRules | undefined,
  ): boolean {
    if (kind === "folder" && this.#others.has(uriBelow(this.#folder.uri, path))) return true;
    return this.#excludes(path, siblings) || isIgnored(rules, path, kind === "folder");
  }

  /** @param entries what lies in the folder */
  async #rulesOf(folder: string, entries: readonly FolderEntry[]): Promise<IgnoreRules | undefined> {
    if (this.#rules.has(folder)) return this.#rules.get(folder);
    let rules = folder === "" ? undefined : await this.#rulesAbove(folder);
    if (this.#folder.ignoreFiles) {
      // The clone's own list yields to every file in the tree.
      if (folder === "" && entries.some(({ name, kind }) => name === ".git" && kind === "folder")) {
        rules = await this.#withRules(rules, folder, ".git/info/exclude");
      }
      if (entries.some(({ name, kind }) => name === ".gitignore" && kind === "file")) {
        rules = await this.#withRules(rules, folder, ".gitignore");
      }
    }
    this.#rules.set(folder, rules);
    return rules;
  }

  async #rulesAbove(folder: string): Promise<IgnoreRules | undefined> {
    const above = parentOf(folder);
    return this.#rules.has(above) ? this.#rules.get(above) : this.#rulesOf(above, await this.#list(above));
  }

  async #withRules(above: IgnoreRules | undefined, folder: string, name: string): Promise<IgnoreRules | undefined> {
    const file = uriBelow(this.#folder.uri, folder === "" ? name : `${folder}/${name}`);
    const bytes = await this.#reader.read(file, LARGEST_IGNORE_FILE);
    const text = bytes === undefined || bytes === "large" ? undefined : decodedText(bytes);
    return text === undefined ? above : withIgnoreFile(above, folder, text, this.#ignoreCase);
  }

  /** True for what links lead to although it is searched without them, or was walked before, or contains the workspace. */
  async #isKnown(place: string, walked: ReadonlySet<string>): Promise<boolean> {
    const { all } = await this.#roots();
    return (
      all.some((root) => pathBelow(root, place) !== undefined || pathBelow(place, root) !== undefined) ||
      [...walked].some((other) => pathBelow(other, place) !== undefined)
    );
  }

  /** True for a single place that is reached through a link to something known. */
  async #repeats(uri: string, path: string): Promise<boolean> {
    const { own } = await this.#roots();
    const place = path === "" || own === undefined ? undefined : await this.#reader.realPlace(uri);
    if (place === undefined || own === undefined || place === uriBelow(own, path)) return false;
    return this.#isKnown(place, new Set());
  }

  async #findRoots(): Promise<Roots> {
    const uris = [this.#folder.uri, ...this.#others];
    const [own, ...others] = await Promise.all(uris.map((uri) => this.#reader.realPlace(uri)));
    return { own, all: [...uris, ...[own, ...others].flatMap((uri) => uri ?? [])] };
  }
}

function isNeverSearched(name: string, kind: FolderEntry["kind"]): boolean {
  return kind === "folder" ? neverSearched.has(name) : !canDefine(name) && !setsPaths(name);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
