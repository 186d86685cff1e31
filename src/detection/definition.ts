import type { Dimension, OptionValue } from "../system/variable.ts";

/** A place in a text: line and character from 0, in UTF-16 code units, as the editor counts. */
export interface TextPoint {
  readonly line: number;
  readonly character: number;
}

/** A stretch of a text. `from` and `to` are offsets in UTF-16 code units; `to` is the first that does not belong. */
export interface TextSpan {
  readonly from: number;
  readonly to: number;
  readonly start: TextPoint;
  readonly end: TextPoint;
}

/** Languages in which definitions are found, by the editor's names for them. */
export type SourceLanguage = "typescript" | "typescriptreact" | "javascript" | "javascriptreact" | "python";

/**
 * Where a text lies: a file, or one code cell of a notebook. Files are named by their URI; cells by the notebook's URI and
 * the cell's id, for their place in the notebook changes.
 */
export interface SourceLocation {
  readonly uri: string;
  /** Id of the cell in the notebook at `uri`; absent for a file. */
  readonly cell?: string;
}

/** What a definition declares. The first four are run by this product; the others are found and listed only. */
export type DefinitionKind =
  | "component"
  | "llm"
  | "system"
  | "experiment"
  /** Python: a subclass of Optimas' `BaseComponent`. */
  | "base component"
  /** Python: a subclass of `dspy.Signature`. */
  | "signature"
  /** Python: a subclass of `dspy.Module`. */
  | "module"
  /** Python: an assignment of `dspy.Predict(...)`, `dspy.ChainOfThought(...)` and the like. */
  | "predictor";

/** How a literal is written, which is how a new value takes its place. */
export type LiteralForm =
  | { readonly kind: "string"; readonly quote: '"' | "'" }
  /**
   * A template without a tag; `parts` are the stretches of its text with escapes evaluated, `substitutions` the `${...}`
   * between them.
   */
  | { readonly kind: "template"; readonly parts: readonly string[]; readonly substitutions: readonly TextSpan[] }
  /** Python: `prefix` as written ("", "r", ...), `quote` one of `"`, `'`, `"""`, `'''`. */
  | {
      readonly kind: "python string";
      readonly prefix: string;
      readonly quote: string;
      /** The documentation of a class or function: its value is what `inspect.cleandoc` makes of the text. */
      readonly docstring?: true;
    }
  /** Literals joined by `+`, or a list of them joined by `.join("...")`: a single literal takes their place. */
  | { readonly kind: "joined" }
  | { readonly kind: "number" }
  | { readonly kind: "boolean" };

/** Where the value of a variable, or of one option of it, stands in the source. */
export type ValueSource =
  /** A literal: here, in another file, or a constant's. */
  | {
      readonly kind: "literal";
      readonly at: SourceLocation;
      /** The whole literal, quotes included; for "joined" the whole expression. */
      readonly span: TextSpan;
      readonly form: LiteralForm;
      /** What it evaluates to, for a docstring without its indentation; undefined for a template with substitutions. */
      readonly value: OptionValue | undefined;
      /** The constant that holds it, when the definition names one. */
      readonly constant?: string;
    }
  /**
   * Not written down: it follows from the search space (the first of a choice, the low end of a range). A new value is
   * written by inserting `before + value + after` at the point.
   */
  | {
      readonly kind: "implied";
      readonly at: SourceLocation;
      readonly value: OptionValue | undefined;
      readonly insertion: Insertion;
    }
  /** Computed by code: there is nothing to write to. `why` in words for the user ("it is computed by format(...)"). */
  | { readonly kind: "computed"; readonly at: SourceLocation; readonly span: TextSpan; readonly why: string };

/**
 * How a value that is not written down gets its place. Several options of one component that share a point are written
 * in one piece.
 */
export type Insertion =
  /**
   * A second argument after the first, and after its comma where there is one (`comma`): `{ key: value }` in
   * `options(space)` and `options(space, )`, the value itself in `modelChoice(models)`.
   */
  | { readonly kind: "argument"; readonly span: TextSpan; readonly comma: boolean }
  /** A property `key: value` after the last one, and after its comma, in an object that is there already. */
  | { readonly kind: "property"; readonly span: TextSpan; readonly empty: boolean; readonly trailingComma: boolean };

/** One dimension of a search space as far as it is written down. */
export type DetectedDimension = Dimension | { readonly kind: "computed"; readonly text: string };

/** What may be changed in a component, as the source tells. */
export type DetectedVariable =
  | { readonly kind: "none" }
  | { readonly kind: "prompt"; readonly value: ValueSource; readonly maxLength: number | undefined }
  | {
      readonly kind: "options";
      /** Undefined where the space is computed as a whole. */
      readonly space: Readonly<Record<string, DetectedDimension>> | undefined;
      readonly values: Readonly<Record<string, ValueSource>>;
    }
  | { readonly kind: "model"; readonly models: readonly string[] | undefined; readonly value: ValueSource }
  /** A variable that code makes; nothing of it can be said. */
  | { readonly kind: "computed"; readonly span: TextSpan; readonly why: string };

/** What one definition refers to, by the name written there; resolved where the name leads to a definition. */
export interface Reference {
  readonly name: string;
  readonly span: TextSpan;
  /** Id of the definition that it names; undefined where that could not be told. */
  readonly definition: string | undefined;
}

interface Declared {
  /** Stable while the text around it changes: location, kind, and name or binding (with a number where these repeat). */
  readonly id: string;
  readonly at: SourceLocation;
  readonly language: SourceLanguage;
  /** As declared (`name: "retriever"`), else the binding's name; undefined where both are missing or computed. */
  readonly name: string | undefined;
  /** The constant, class or attribute that it is bound to. */
  readonly binding: string | undefined;
  /** Names by which its file exports it, "default" among them; in Python and in cells of notebooks, the binding. */
  readonly exportedAs: readonly string[];
  /** The whole statement or call. */
  readonly span: TextSpan;
  /** What names it, for a person to be led to. */
  readonly nameSpan: TextSpan;
}

/** A component of any language. */
export interface ComponentDefinition extends Declared {
  readonly kind: Exclude<DefinitionKind, "system" | "experiment">;
  readonly description: string | undefined;
  /** Field names; undefined where they are computed. */
  readonly inputs: readonly string[] | undefined;
  readonly outputs: readonly string[] | undefined;
  readonly variable: DetectedVariable;
}

export interface SystemDefinition extends Declared {
  readonly kind: "system";
  /** In the order written; undefined where the list is computed as a whole. */
  readonly components: readonly Reference[] | undefined;
  readonly outputs: readonly string[] | undefined;
}

export interface ExperimentDefinition extends Declared {
  readonly kind: "experiment";
  readonly system: Reference | undefined;
  /** Where it says which model its system asks; the simulated one where it does not. Absent where no call was read. */
  readonly model?: ValueSource;
  /** Its settings as far as they are single values, null among them; absent where code computes them. */
  readonly settings?: Readonly<Record<string, OptionValue | null>>;
}

export type Definition = ComponentDefinition | SystemDefinition | ExperimentDefinition;

export function isComponent(definition: Definition): definition is ComponentDefinition {
  return definition.kind !== "system" && definition.kind !== "experiment";
}

/** Everything found in one file or notebook, by place. */
export interface DetectedFile {
  readonly uri: string;
  readonly definitions: readonly Definition[];
}
