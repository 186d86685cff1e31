import type { OptionValue } from "../system/variable.ts";
import type { LiteralForm, SourceLanguage, SourceLocation } from "./definition.ts";
import type { Stretch } from "./textLines.ts";

/**
 * What one text tells by itself, as plain data: an abridged program of imports, constants and the calls and classes that
 * may be definitions. Names that lead out of the text stay names; the linker follows them.
 */
export interface FileFacts {
  readonly at: SourceLocation;
  readonly language: SourceLanguage;
  /** Offsets at which the lines of the text begin. */
  readonly lineStarts: readonly number[];
  /** What the names of the outermost scope mean. */
  readonly top: ReadonlyMap<string, Binding>;
  /** What the text exports, by exported name ("default" among them). Python exports its outermost scope instead. */
  readonly exports: ReadonlyMap<string, Export>;
  /** Modules of which everything is exported (`export * from`), or in Python imported (`from x import *`). */
  readonly stars: readonly string[];
  /** Names whose value, or a part of it, is written again somewhere in the text. */
  readonly rewritten: ReadonlySet<string>;
  /** Calls and classes that are definitions if what they name leads to one, in the order of the text. */
  readonly sites: readonly Site[];
}

export type Export =
  /** Of the text itself. */
  | { readonly kind: "own"; readonly value: Expression }
  /** `export { imported } from "specifier"`; `*` for the whole module. */
  | { readonly kind: "from"; readonly specifier: string; readonly imported: string };

/** What a name means. */
export type Binding =
  /** `imported` is the name in the module, "default", or "*" for the module itself. */
  | { readonly kind: "import"; readonly name: string; readonly specifier: string; readonly imported: string }
  | Constant
  /** Something of which nothing is known before it runs; `why` says in words for the user where its value comes from. */
  | { readonly kind: "opaque"; readonly name: string; readonly why: string };

/** A name with one value, unless it is among the rewritten. */
export interface Constant {
  readonly kind: "constant";
  readonly name: string;
  readonly span: Stretch;
  readonly value: Expression;
  /** True for `const`: then only members can be written again. */
  readonly fixed: boolean;
}

/** An expression, as far as it can be told without running it. */
export type Expression =
  | {
      readonly kind: "literal";
      readonly span: Stretch;
      readonly form: WrittenForm;
      /** Undefined for a template with substitutions. */
      readonly value: OptionValue | undefined;
    }
  /** `null`, `undefined`, `None`. */
  | { readonly kind: "nothing"; readonly span: Stretch }
  /** `local` is what it means when an inner scope binds it; else it is a name of the outermost scope, or of nothing. */
  | { readonly kind: "name"; readonly span: Stretch; readonly name: string; readonly local?: Binding }
  | { readonly kind: "member"; readonly span: Stretch; readonly object: Expression; readonly property: string }
  | Call
  /** One of `FileFacts.sites`, by the offset of its call or class. */
  | { readonly kind: "site"; readonly span: Stretch }
  | ObjectExpression
  | { readonly kind: "list"; readonly span: Stretch; readonly items: readonly Expression[] }
  /** `...value` in a list or call; `*value` in Python. */
  | { readonly kind: "spread"; readonly span: Stretch; readonly value: Expression }
  /** `require("specifier")`, `await import("specifier")`. */
  | { readonly kind: "module"; readonly span: Stretch; readonly specifier: string }
  /** A function; `returns` where it has one result that can be told. */
  | { readonly kind: "function"; readonly span: Stretch; readonly returns: Expression | undefined }
  /** Anything else. `code` is how it begins; `why` says in words for the user where its value comes from. */
  | { readonly kind: "computed"; readonly span: Stretch; readonly code: string; readonly why: string };

/** How a literal is written; the substitutions of a template by their offsets. */
export type WrittenForm =
  | Exclude<LiteralForm, { readonly kind: "template" }>
  | { readonly kind: "template"; readonly parts: readonly string[]; readonly substitutions: readonly Stretch[] };

export interface Call {
  readonly kind: "call";
  readonly span: Stretch;
  readonly callee: Expression;
  readonly arguments: readonly Expression[];
  /** Python's `name=value`. */
  readonly keywords: readonly Entry[];
  /** Where a further argument would be written: after the last one and its comma. Empty; undefined for an unfinished call. */
  readonly end: Stretch | undefined;
  readonly trailingComma: boolean;
}

export interface ObjectExpression {
  readonly kind: "object";
  readonly span: Stretch;
  readonly entries: readonly Entry[];
  /** Where a further entry would be written: after the last one and its comma. Empty; undefined for an unfinished one. */
  readonly end: Stretch | undefined;
  readonly trailingComma: boolean;
}

export type Entry =
  | { readonly kind: "entry"; readonly key: string; readonly value: Expression }
  | { readonly kind: "spread"; readonly value: Expression }
  /** A key that is computed: it may be any. */
  | { readonly kind: "any" };

interface Placed {
  /** The whole statement, or the call where it is part of a larger one. */
  readonly span: Stretch;
  /** What names it, for a person to be led to. */
  readonly nameSpan: Stretch;
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

/** The offset by which expressions refer to a site. */
export function siteOffset(site: Site): number {
  return site.kind === "call" ? site.call.span.from : site.span.from;
}

/** Facts of a text that tells nothing: one too large to read, or gone. */
export function noFacts(at: SourceLocation, language: SourceLanguage): FileFacts {
  return {
    at,
    language,
    lineStarts: [0],
    top: new Map(),
    exports: new Map(),
    stars: [],
    rewritten: new Set(),
    sites: [],
  };
}
