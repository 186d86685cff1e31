import type { OptionValue } from "../system/variable.ts";
import type { ExperimentDefinition, ValueSource } from "./definition.ts";
import type { CallSite, FileFacts, ObjectExpression } from "./fileFacts.ts";
import type { FoundEntry, Meanings } from "./meaning.ts";
import { spanAt } from "./textLines.ts";
import { computed, type WrittenValues } from "./writtenValues.ts";

/** The model that an experiment asks which names none. */
const DEFAULT_MODEL = "simulated:text";

/** Reads what `experiment({ ... })` says besides its system. */
export class ScriptExperiment {
  readonly #meanings: Meanings;
  readonly #values: WrittenValues;

  constructor(meanings: Meanings, values: WrittenValues) {
    this.#meanings = meanings;
    this.#values = values;
  }

  of(site: CallSite, facts: FileFacts): Pick<ExperimentDefinition, "model" | "settings"> {
    const [first] = site.call.arguments;
    if (first === undefined) return {};
    const object = this.#values.object({ expression: first, facts });
    if (object === undefined) return { model: computed(facts, first, "the whole declaration is computed") };
    const settings = this.#settings(object);
    return { model: this.#model(object), ...(settings && { settings }) };
  }

  #model({ expression, facts }: { readonly expression: ObjectExpression; readonly facts: FileFacts }): ValueSource {
    const found = this.#meanings.entry(expression, "model", facts);
    if (found === "unknown") return computed(facts, expression, "it may come from what is spread");
    if (found !== undefined) return this.#values.source(found, "text");
    const { end, trailingComma, entries } = expression;
    if (end === undefined) return computed(facts, expression, "the code around it is not finished");
    const span = spanAt(facts.lineStarts, end);
    const insertion = { kind: "property", span, empty: entries.length === 0, trailingComma } as const;
    return { kind: "implied", at: facts.at, value: DEFAULT_MODEL, insertion };
  }

  #settings({ expression, facts }: { readonly expression: ObjectExpression; readonly facts: FileFacts }) {
    const found = this.#meanings.entry(expression, "settings", facts);
    if (found === undefined) return {};
    const object = found === "unknown" ? undefined : this.#values.object(found);
    const entries = object && this.#values.entries(object.expression, object.facts);
    if (entries === undefined) return undefined;
    const settings: Record<string, OptionValue | null> = {};
    for (const [name, entry] of entries) {
      const value = this.#single(entry);
      // A list says nothing of other settings; a value that code computes might be anything.
      if (value !== undefined) settings[name] = value;
      else if (isBudgetOrRecord(name)) return undefined;
    }
    return settings;
  }

  #single(entry: FoundEntry): OptionValue | null | undefined {
    const meaning = this.#meanings.of(entry.expression, entry.facts);
    if (meaning.kind === "expression" && meaning.expression.kind === "nothing") return null;
    return this.#values.value(entry);
  }
}

function isBudgetOrRecord(name: string): boolean {
  return name.startsWith("budget") || name === "cache";
}
