import type { OptionValue } from "../system/variable.ts";
import type { ComponentDefinition, DetectedDimension, DetectedVariable, TextSpan, ValueSource } from "./definition.ts";
import { described } from "./described.ts";
import { cleanDocstring } from "./docstring.ts";
import type { Call, CallSite, ClassSite, FileFacts, Site } from "./fileFacts.ts";
import type { FoundEntry, Meanings } from "./meaning.ts";
import { isPredictor } from "./pythonNames.ts";
import { declaredAt, type Identity } from "./scriptDefinition.ts";
import { spanAt } from "./textLines.ts";
import { WrittenValues } from "./writtenValues.ts";

export type PythonKind = "base component" | "signature" | "module" | "predictor";

/** Fields of a signature and where its instruction stands. */
interface Signature {
  readonly inputs: readonly string[] | undefined;
  readonly outputs: readonly string[] | undefined;
  readonly variable: DetectedVariable;
}

interface PlacedClass {
  readonly site: ClassSite;
  readonly facts: FileFacts;
}

/** Makes definitions of classes and calls of Python. */
export class PythonDefinitions {
  readonly #meanings: Meanings;
  readonly #values: WrittenValues;

  constructor(meanings: Meanings) {
    this.#meanings = meanings;
    this.#values = new WrittenValues(meanings);
  }

  kindOf(site: Site, facts: FileFacts): PythonKind | undefined {
    if (site.kind === "call") {
      const callee = this.#meanings.of(site.call.callee, facts);
      const name = callee.kind === "python" && callee.package === "dspy" ? callee.path.at(-1) : undefined;
      return name !== undefined && isPredictor(name) ? "predictor" : undefined;
    }
    for (const { site: ancestor, facts: place } of this.#lineage(site, facts)) {
      for (const base of ancestor.bases) {
        const meaning = this.#meanings.of(base, place);
        if (meaning.kind !== "python") continue;
        const name = meaning.path.at(-1);
        if (meaning.package === "optimas" && name === "BaseComponent") return "base component";
        if (meaning.package === "dspy" && name === "Signature") return "signature";
        if (meaning.package === "dspy" && name === "Module") return "module";
      }
    }
    return undefined;
  }

  make(site: Site, kind: PythonKind, facts: FileFacts, identity: Identity): ComponentDefinition {
    const declared = { ...identity, kind, ...declaredAt(site, facts) };
    if (site.kind === "call") return { ...declared, description: undefined, ...this.#predictor(site, facts) };
    if (kind === "signature") return { ...declared, description: undefined, ...this.#signature(site, facts) };
    const lineage = this.#lineage(site, facts);
    if (kind === "module") {
      const documentation = lineage[0] === undefined ? undefined : this.#documentation(lineage[0]);
      return {
        ...declared,
        description: documentation?.kind === "literal" ? String(documentation.value) : undefined,
        inputs: lineage.map((ancestor) => ancestor.site.forward).find((forward) => forward !== undefined),
        outputs: undefined,
        variable: { kind: "none" },
      };
    }
    const initialized = lineage.find((ancestor) => ancestor.site.initialization !== undefined);
    return { ...declared, ...this.#baseComponent(initialized, { site, facts }) };
  }

  /** A class and those it is derived from, as far as they are written in the workspace, nearest first. */
  #lineage(site: ClassSite, facts: FileFacts): PlacedClass[] {
    const found: PlacedClass[] = [{ site, facts }];
    for (const { site: next, facts: place } of found) {
      for (const base of next.bases) {
        const meaning = this.#meanings.of(base, place);
        if (meaning.kind !== "site" || meaning.site.kind !== "class") continue;
        if (!found.some((known) => known.site === meaning.site))
          found.push({ site: meaning.site, facts: meaning.facts });
      }
    }
    return found;
  }

  #baseComponent(
    placed: PlacedClass | undefined,
    own: PlacedClass,
  ): Pick<ComponentDefinition, "description" | "inputs" | "outputs" | "variable"> {
    const call = placed?.site.initialization;
    if (placed === undefined || call === undefined) {
      const variable: DetectedVariable = {
        kind: "computed",
        span: nameSpanOf(own),
        why: "the class initializes no base",
      };
      return { description: undefined, inputs: undefined, outputs: undefined, variable };
    }
    const given = (name: string, place: number) => argument(call, placed.facts, name, place);
    const [inputs, outputs] = [given("input_fields", 1), given("output_fields", 2)];
    return {
      description: this.#values.text(given("description", 0)),
      inputs: this.#values.fields(inputs),
      outputs: this.#values.fields(outputs),
      variable: this.#variable(given("variable", 3), given("variable_search_space", 4), own),
    };
  }

  #variable(
    variable: FoundEntry | "unknown" | undefined,
    searched: FoundEntry | "unknown" | undefined,
    own: PlacedClass,
  ): DetectedVariable {
    const code = (why: string): DetectedVariable => ({ kind: "computed", span: nameSpanOf(own), why });
    if (variable === "unknown" || searched === "unknown") return code("it may come from **");
    const space = searched === undefined ? undefined : this.#space(searched);
    const meaning = variable === undefined ? undefined : this.#meanings.of(variable.expression, variable.facts);
    const isNothing = meaning?.kind === "expression" && meaning.expression.kind === "nothing";
    if (variable === undefined || isNothing) {
      return searched === undefined ? { kind: "none" } : code("it is drawn from the search space at random");
    }
    const object = this.#values.object(variable);
    if (object === undefined) {
      const isText = meaning?.kind === "expression" && meaning.expression.kind !== "list";
      if (isText || meaning?.kind === "unknown") {
        return { kind: "prompt", value: this.#values.source(variable, "text"), maxLength: undefined };
      }
      return code("it is neither a text nor a dictionary");
    }
    const entries = this.#values.entries(object.expression, object.facts);
    if (entries === undefined) return { kind: "options", space, values: {} };
    const values = [...entries].map(([key, entry]): [string, ValueSource] => [
      key,
      this.#values.source(entry, "option"),
    ]);
    return { kind: "options", space, values: Object.fromEntries(values) };
  }

  #space(searched: FoundEntry): Readonly<Record<string, DetectedDimension>> | undefined {
    const object = this.#values.object(searched);
    const entries = object === undefined ? undefined : this.#values.entries(object.expression, object.facts);
    if (entries === undefined) return undefined;
    return Object.fromEntries(
      [...entries].map(([key, entry]): [string, DetectedDimension] => {
        const values = this.#values.items(entry)?.map((item) => this.#values.value(item));
        return values === undefined || values.some((value) => value === undefined)
          ? [key, { kind: "computed", text: described(entry.expression) }]
          : [key, { kind: "choice", values: values as OptionValue[] }];
      }),
    );
  }

  #documentation({ site, facts }: PlacedClass): ValueSource | undefined {
    if (site.documentation === undefined) return undefined;
    const source = this.#values.source({ expression: site.documentation, facts }, "text");
    return source.kind === "literal" && typeof source.value === "string"
      ? { ...source, value: cleanDocstring(source.value) }
      : source;
  }

  #signature(site: ClassSite, facts: FileFacts): Signature {
    const inputs = new Set<string>();
    const outputs = new Set<string>();
    const lineage = this.#lineage(site, facts);
    for (const ancestor of lineage.toReversed()) {
      for (const { name, value } of ancestor.site.attributes) {
        const called =
          value === undefined ? undefined : this.#values.called({ expression: value, facts: ancestor.facts });
        const field = called?.callee.kind === "python" ? called.callee.path.at(-1) : undefined;
        if (field === "InputField" || field === "OldInputField") inputs.add(name);
        if (field === "OutputField" || field === "OldOutputField") outputs.add(name);
      }
    }
    const value = lineage.map((ancestor) => this.#documentation(ancestor)).find((found) => found !== undefined);
    return {
      inputs: [...inputs],
      outputs: [...outputs],
      variable:
        value === undefined
          ? {
              kind: "computed",
              span: nameSpanOf({ site, facts }),
              why: "without a docstring dspy makes the instruction of the names",
            }
          : { kind: "prompt", value, maxLength: undefined },
    };
  }

  #predictor(site: CallSite, facts: FileFacts): Signature {
    const given = argument(site.call, facts, "signature", 0);
    const unclear = (why: string): Signature => ({
      inputs: undefined,
      outputs: undefined,
      variable: { kind: "computed", span: spanAt(facts.lineStarts, site.call.span), why },
    });
    if (given === undefined || given === "unknown") return unclear("no signature is named");
    return this.#signatureOf(given) ?? unclear("its signature is computed");
  }

  /** What a predictor is given: a class, a text like "question -> answer", or a call that makes a signature of one. */
  #signatureOf(given: FoundEntry): Signature | undefined {
    const meaning = this.#meanings.of(given.expression, given.facts);
    if (meaning.kind === "site") {
      const { site, facts } = meaning;
      if (site.kind === "class")
        return this.kindOf(site, facts) === "signature" ? this.#signature(site, facts) : undefined;
      return undefined;
    }
    const text = this.#values.text(given);
    if (text !== undefined) {
      const why = "the signature is a text of field names; dspy makes the instruction of them";
      return {
        ...fieldsOf(text),
        variable: { kind: "computed", span: spanAt(given.facts.lineStarts, given.expression.span), why },
      };
    }
    const called = this.#values.called(given);
    if (called === undefined) return undefined;
    const { call, callee, facts } = called;
    if (callee.kind === "python" && callee.path.at(-1) === "Signature") {
      return this.#instructed(argument(call, facts, "signature", 0), argument(call, facts, "instructions", 1));
    }
    if (call.callee.kind !== "member" || call.callee.property !== "with_instructions") return undefined;
    return this.#instructed({ expression: call.callee.object, facts }, argument(call, facts, "instructions", 0));
  }

  #instructed(signature: FoundEntry | "unknown" | undefined, instructions: FoundEntry | "unknown" | undefined) {
    const base = signature === undefined || signature === "unknown" ? undefined : this.#signatureOf(signature);
    if (base === undefined || instructions === undefined || instructions === "unknown") return base;
    const value = this.#values.source(instructions, "text");
    return { ...base, variable: { kind: "prompt", value, maxLength: undefined } } satisfies Signature;
  }
}

function nameSpanOf({ site, facts }: PlacedClass): TextSpan {
  return spanAt(facts.lineStarts, site.nameSpan);
}

/** An argument by its name, or by its place. */
function argument(call: Call, facts: FileFacts, name: string, place: number): FoundEntry | "unknown" | undefined {
  for (const entry of call.keywords) {
    if (entry.kind === "entry" && entry.key === name) return { expression: entry.value, facts };
  }
  const before = call.arguments.slice(0, place + 1);
  if (before.some(({ kind }) => kind === "spread") || call.keywords.some(({ kind }) => kind === "any"))
    return "unknown";
  const expression = call.arguments[place];
  return expression === undefined ? undefined : { expression, facts };
}

/** Field names of a text like "context: list[str], question -> answer: bool". */
function fieldsOf(signature: string): { inputs: string[] | undefined; outputs: string[] | undefined } {
  const [inputs, outputs, ...more] = signature.split("->");
  if (inputs === undefined || outputs === undefined || more.length > 0)
    return { inputs: undefined, outputs: undefined };
  const names = (list: string): string[] =>
    // Commas within brackets belong to a type.
    list
      .replaceAll(/\[[^\]]*\]+/g, "")
      .split(",")
      .flatMap((field) => /^\s*(\w+)/.exec(field)?.[1] ?? []);
  return { inputs: names(inputs), outputs: names(outputs) };
}
