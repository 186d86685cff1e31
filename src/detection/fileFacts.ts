import type { OptionValue } from "../system/variable.ts";
import type { LiteralForm, SourceLanguage, SourceLocation, TextSpan } from "./definition.ts";

/**
 * What one text tells by itself, as plain data: an abridged program of imports, constants and the calls and classes that
 * may be definitions. Names that lead out of the text stay names; the linker follows them.
 */
export interface FileFacts {
  readonly at: SourceLocation;
  readonly language: SourceLanguage;
  /** Everything that a name in the text may mean; expressions refer to it by index. */
  readonly bindings: readonly Binding[];
  /** Bindings of the outermost scope by name. */
  readonly top: Readonly<Record<string, number>>;
  /** What the text exports, by exported name ("default" among them). Python exports its outermost scope instead. */
  readonly exports: Readonly<Record<string, Export>>;
  /** Modules of which everything is exported (`export * from`), or in Python imported (`from x import *`). */
  readonly stars: readonly string[];
  /** Calls and classes that are definitions when what they name leads to one. */
  readonly sites: readonly Site[];
}

export type Export =
  /** A name of the outermost scope, or an expression. */
  | { readonly kind: "own"; readonly value: Expression }
  /** `export { imported } from "specifier"`; `*` for the whole module. */
  | { readonly kind: "from"; readonly specifier: string; readonly imported: string };

/** What a name means. */
export type Binding =
  /** `imported` is the name in the module, "default", or "*" for the module itself. */
  | { readonly kind: "import"; readonly name: string; readonly specifier: string; readonly imported: string }
  /** A name with one value. `changed` when the text assigns to it, or to a member of it, elsewhere. */
  | {
      readonly kind: "constant";
      readonly name: string;
      readonly span: TextSpan;
      readonly value: Expression;
      readonly changed: boolean;
    }
  /** Something of which nothing is known before it runs; `what` in words ("a parameter"). */
  | { readonly kind: "opaque"; readonly name: string; readonly what: string };

/** An expression, as far as it can be told without running it. */
export type Expression =
  | {
      readonly kind: "literal";
      readonly span: TextSpan;
      readonly form: LiteralForm;
      /** Undefined for a template with substitutions. */
      readonly value: OptionValue | undefined;
    }
  /** `null`, `undefined`, `None`. */
  | { readonly kind: "nothing"; readonly span: TextSpan }
  /** `binding` is absent for names that the text does not bind, and those of the outermost scope. */
  | { readonly kind: "name"; readonly span: TextSpan; readonly name: string; readonly binding?: number }
  | { readonly kind: "member"; readonly span: TextSpan; readonly object: Expression; readonly property: string }
  | Call
  /** A call or class that may be a definition: one of `FileFacts.sites`. */
  | { readonly kind: "site"; readonly span: TextSpan; readonly site: number }
  | ObjectExpression
  | { readonly kind: "list"; readonly span: TextSpan; readonly items: readonly Expression[] }
  /** `...value` in a list or call; `*value` in Python. */
  | { readonly kind: "spread"; readonly span: TextSpan; readonly value: Expression }
  /** `require("specifier")`, `await import("specifier")`. */
  | { readonly kind: "module"; readonly span: TextSpan; readonly specifier: string }
  /** A function without parameters whose one result can be told. */
  | { readonly kind: "function"; readonly span: TextSpan; readonly returns: Expression | undefined }
  /** Anything else; `why` says in words for the user where its value comes from. */
  | { readonly kind: "computed"; readonly span: TextSpan; readonly why: string };

export interface Call {
  readonly kind: "call";
  readonly span: TextSpan;
  readonly callee: Expression;
  readonly arguments: readonly Expression[];
  /** Python's `name=value`. */
  readonly keywords: readonly Entry[];
  /** Where a further argument would be written: after the last one and its comma. */
  readonly end: TextSpan;
  readonly trailingComma: boolean;
}

export interface ObjectExpression {
  readonly kind: "object";
  readonly span: TextSpan;
  readonly entries: readonly Entry[];
  /** Where a further entry would be written: after the last one and its comma. */
  readonly end: TextSpan;
  readonly trailingComma: boolean;
}

export type Entry =
  | { readonly kind: "entry"; readonly key: string; readonly keySpan: TextSpan; readonly value: Expression }
  | { readonly kind: "spread"; readonly value: Expression }
  /** A key that is computed: it may be any. */
  | { readonly kind: "any" };

interface Placed {
  /** The whole statement, or the call where it is part of a larger one. */
  readonly span: TextSpan;
  /** What names it, for a person to be led to. */
  readonly nameSpan: TextSpan;
  /** The constant, class or attribute that it is bound to. */
  readonly binding: string | undefined;
}

export type Site = CallSite | ClassSite;

export interface CallSite extends Placed {
  readonly kind: "call";
  readonly call: Call;
}

/** A class of Python with the bases that may make it a definition. */
export interface ClassSite extends Placed {
  readonly kind: "class";
  readonly name: string;
  readonly bases: readonly Expression[];
  readonly documentation: Expression | undefined;
  /** Assignments in the body: fields of a signature. */
  readonly attributes: readonly { readonly name: string; readonly value: Expression | undefined }[];
  /** What `__init__` gives to the base's. */
  readonly initialization: Call | undefined;
  /** Parameters of `forward`, without `self`; undefined without such a method or where they are open (`**inputs`). */
  readonly forward: readonly string[] | undefined;
}

/** Facts of a text that tells nothing: one too large to read, or gone. */
export function noFacts(at: SourceLocation, language: SourceLanguage): FileFacts {
  return { at, language, bindings: [], top: {}, exports: {}, stars: [], sites: [] };
}
