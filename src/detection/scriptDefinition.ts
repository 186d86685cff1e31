import type {
  ComponentDefinition,
  Definition,
  DetectedVariable,
  ExperimentDefinition,
  Reference,
  SystemDefinition,
} from "./definition.ts";
import { described } from "./described.ts";
import type { CallSite, FileFacts, Site } from "./fileFacts.ts";
import type { FoundEntry, Meanings } from "./meaning.ts";
import { ScriptExperiment } from "./scriptExperiment.ts";
import { ScriptVariable } from "./scriptVariable.ts";
import type { DeclaringFunction } from "./sdkNames.ts";
import { spanAt } from "./textLines.ts";
import { WrittenValues } from "./writtenValues.ts";

/** What the linker knows of a definition by its place. */
export interface Identity {
  readonly id: string;
  readonly name: string | undefined;
  readonly exportedAs: readonly string[];
}

/** The definition that an expression leads to, if it is a component or, as asked, a system. */
export type Referred = (
  found: FoundEntry,
  as: "component" | "system",
) => { readonly id: string; readonly name: string | undefined } | undefined;

/** Makes definitions of calls of TypeScript and JavaScript. */
export class ScriptDefinitions {
  readonly #meanings: Meanings;
  readonly #values: WrittenValues;
  readonly #variable: ScriptVariable;
  readonly #experiment: ScriptExperiment;
  readonly #referred: Referred;

  constructor(meanings: Meanings, referred: Referred) {
    this.#meanings = meanings;
    this.#values = new WrittenValues(meanings);
    this.#variable = new ScriptVariable(meanings, this.#values);
    this.#experiment = new ScriptExperiment(meanings, this.#values);
    this.#referred = referred;
  }

  /** The name that a call declares; undefined where it is missing or computed. */
  declaredName(site: CallSite, facts: FileFacts): string | undefined {
    return this.#values.text(this.#entry(site, facts, "name"));
  }

  make(site: CallSite, kind: DeclaringFunction, facts: FileFacts, identity: Identity): Definition {
    const declared = { ...identity, ...declaredAt(site, facts) };
    const entry = (key: string) => this.#entry(site, facts, key);
    if (kind === "system") {
      const made: SystemDefinition = {
        ...declared,
        kind,
        components: this.#components(site, facts),
        outputs: this.#values.texts(entry("outputs")),
      };
      return made;
    }
    if (kind === "experiment") {
      const system = entry("system");
      const made: ExperimentDefinition = {
        ...declared,
        kind,
        system:
          system === undefined || system === "unknown" ? undefined : this.#reference(system, "system", site, facts),
        ...this.#experiment.of(site, facts),
      };
      return made;
    }
    const made: ComponentDefinition = {
      ...declared,
      kind,
      description: this.#values.text(entry("description")),
      inputs: this.#values.fields(entry("inputs")),
      outputs: this.#values.fields(entry("outputs")),
      variable: kind === "llm" ? this.#prompt(site, facts) : this.#declaredVariable(site, facts),
    };
    return made;
  }

  #entry(site: CallSite, facts: FileFacts, key: string): FoundEntry | "unknown" | undefined {
    const [first] = site.call.arguments;
    const object = first === undefined ? undefined : this.#values.object({ expression: first, facts });
    if (object === undefined) return first === undefined ? undefined : "unknown";
    return this.#meanings.entry(object.expression, key, object.facts);
  }

  #prompt(site: CallSite, facts: FileFacts): DetectedVariable {
    const found = this.#entry(site, facts, "prompt");
    if (found === undefined || found === "unknown") {
      return {
        kind: "computed",
        span: spanAt(facts.lineStarts, site.call.span),
        why: found === undefined ? "it is missing" : SPREAD,
      };
    }
    return this.#variable.prompt(found, this.#entry(site, facts, "maxLength"));
  }

  #declaredVariable(site: CallSite, facts: FileFacts): DetectedVariable {
    const found = this.#entry(site, facts, "variable");
    if (found === undefined) return { kind: "none" };
    const span = spanAt(facts.lineStarts, site.call.span);
    if (found === "unknown") return { kind: "computed", span, why: SPREAD };
    const variable = this.#variable.of(found);
    return variable.kind === "computed" && found.facts !== facts ? { ...variable, span } : variable;
  }

  #components(site: CallSite, facts: FileFacts): readonly Reference[] | undefined {
    const found = this.#entry(site, facts, "components");
    const items = found === undefined || found === "unknown" ? undefined : this.#values.items(found);
    return items?.map((item) => this.#reference(item, "component", site, facts));
  }

  #reference(found: FoundEntry, as: "component" | "system", site: CallSite, facts: FileFacts): Reference {
    const referred = this.#referred(found, as);
    const inline = found.expression.kind === "site" ? referred?.name : undefined;
    // What stands in another file is referred to by the whole call.
    const span = spanAt(facts.lineStarts, found.facts === facts ? found.expression.span : site.call.span);
    return { name: inline ?? described(found.expression), span, definition: referred?.id };
  }
}

/** Where a site stands, as a definition says it. */
export function declaredAt({ binding, span, nameSpan }: Site, { at, language, lineStarts }: FileFacts) {
  return { at, language, binding, span: spanAt(lineStarts, span), nameSpan: spanAt(lineStarts, nameSpan) };
}

const SPREAD = "other entries of the declaration may say it";
