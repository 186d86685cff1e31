import type { OptionValue } from "../system/variable.ts";
import type { LiteralForm, ValueSource } from "./definition.ts";
import { described } from "./described.ts";
import type { Call, Expression, FileFacts, ObjectExpression, WrittenForm } from "./fileFacts.ts";
import type { FoundEntry, Meaning, Meanings } from "./meaning.ts";
import { type Stretch, spanAt } from "./textLines.ts";

/** Reads the values of declarations: whatever names stand in between. */
export class WrittenValues {
  readonly #meanings: Meanings;

  constructor(meanings: Meanings) {
    this.#meanings = meanings;
  }

  /** Where a value stands. @param type what the variable takes; anything else counts as computed */
  source({ expression, facts }: FoundEntry, type: "text" | "option"): ValueSource {
    const meaning = this.#meanings.of(expression, facts);
    if (meaning.kind !== "expression") {
      const why =
        meaning.kind === "unknown"
          ? meaning.why
          : meaning.kind === "folder"
            ? `it comes from ${meaning.specifier}`
            : "it is no value";
      return computed(facts, expression, why);
    }
    const { expression: found, facts: place, constant } = meaning;
    if (found.kind !== "literal") return computed(place, found, whyNoLiteral(found));
    const isText = typeof found.value === "string" || found.form.kind === "template";
    if (type === "text" && !isText) return computed(place, found, "it is no text");
    const span = spanAt(place.lineStarts, found.span);
    const form = formIn(found.form, place);
    const literal = { kind: "literal", at: place.at, span, form, value: found.value } as const;
    return constant === undefined ? literal : { ...literal, constant };
  }

  /** The entries of an object, spread ones included, the last of equal keys; undefined where not all are known. */
  entries(object: ObjectExpression, facts: FileFacts): Map<string, FoundEntry> | undefined {
    const found = new Map<string, FoundEntry>();
    for (const entry of object.entries) {
      if (entry.kind === "any") return undefined;
      if (entry.kind === "entry") {
        found.set(entry.key, { expression: entry.value, facts });
        continue;
      }
      const spread = this.object({ expression: entry.value, facts });
      const inner = spread === undefined ? undefined : this.entries(spread.expression, spread.facts);
      if (inner === undefined) return undefined;
      for (const [key, value] of inner) found.set(key, value);
    }
    return found;
  }

  /** The items of a list, those of lists spread into it included; undefined where not all are known. */
  items(found: FoundEntry): FoundEntry[] | undefined {
    const meaning = this.#meanings.of(found.expression, found.facts);
    if (meaning.kind !== "expression") return undefined;
    const { expression, facts } = meaning;
    if (expression.kind === "call") return this.#objectValues(expression, facts);
    if (expression.kind !== "list") return undefined;
    const items: FoundEntry[] = [];
    for (const item of expression.items) {
      const spread = item.kind === "spread" ? this.items({ expression: item.value, facts }) : undefined;
      items.push(...(spread ?? [{ expression: item, facts }]));
    }
    return items;
  }

  /** `Object.values(steps)` */
  #objectValues(call: Call, facts: FileFacts): FoundEntry[] | undefined {
    const { callee } = call;
    const [first] = call.arguments;
    const isValues =
      callee.kind === "member" &&
      callee.property === "values" &&
      callee.object.kind === "name" &&
      callee.object.name === "Object" &&
      callee.object.local === undefined;
    const object = isValues && first !== undefined ? this.object({ expression: first, facts }) : undefined;
    const entries = object === undefined ? undefined : this.entries(object.expression, object.facts);
    return entries === undefined ? undefined : [...entries.values()];
  }

  object({ expression, facts }: FoundEntry): { expression: ObjectExpression; facts: FileFacts } | undefined {
    const meaning = this.#meanings.of(expression, facts);
    return meaning.kind === "expression" && meaning.expression.kind === "object"
      ? { expression: meaning.expression, facts: meaning.facts }
      : undefined;
  }

  value({ expression, facts }: FoundEntry): OptionValue | undefined {
    const meaning = this.#meanings.of(expression, facts);
    return meaning.kind === "expression" && meaning.expression.kind === "literal"
      ? meaning.expression.value
      : undefined;
  }

  text(found: FoundEntry | "unknown" | undefined): string | undefined {
    const value = found === undefined || found === "unknown" ? undefined : this.value(found);
    return typeof value === "string" ? value : undefined;
  }

  number(found: FoundEntry | undefined): number | undefined {
    const value = found === undefined ? undefined : this.value(found);
    return typeof value === "number" ? value : undefined;
  }

  texts(found: FoundEntry | "unknown" | undefined): string[] | undefined {
    const items = found === undefined || found === "unknown" ? undefined : this.items(found);
    const texts = items?.map((item) => this.text(item));
    return texts?.some((text) => text === undefined) ? undefined : (texts as string[] | undefined);
  }

  /** A list of names, or an object whose keys they are. */
  fields(found: FoundEntry | "unknown" | undefined): string[] | undefined {
    if (found === undefined || found === "unknown") return undefined;
    const object = this.object(found);
    if (object === undefined) return this.texts(found);
    const entries = this.entries(object.expression, object.facts);
    return entries === undefined ? undefined : [...entries.keys()];
  }

  /** A call, and the meaning of what it calls. */
  called(found: FoundEntry): { call: Call; facts: FileFacts; callee: Meaning } | undefined {
    const meaning = this.#meanings.of(found.expression, found.facts);
    if (meaning.kind !== "expression" || meaning.expression.kind !== "call") return undefined;
    const { expression: call, facts } = meaning;
    return { call, facts, callee: this.#meanings.of(call.callee, facts) };
  }
}

export function computed(facts: FileFacts, { span }: { readonly span: Stretch }, why: string): ValueSource {
  return { kind: "computed", at: facts.at, span: spanAt(facts.lineStarts, span), why };
}

function formIn(form: WrittenForm, { lineStarts }: FileFacts): LiteralForm {
  if (form.kind !== "template") return form;
  return { ...form, substitutions: form.substitutions.map((stretch) => spanAt(lineStarts, stretch)) };
}

export function whyNoLiteral(expression: Expression): string {
  if (expression.kind === "computed") return expression.why;
  return expression.kind === "call" ? `it is computed by ${described(expression)}` : `it is ${described(expression)}`;
}
