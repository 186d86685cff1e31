import type { Definition, DefinitionKind, DetectedFile, SourceLanguage } from "./definition.ts";
import { type FileFacts, type Site, siteOffset } from "./fileFacts.ts";
import { type FoundEntry, Meanings, type Surroundings } from "./meaning.ts";
import { moduleCandidates } from "./moduleResolution.ts";
import type { PathAliases } from "./pathAliases.ts";
import { PythonDefinitions, type PythonKind } from "./pythonDefinition.ts";
import { type Identity, type Referred, ScriptDefinitions } from "./scriptDefinition.ts";
import { type DeclaringFunction, isDeclaring } from "./sdkNames.ts";

/** What the linker must know of the workspace besides the facts. */
export interface KnownFiles {
  /** Whether there is a file at the URI, read or not. */
  has(uri: string): boolean;
}

interface LinkedFile {
  readonly file: DetectedFile;
  /** Files whose facts, existence or absence it was made from. */
  readonly uses: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
}

/** What is known of a site by itself. */
type Kind = DeclaringFunction | PythonKind;

/**
 * Puts the facts of many files together: follows names through imports and re-exports to what they mean. Links again only
 * the files that a change can concern.
 */
export class Linker implements Surroundings {
  readonly #known: KnownFiles;
  readonly #facts = new Map<string, readonly FileFacts[]>();
  readonly #linked = new Map<string, LinkedFile>();
  #aliases: readonly PathAliases[] = [];
  readonly #script: ScriptDefinitions;
  readonly #python: PythonDefinitions;
  readonly #meanings: Meanings;
  /** Emptied with every change: what it holds may lead through any file. */
  readonly #kinds = new Map<Site, { readonly kind: Kind | undefined; readonly uses: ReadonlySet<string> }>();
  readonly #identities = new Map<
    string,
    { readonly ids: ReadonlyMap<Site, string>; readonly uses: ReadonlySet<string> }
  >();
  readonly #judging = new Set<Site>();
  #uses = new Set<string>();
  #files: readonly DetectedFile[] | undefined;

  constructor(files: KnownFiles) {
    this.#known = files;
    this.#meanings = new Meanings(this);
    this.#python = new PythonDefinitions(this.#meanings);
    this.#script = new ScriptDefinitions(this.#meanings, (found, as) => this.#referred(found, as));
  }

  /** Facts of a file, or of a notebook's code cells in their order. Also for a file that was created. */
  put(uri: string, facts: FileFacts | readonly FileFacts[]): void {
    this.#facts.set(uri, "sites" in facts ? [facts] : facts);
    this.#forget(uri);
  }

  /** Forgets a file: it is gone, or holds nothing any more. Also for a file that came to be and was not read. */
  delete(uri: string): void {
    this.#facts.delete(uri);
    this.#forget(uri);
  }

  /** `paths` of the tsconfig files in the workspace; those of the nearest folder above a file count for it. */
  setAliases(aliases: readonly PathAliases[]): void {
    if (JSON.stringify(aliases) === JSON.stringify(this.#aliases)) return;
    this.#aliases = aliases;
    this.#linked.clear();
    this.#clear();
  }

  /**
   * All files with definitions as of now. A file whose definitions cannot have changed is the same object as before.
   */
  files(): readonly DetectedFile[] {
    this.#files ??= [...this.#facts.keys()].sort().flatMap((uri) => {
      const { file } = this.#link(uri);
      return file.definitions.length === 0 ? [] : [file];
    });
    return this.#files;
  }

  definitions(): readonly Definition[] {
    return this.files().flatMap(({ definitions }) => definitions);
  }

  /**
   * URIs of files that are there and were not put, though what was found leads into them: read them, put them, and ask
   * again until there are none.
   */
  missing(): readonly string[] {
    this.files();
    return [...new Set([...this.#linked.values()].flatMap(({ missing }) => [...missing]))];
  }

  factsOf(uri: string): readonly FileFacts[] | undefined {
    this.#uses.add(uri);
    return this.#facts.get(uri);
  }

  moduleFile(specifier: string, from: string, language: SourceLanguage): string | undefined {
    for (const uri of moduleCandidates(specifier, from, language, this.#aliases)) {
      this.#uses.add(uri);
      if (this.#facts.has(uri) || this.#known.has(uri)) return uri;
    }
    return undefined;
  }

  isDefinition(site: Site, facts: FileFacts): boolean {
    return this.#kindOf(site, facts) !== undefined;
  }

  #forget(uri: string): void {
    this.#linked.delete(uri);
    for (const [other, { uses }] of this.#linked) if (uses.has(uri)) this.#linked.delete(other);
    this.#clear();
  }

  #clear(): void {
    this.#kinds.clear();
    this.#identities.clear();
    this.#files = undefined;
  }

  #link(uri: string): LinkedFile {
    const known = this.#linked.get(uri);
    if (known !== undefined) return known;
    const facts = this.#facts.get(uri) ?? [];
    const [definitions, uses] = this.#using(() => facts.flatMap((text) => this.#definitionsOf(text)));
    const missing = [...uses].filter((used) => !this.#facts.has(used) && this.#known.has(used));
    const linked = { file: { uri, definitions }, uses, missing: new Set(missing) };
    this.#linked.set(uri, linked);
    return linked;
  }

  #definitionsOf(facts: FileFacts): Definition[] {
    const defined = facts.sites.flatMap((site) => {
      const kind = this.#kindOf(site, facts);
      return kind === undefined ? [] : [{ site, kind }];
    });
    if (defined.length === 0) return [];
    const ids = this.#identitiesOf(facts.at.uri);
    const exported = this.#exportedNames(facts);
    return defined.map(({ site, kind }) => {
      const identity: Identity = {
        id: ids.get(site) ?? "",
        name: this.#nameOf(site, facts),
        exportedAs: exported.get(siteOffset(site)) ?? this.#sharedName(site, facts),
      };
      if (site.kind === "call" && isDeclaring(kind)) return this.#script.make(site, kind, facts, identity);
      return this.#python.make(site, kind as PythonKind, facts, identity);
    });
  }

  #kindOf(site: Site, facts: FileFacts): Kind | undefined {
    const known = this.#kinds.get(site);
    if (known !== undefined) {
      for (const uri of known.uses) this.#uses.add(uri);
      return known.kind;
    }
    // Whatever is asked for while it is being answered leads in a circle.
    if (this.#judging.has(site)) return undefined;
    this.#judging.add(site);
    const [kind, uses] = this.#using(() => this.#judged(site, facts));
    this.#judging.delete(site);
    if (this.#judging.size === 0) this.#kinds.set(site, { kind, uses });
    return kind;
  }

  #judged(site: Site, facts: FileFacts): Kind | undefined {
    if (facts.language === "python") return this.#python.kindOf(site, facts);
    if (site.kind !== "call") return undefined;
    const callee = this.#meanings.of(site.call.callee, facts);
    return callee.kind === "function" && isDeclaring(callee.name) ? callee.name : undefined;
  }

  #nameOf(site: Site, facts: FileFacts): string | undefined {
    const isScript = site.kind === "call" && facts.language !== "python";
    const declared = isScript ? this.#script.declaredName(site, facts) : undefined;
    return declared ?? site.binding?.split(".").at(-1);
  }

  /** Ids of a file's definitions: by name, so that they stay while the text around them changes. */
  #identitiesOf(uri: string): ReadonlyMap<Site, string> {
    const known = this.#identities.get(uri);
    if (known !== undefined) {
      for (const used of known.uses) this.#uses.add(used);
      return known.ids;
    }
    const [ids, uses] = this.#using(() => {
      const made = new Map<Site, string>();
      const taken = new Map<string, number>();
      for (const facts of this.factsOf(uri) ?? []) {
        for (const site of facts.sites) {
          const kind: DefinitionKind | undefined = this.#kindOf(site, facts);
          if (kind === undefined) continue;
          const place = facts.at.cell === undefined ? uri : `${uri}#${facts.at.cell}`;
          const id = `${place}:${kind}:${this.#nameOf(site, facts) ?? ""}`;
          const count = (taken.get(id) ?? 0) + 1;
          taken.set(id, count);
          made.set(site, count === 1 ? id : `${id}:${count}`);
        }
      }
      return made;
    });
    this.#identities.set(uri, { ids, uses });
    return ids;
  }

  #referred(found: FoundEntry, as: "component" | "system"): ReturnType<Referred> {
    const meaning = this.#meanings.of(found.expression, found.facts);
    if (meaning.kind !== "site") return undefined;
    const kind = this.#kindOf(meaning.site, meaning.facts);
    const fits = as === "system" ? kind === "system" : kind === "component" || kind === "llm";
    const id = fits ? this.#identitiesOf(meaning.facts.at.uri).get(meaning.site) : undefined;
    return id === undefined ? undefined : { id, name: this.#nameOf(meaning.site, meaning.facts) };
  }

  /** Names under which a file exports its sites, by their offset. */
  #exportedNames(facts: FileFacts): Map<number, string[]> {
    const found = new Map<number, string[]>();
    for (const [name, exported] of facts.exports) {
      if (exported.kind !== "own") continue;
      const meaning = this.#meanings.of(exported.value, facts);
      if (meaning.kind !== "site" || meaning.facts !== facts) continue;
      const offset = siteOffset(meaning.site);
      found.set(offset, [...(found.get(offset) ?? []), name]);
    }
    return found;
  }

  /** Cells and modules of Python share every name of their outermost scope. */
  #sharedName(site: Site, facts: FileFacts): readonly string[] {
    const name = site.binding;
    const shares = facts.at.cell !== undefined || facts.language === "python";
    const binding = shares && name !== undefined ? facts.top.get(name) : undefined;
    const isSite = binding?.kind === "constant" && binding.value.kind === "site";
    return isSite && name !== undefined && binding.value.span.from === siteOffset(site) ? [name] : [];
  }

  /** Runs something and tells which files it went by; they count for what runs around it, too. */
  #using<T>(run: () => T): [T, ReadonlySet<string>] {
    const around = this.#uses;
    const uses = new Set<string>();
    this.#uses = uses;
    try {
      return [run(), uses];
    } finally {
      this.#uses = around;
      for (const uri of uses) around.add(uri);
    }
  }
}
