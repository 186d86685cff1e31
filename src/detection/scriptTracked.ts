import type { Binding, Expression } from "./fileFacts.ts";
import { isDeclaring, mayBeFile, PACKAGE } from "./sdkNames.ts";
import type { Tracked } from "./statement.ts";

/** Names on the left of a declaration, and the name on its right whose value, or a member of it, they get. */
export interface Alias {
  readonly names: readonly string[];
  /** "require" and "import" for modules. */
  readonly root: string;
}

const aliasing =
  /\b(?:const|let|var)\s+([\w$]+|\{[^{}]*\})\s*(?::[^=;]*)?=\s*(?:await\s+|\(\s*)*((?:require|import)(?=\s*\()|[\w$]+(?=(?:\s*\??\.\s*[\w$]+)*\s*(?:[^\s\w$(.<`]|$|\n)))/g;

/** Declarations in a stretch of code, at any depth, that give a name to what another name holds. */
export function aliasesIn(text: string): Alias[] {
  return [...text.matchAll(aliasing)].map(([, left = "", root = ""]) => ({
    names: left.startsWith("{")
      ? left
          .slice(1, -1)
          .split(",")
          .flatMap((part) => /[\w$]+(?=\s*(?:=.*)?$)/.exec(part)?.[0] ?? [])
      : [left],
    root,
  }));
}

/** What is tracked in a text of TypeScript or JavaScript. */
export class ScriptTracked implements Tracked {
  readonly key: string;
  readonly #names: ReadonlySet<string>;
  /** Names that surely come from the package; of the others only calls that look like a declaration count. */
  readonly #sure: ReadonlySet<string>;
  readonly #pattern: RegExp;
  readonly #bound: ReadonlySet<string> | undefined;

  /**
   * @param bound names of the outermost scope of a cell; undefined for a file. What a cell does not bind, cells before it
   * may.
   */
  constructor(imports: readonly Binding[], aliases: readonly Alias[], bound: ReadonlySet<string> | undefined) {
    const sure = new Set<string>();
    const names = new Set<string>();
    for (const binding of imports) {
      if (binding.kind !== "import" || !leadsSomewhere(binding.specifier)) continue;
      if (binding.specifier !== PACKAGE) names.add(binding.name);
      else if (binding.imported === "*" || isDeclaring(binding.imported)) sure.add(binding.name);
    }
    for (let size = -1; size !== sure.size + names.size; ) {
      size = sure.size + names.size;
      for (const alias of aliases) {
        if (sure.has(alias.root) || alias.root === "require" || alias.root === "import") {
          for (const name of alias.names) sure.add(name);
        } else if (names.has(alias.root)) for (const name of alias.names) names.add(name);
      }
    }
    for (const name of sure) names.add(name);
    this.#names = names;
    this.#sure = sure;
    this.#bound = bound;
    this.key = `${[...names].join()};${[...sure].join()};${[...(bound ?? [])].join()}`;
    const any = [...names].map((name) => name.replaceAll("$", "\\$"));
    if (bound !== undefined) any.push("[\\w$]+");
    const called = any.length === 0 ? "" : `(?:${any.join("|")})(?![\\w$])|`;
    this.#pattern = new RegExp(`(?<![\\w$.])(?:${called}(?:require|import)(?=\\s*\\(\\s*["'\`]))`, "g");
  }

  *candidates(text: string): Iterable<number> {
    this.#pattern.lastIndex = 0;
    for (const { 0: name, index } of text.matchAll(this.#pattern)) {
      const rest = text.slice(index + name.length, index + name.length + 120);
      const isSure = this.#sure.has(name) || name === "require" || name === "import" || isDeclaring(name);
      if ((isSure ? sureCall : likelyCall).test(rest)) yield index;
    }
  }

  has(name: string): boolean {
    return this.#names.has(name) || (this.#bound !== undefined && !this.#bound.has(name));
  }

  leads(binding: Binding): boolean {
    if (binding.kind === "import") return leadsSomewhere(binding.specifier);
    return binding.kind === "constant" && this.#leadsOn(binding.value);
  }

  #leadsOn(expression: Expression): boolean {
    if (expression.kind === "member") return this.#leadsOn(expression.object);
    if (expression.kind === "module") return leadsSomewhere(expression.specifier);
    if (expression.kind !== "name") return false;
    return expression.local === undefined ? this.has(expression.name) : this.leads(expression.local);
  }
}

/** What may follow a name that is called, or whose member is. */
const sureCall = /^\s*(?:[(.?[<)!]|\/[*/]|\s(?:as|satisfies)\b)/;
/** A call with an object that is written there. */
const likelyCall = /^(?:\s*\??\.\s*[\w$]+)*\s*(?:<[^;{}()]*>\s*)?\(\s*(?:\/[*/][\s\S]*)?\{/;

function leadsSomewhere(specifier: string): boolean {
  return specifier === PACKAGE || mayBeFile(specifier);
}
