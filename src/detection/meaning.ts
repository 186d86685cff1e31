import type { SourceLanguage } from "./definition.ts";
import type { Binding, Expression, FileFacts, ObjectExpression, Site } from "./fileFacts.ts";
import { siteOffset } from "./fileFacts.ts";
import { pythonPackage } from "./pythonNames.ts";
import { PACKAGE } from "./sdkNames.ts";
import type { Stretch } from "./textLines.ts";

/** What an expression means, after names, members and calls of own functions are followed. */
export type Meaning =
  /** A function of the package, by its name there. */
  | { readonly kind: "function"; readonly name: string }
  /** The package itself. */
  | { readonly kind: "package" }
  /** Something of a package of Python, by its path in it. */
  | { readonly kind: "python"; readonly package: "dspy" | "optimas"; readonly path: readonly string[] }
  | { readonly kind: "module"; readonly uri: string }
  /** A module of Python that is no file of the workspace, but may have some in it. */
  | { readonly kind: "folder"; readonly specifier: string; readonly from: string }
  | { readonly kind: "site"; readonly site: Site; readonly facts: FileFacts }
  /** An expression that is no name, and the text it stands in. */
  | {
      readonly kind: "expression";
      readonly expression: Expression;
      readonly facts: FileFacts;
      /** The constant that holds it. */
      readonly constant: string | undefined;
    }
  /** `why` says in words for the user where the value comes from. */
  | { readonly kind: "unknown"; readonly facts: FileFacts; readonly span: Stretch; readonly why: string };

/** How the linker finds what lies outside of a text. */
export interface Surroundings {
  factsOf(uri: string): readonly FileFacts[] | undefined;
  /** The file that a module is; undefined for a package, and for one that is not there. */
  moduleFile(specifier: string, from: string, language: SourceLanguage): string | undefined;
  isDefinition(site: Site, facts: FileFacts): boolean;
}

/** More steps than this, a name leads in a circle. */
const LONGEST_WAY = 64;

/** Follows names through bindings, imports and re-exports. */
export class Meanings {
  readonly #surroundings: Surroundings;
  readonly #sites = new WeakMap<FileFacts, ReadonlyMap<number, Site>>();
  #steps = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  of(expression: Expression, facts: FileFacts): Meaning {
    if (this.#steps > LONGEST_WAY) return unknown(expression, facts, "it refers to itself");
    this.#steps++;
    try {
      return this.#follow(expression, facts);
    } finally {
      this.#steps--;
    }
  }

  #follow(expression: Expression, facts: FileFacts): Meaning {
    switch (expression.kind) {
      case "name":
        return this.#named(expression.name, expression.local, expression, facts);
      case "member":
        return this.#member(this.of(expression.object, facts), expression.property, expression, facts);
      case "module":
        return this.#imported(expression.specifier, "*", expression, facts);
      case "site": {
        const site = this.#siteAt(expression.span.from, facts);
        if (site === undefined) return unknown(expression, facts, "it is computed");
        if (site.kind === "class" || this.#surroundings.isDefinition(site, facts)) return { kind: "site", site, facts };
        return this.of(site.call, facts);
      }
      case "call": {
        const callee = this.of(expression.callee, facts);
        if (callee.kind === "expression" && callee.expression.kind === "function") {
          const { returns } = callee.expression;
          if (returns !== undefined) return this.of(returns, callee.facts);
        }
        return { kind: "expression", expression, facts, constant: undefined };
      }
      default:
        return { kind: "expression", expression, facts, constant: undefined };
    }
  }

  #siteAt(offset: number, facts: FileFacts): Site | undefined {
    let sites = this.#sites.get(facts);
    if (sites === undefined) {
      sites = new Map(facts.sites.map((site) => [siteOffset(site), site]));
      this.#sites.set(facts, sites);
    }
    return sites.get(offset);
  }

  #named(name: string, local: Binding | undefined, at: Expression, facts: FileFacts): Meaning {
    if (local !== undefined) return this.#bound(local, at, facts);
    for (const place of this.#scopesOf(facts)) {
      const binding = place.top.get(name);
      if (binding !== undefined) return this.#bound(binding, at, place);
      for (const star of place.language === "python" ? place.stars : []) {
        const meaning = this.#imported(star, name, at, place);
        if (meaning.kind !== "unknown") return meaning;
      }
    }
    return unknown(at, facts, `${name} is declared nowhere here`);
  }

  /** The texts that share the outermost scope with this one, in the order in which names are looked for. */
  #scopesOf(facts: FileFacts): readonly FileFacts[] {
    if (facts.at.cell === undefined) return [facts];
    const cells = this.#surroundings.factsOf(facts.at.uri) ?? [];
    const index = cells.indexOf(facts);
    const isPython = facts.language === "python";
    return index < 0
      ? [facts]
      : cells
          .slice(0, index + 1)
          .reverse()
          .filter(({ language }) => (language === "python") === isPython);
  }

  #bound(binding: Binding, at: Expression, facts: FileFacts): Meaning {
    if (binding.kind === "opaque") return unknown(at, facts, binding.why);
    if (binding.kind === "import") return this.#imported(binding.specifier, binding.imported, at, facts);
    const changed = facts.rewritten.has(binding.name);
    const meaning = changed && !binding.fixed ? undefined : this.of(binding.value, facts);
    if (meaning === undefined || (changed && hasMembers(meaning))) {
      return unknown(at, facts, `${binding.name} is changed after it is declared`);
    }
    if (meaning.kind !== "expression") return meaning;
    return { ...meaning, constant: meaning.constant ?? binding.name };
  }

  #member(object: Meaning, property: string, at: Expression, facts: FileFacts): Meaning {
    switch (object.kind) {
      case "package":
        return { kind: "function", name: property };
      case "python":
        return { ...object, path: [...object.path, property] };
      case "module":
        return this.exported(object.uri, property, at, facts);
      case "folder": {
        const specifier = `${object.specifier}.${property}`;
        const uri = this.#surroundings.moduleFile(specifier, object.from, "python");
        return uri === undefined ? { ...object, specifier } : { kind: "module", uri };
      }
      case "expression": {
        const { expression } = object;
        const constant = object.constant === undefined ? undefined : `${object.constant}.${property}`;
        const found = this.#part(expression, property, object.facts);
        if (found === undefined || found === "unknown") break;
        const meaning = this.of(found.expression, found.facts);
        return meaning.kind === "expression" ? { ...meaning, constant: meaning.constant ?? constant } : meaning;
      }
      case "unknown":
        return unknown(at, facts, object.why);
      default:
        break;
    }
    return unknown(at, facts, `.${property} is not written where it could be found`);
  }

  #part(whole: Expression, property: string, facts: FileFacts): FoundEntry | "unknown" | undefined {
    if (whole.kind === "object") return this.entry(whole, property, facts);
    if (whole.kind !== "list" || !/^\d+$/.test(property) || whole.items.some(isSpread)) return undefined;
    const expression = whole.items[Number(property)];
    return expression === undefined ? undefined : { expression, facts };
  }

  /** The value of a key in an object; undefined where it surely has none. */
  entry(object: ObjectExpression, key: string, facts: FileFacts): FoundEntry | "unknown" | undefined {
    for (const entry of object.entries.toReversed()) {
      if (entry.kind === "any") return "unknown";
      if (entry.kind === "entry") {
        if (entry.key === key) return { expression: entry.value, facts };
        continue;
      }
      const spread = this.of(entry.value, facts);
      if (spread.kind !== "expression" || spread.expression.kind !== "object") {
        if (spread.kind === "expression" && spread.expression.kind === "nothing") continue;
        return "unknown";
      }
      const found = this.entry(spread.expression, key, spread.facts);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #imported(specifier: string, name: string, at: Expression, facts: FileFacts): Meaning {
    if (facts.language === "python") return this.#importedPython(specifier, name, at, facts);
    if (specifier === PACKAGE) return name === "*" ? { kind: "package" } : { kind: "function", name };
    const uri = this.#surroundings.moduleFile(specifier, facts.at.uri, facts.language);
    if (uri === undefined) return unknown(at, facts, `it comes from "${specifier}"`);
    return name === "*" ? { kind: "module", uri } : this.exported(uri, name, at, facts);
  }

  #importedPython(specifier: string, name: string, at: Expression, facts: FileFacts): Meaning {
    const known = pythonPackage(specifier);
    if (known !== undefined) {
      const path = [...specifier.split(".").slice(1), ...(name === "*" ? [] : [name])];
      return { kind: "python", package: known, path };
    }
    const uri = this.#surroundings.moduleFile(specifier, facts.at.uri, "python");
    if (name === "*") {
      return uri === undefined ? { kind: "folder", specifier, from: facts.at.uri } : { kind: "module", uri };
    }
    const own = uri === undefined ? undefined : this.exported(uri, name, at, facts);
    if (own !== undefined && own.kind !== "unknown") return own;
    const inner = this.#surroundings.moduleFile(
      /\.$/.test(specifier) ? specifier + name : `${specifier}.${name}`,
      facts.at.uri,
      "python",
    );
    if (inner !== undefined) return { kind: "module", uri: inner };
    return own ?? unknown(at, facts, `it comes from ${specifier}`);
  }

  /** What a file exports under a name. */
  exported(uri: string, name: string, at: Expression, from: FileFacts): Meaning {
    const facts = this.#surroundings.factsOf(uri)?.[0];
    const missing = unknown(at, from, `${name} was not found where it is imported from`);
    if (facts === undefined || this.#steps > LONGEST_WAY) return missing;
    this.#steps++;
    try {
      return this.#exportedBy(facts, name, at) ?? missing;
    } finally {
      this.#steps--;
    }
  }

  #exportedBy(facts: FileFacts, name: string, at: Expression): Meaning | undefined {
    const binding = facts.language === "python" ? facts.top.get(name) : undefined;
    if (binding !== undefined) return this.#bound(binding, at, facts);
    const exported = facts.exports.get(name);
    if (exported?.kind === "own") return this.of(exported.value, facts);
    if (exported?.kind === "from") return this.#imported(exported.specifier, exported.imported, at, facts);
    if (facts.language === "python" && facts.at.uri.endsWith("/__init__.py")) {
      const uri = this.#surroundings.moduleFile(`.${name}`, facts.at.uri, "python");
      if (uri !== undefined) return { kind: "module", uri };
    }
    if (name === "default") return undefined;
    for (const star of facts.stars) {
      const meaning = this.#imported(star, name, at, facts);
      if (meaning.kind !== "unknown") return meaning;
    }
    return undefined;
  }
}

export interface FoundEntry {
  readonly expression: Expression;
  readonly facts: FileFacts;
}

function unknown(at: Expression, facts: FileFacts, why: string): Meaning {
  return { kind: "unknown", facts, span: at.span, why };
}

function isSpread({ kind }: Expression): boolean {
  return kind === "spread";
}

function hasMembers(meaning: Meaning): boolean {
  return meaning.kind === "expression" && (meaning.expression.kind === "object" || meaning.expression.kind === "list");
}
