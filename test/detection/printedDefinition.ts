import {
  type Definition,
  type DetectedDimension,
  type DetectedVariable,
  isComponent,
  type SourceLocation,
  type TextSpan,
  type ValueSource,
} from "../../src/detection/definition.ts";
import { type CorpusText, PLACE } from "./corpusCase.ts";

/** Definitions in words, with the code at every place that they name. */
export class PrintedDefinitions {
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: readonly CorpusText[]) {
    this.#texts = new Map(texts.map(({ name, cell, text }) => [cell === undefined ? name : `${name}#${cell}`, text]));
  }

  print(definitions: readonly Definition[]): string {
    return definitions.length === 0 ? "nothing\n" : definitions.map((found) => this.#definition(found)).join("");
  }

  #definition(found: Definition): string {
    const exported = found.exportedAs.length === 0 ? "" : `, exported as ${found.exportedAs.join(", ")}`;
    const binding = found.binding === undefined ? "" : ` bound to ${found.binding}`;
    const lines = [
      `${found.kind} ${found.name ?? "(nameless)"}${binding}${exported}, ${this.#place(found.at, found.span)}`,
      `named by ${this.#code(found.at, found.nameSpan)}`,
    ];
    if (isComponent(found)) {
      if (found.description !== undefined) lines.push(`described as ${JSON.stringify(found.description)}`);
      lines.push(`${names(found.inputs)} -> ${names(found.outputs)}`, ...this.#variable(found.at, found.variable));
    } else if (found.kind === "system") {
      const components = found.components?.map((reference) => this.#reference(found.at, reference));
      lines.push(`components ${components?.join(", ") ?? "computed"}`, `outputs ${names(found.outputs)}`);
    } else {
      lines.push(`system ${found.system === undefined ? "unknown" : this.#reference(found.at, found.system)}`);
    }
    return `${lines.join("\n  ")}\n`;
  }

  #reference(
    at: SourceLocation,
    { name, span, definition }: { name: string; span: TextSpan; definition: string | undefined },
  ) {
    const code = this.#code(at, span);
    const shown = code === name ? name : `${name} ${code}`;
    return definition === undefined ? `${shown} (unresolved)` : `${shown} = ${definition.replace(PLACE, "")}`;
  }

  #variable(at: SourceLocation, variable: DetectedVariable): string[] {
    switch (variable.kind) {
      case "none":
        return ["no variable"];
      case "computed":
        return [`variable computed: ${variable.why}, ${this.#place(at, variable.span)}`];
      case "prompt":
        return [`prompt up to ${variable.maxLength ?? "unknown"} = ${this.#value(variable.value)}`];
      case "model":
        return [`model of ${variable.models?.join(", ") ?? "computed"} = ${this.#value(variable.value)}`];
      case "options": {
        const keys = new Set([...Object.keys(variable.space ?? {}), ...Object.keys(variable.values)]);
        if (variable.space === undefined && keys.size === 0) return ["options computed"];
        return [...keys].map((key) => {
          const value = variable.values[key];
          const dimension = variable.space?.[key];
          const space = dimension === undefined ? "anything" : dimensionText(dimension);
          return `option ${key} in ${space} = ${value === undefined ? "unknown" : this.#value(value)}`;
        });
      }
    }
  }

  #value(value: ValueSource): string {
    switch (value.kind) {
      case "computed":
        return `computed: ${value.why}, ${this.#place(value.at, value.span)} ${this.#code(value.at, value.span)}`;
      case "implied": {
        const { insertion } = value;
        const how =
          insertion.kind === "argument"
            ? `comma ${insertion.comma}`
            : `empty ${insertion.empty}, comma ${insertion.trailingComma}`;
        const text = this.#text(value.at);
        const { from } = insertion.span;
        const around = `${text.slice(text.lastIndexOf("\n", from - 1) + 1, from)}‸${text.slice(from).split(/\r?\n/)[0]}`;
        return `implied ${JSON.stringify(value.value)}, ${insertion.kind} (${how}) at ${this.#place(value.at, insertion.span)} ${around.trim()}`;
      }
      case "literal": {
        const constant = value.constant === undefined ? "" : ` in ${value.constant}`;
        const form = value.form.kind === "template" ? `template ${JSON.stringify(value.form.parts)}` : value.form.kind;
        const shown = JSON.stringify(value.value) ?? "unknown";
        return `${shown.length > 200 ? `${shown.slice(0, 200)}...` : shown}, ${form}${constant}, ${this.#place(value.at, value.span)} ${this.#code(value.at, value.span)}`;
      }
    }
  }

  #place({ uri, cell }: SourceLocation, { start, end }: TextSpan): string {
    const file = `${uri.replace(PLACE, "")}${cell === undefined ? "" : `#${cell}`}`;
    const to = start.line === end.line ? `${end.character + 1}` : `${end.line + 1}:${end.character + 1}`;
    return `${file}:${start.line + 1}:${start.character + 1}-${to}`;
  }

  #code(at: SourceLocation, { from, to }: TextSpan): string {
    const code = this.#text(at).slice(from, to);
    const line = code
      .replaceAll("\r", "␍")
      .replaceAll("\n", "␊")
      .replaceAll(/\p{Cc}|\u2028/gu, (sign) => `<U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}>`);
    return line.length > 70 ? `${line.slice(0, 34)} … ${line.slice(-34)}` : line;
  }

  #text({ uri, cell }: SourceLocation): string {
    const name = `${uri.replace(PLACE, "")}${cell === undefined ? "" : `#${cell}`}`;
    const text = this.#texts.get(name);
    if (text === undefined) throw new Error(`a definition names ${name}, which the case does not have`);
    return text;
  }
}

function names(list: readonly string[] | undefined): string {
  return list === undefined ? "computed" : list.length === 0 ? "()" : list.join(", ");
}

function dimensionText(dimension: DetectedDimension): string {
  if (dimension.kind === "computed") return `computed ${dimension.text}`;
  if (dimension.kind === "choice") return JSON.stringify(dimension.values);
  const { low, high, integer, log, step } = dimension;
  return `${low}..${high}${integer ? " integer" : ""}${log ? " log" : ""}${step === undefined ? "" : ` step ${step}`}`;
}
