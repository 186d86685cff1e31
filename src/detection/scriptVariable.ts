import { DEFAULT_PROMPT_LENGTH } from "../system/declaration.ts";
import type { OptionValue } from "../system/variable.ts";
import type { DetectedDimension, DetectedVariable, Insertion, ValueSource } from "./definition.ts";
import { described } from "./described.ts";
import type { Call, FileFacts } from "./fileFacts.ts";
import type { FoundEntry, Meanings } from "./meaning.ts";
import { type Stretch, spanAt } from "./textLines.ts";
import { computed, type WrittenValues, whyNoLiteral } from "./writtenValues.ts";

/** Reads what `variable:` of a component says. */
export class ScriptVariable {
  readonly #meanings: Meanings;
  readonly #values: WrittenValues;

  constructor(meanings: Meanings, values: WrittenValues) {
    this.#meanings = meanings;
    this.#values = values;
  }

  /** The variable of an `llm`. */
  prompt(text: FoundEntry, maxLength: FoundEntry | "unknown" | undefined): DetectedVariable {
    const length = maxLength === "unknown" ? undefined : this.#maxLength(maxLength);
    return { kind: "prompt", value: this.#values.source(text, "text"), maxLength: length };
  }

  of(found: FoundEntry): DetectedVariable {
    const { expression, facts } = found;
    const span = spanAt(facts.lineStarts, expression.span);
    const code = (why: string): DetectedVariable => ({ kind: "computed", span, why });
    const meaning = this.#meanings.of(expression, facts);
    if (meaning.kind === "unknown") return code(meaning.why);
    if (meaning.kind !== "expression") return code("it is no variable");
    if (meaning.expression.kind === "nothing") return { kind: "none" };
    if (meaning.expression.kind === "object") return this.#plain(found) ?? code("it is an object of its own");
    const called = this.#values.called(found);
    if (called === undefined) return code(whyNoLiteral(meaning.expression));
    const { call, callee } = called;
    const made = callee.kind === "function" ? this.#made(callee.name, call, called.facts) : undefined;
    return made ?? code(`it is computed by ${described(call)}`);
  }

  #made(name: string, call: Call, facts: FileFacts): DetectedVariable | undefined {
    const [first, second] = call.arguments.map((expression): FoundEntry => ({ expression, facts }));
    if (first === undefined || call.arguments.some(({ kind }) => kind === "spread")) return undefined;
    if (name === "prompt") return this.prompt(first, second);
    if (name === "options") return this.#options(first, second, call, facts);
    if (name !== "modelChoice") return undefined;
    const models = this.#values.texts(first);
    const value =
      second === undefined
        ? implied(models?.[0], facts, call, argumentOf(call, facts))
        : this.#values.source(second, "text");
    return { kind: "model", models, value };
  }

  /** A variable written as the plain object that the functions give. */
  #plain(found: FoundEntry): DetectedVariable | undefined {
    const object = this.#values.object(found);
    const entries = object === undefined ? undefined : this.#values.entries(object.expression, object.facts);
    const kind = this.#values.text(entries?.get("kind"));
    const initial = entries?.get("initial");
    if (kind === "none") return { kind };
    if (kind === "prompt" && initial !== undefined) return this.prompt(initial, entries?.get("maxLength"));
    return undefined;
  }

  #maxLength(found: FoundEntry | undefined): number | undefined {
    return found === undefined ? DEFAULT_PROMPT_LENGTH : this.#values.number(found);
  }

  #options(first: FoundEntry, second: FoundEntry | undefined, call: Call, facts: FileFacts): DetectedVariable {
    const object = this.#values.object(first);
    const entries = object === undefined ? undefined : this.#values.entries(object.expression, object.facts);
    if (entries === undefined) return { kind: "options", space: undefined, values: {} };
    const dimensions = [...entries].map(([key, entry]) => [key, this.#dimension(entry)] as const);
    const initial = second === undefined ? undefined : this.#values.object(second);
    const values = dimensions.map(([key, dimension]): [string, ValueSource] => {
      if (second === undefined) return [key, implied(firstOf(dimension), facts, call, argumentOf(call, facts))];
      if (initial === undefined)
        return [key, computed(second.facts, second.expression, "all initial values are computed")];
      const found = this.#meanings.entry(initial.expression, key, initial.facts);
      if (found === "unknown")
        return [key, computed(initial.facts, initial.expression, "it may come from what is spread")];
      if (found !== undefined) return [key, this.#values.source(found, "option")];
      const { end, trailingComma, entries: written } = initial.expression;
      const insertion: Insertion | undefined =
        end === undefined
          ? undefined
          : {
              kind: "property",
              span: spanAt(initial.facts.lineStarts, end),
              empty: written.length === 0,
              trailingComma,
            };
      return [key, implied(firstOf(dimension), initial.facts, initial.expression, insertion)];
    });
    return { kind: "options", space: Object.fromEntries(dimensions), values: Object.fromEntries(values) };
  }

  #dimension(found: FoundEntry): DetectedDimension {
    const called = this.#values.called(found);
    const [first, second, third] = (called?.call.arguments ?? []).map(
      (expression): FoundEntry => ({ expression, facts: called?.facts ?? found.facts }),
    );
    const name = called?.callee.kind === "function" ? called.callee.name : undefined;
    const known =
      first === undefined
        ? undefined
        : name === "choice"
          ? this.#choice(first)
          : name === "range"
            ? this.#range(first, second, third)
            : undefined;
    return known ?? { kind: "computed", text: described(found.expression) };
  }

  #choice(list: FoundEntry): DetectedDimension | undefined {
    const values = this.#values.items(list)?.map((item) => this.#values.value(item));
    if (values === undefined || values.length === 0 || values.some((value) => value === undefined)) return undefined;
    return { kind: "choice", values: values as OptionValue[] };
  }

  #range(
    first: FoundEntry,
    second: FoundEntry | undefined,
    shape: FoundEntry | undefined,
  ): DetectedDimension | undefined {
    const [low, high] = [this.#values.number(first), this.#values.number(second)];
    const object = shape === undefined ? undefined : this.#values.object(shape);
    const entries =
      object === undefined ? new Map<string, FoundEntry>() : this.#values.entries(object.expression, object.facts);
    if (low === undefined || high === undefined || entries === undefined) return undefined;
    if (shape !== undefined && object === undefined) return undefined;
    const flag = (key: string): boolean | undefined => {
      const entry = entries.get(key);
      const value = entry === undefined ? false : this.#values.value(entry);
      return typeof value === "boolean" ? value : undefined;
    };
    const [integer, log, step] = [flag("integer"), flag("log"), this.#values.number(entries.get("step"))];
    if (integer === undefined || log === undefined || (entries.has("step") && step === undefined)) return undefined;
    return { kind: "range", low, high, integer, log, ...(step === undefined ? {} : { step }) };
  }
}

function firstOf(dimension: DetectedDimension): OptionValue | undefined {
  if (dimension.kind === "computed") return undefined;
  return dimension.kind === "choice" ? dimension.values[0] : dimension.low;
}

function argumentOf({ end, trailingComma }: Call, { lineStarts }: FileFacts): Insertion | undefined {
  return end === undefined ? undefined : { kind: "argument", span: spanAt(lineStarts, end), comma: trailingComma };
}

function implied(
  value: OptionValue | undefined,
  facts: FileFacts,
  around: { readonly span: Stretch },
  insertion: Insertion | undefined,
): ValueSource {
  return insertion === undefined
    ? computed(facts, around, "the code around it is not finished")
    : { kind: "implied", at: facts.at, value, insertion };
}
