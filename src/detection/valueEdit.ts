import type { OptionValue } from "../system/variable.ts";
import type { ValueSource } from "./definition.ts";
import { resubstituted, type SubstitutionProblem } from "./templateSubstitutions.ts";
import type { TextEdit } from "./textEdit.ts";
import { canInsert, insertedEntries, insertedValue, type WrittenInsertion } from "./valueInsertion.ts";
import {
  type EditedText,
  type LiteralRefusal,
  type LiteralSource,
  literalFor,
  newLiteral,
  stands,
  templateOf,
  templateParts,
} from "./valueLiteral.ts";

/** A new value for one place. */
export interface ValueChange {
  readonly source: ValueSource;
  /** The option's name; undefined where the variable is one value. */
  readonly key: string | undefined;
  readonly value: OptionValue;
  /** Texts that the source may have evaluated to before, likeliest first: what a template's substitutions gave. */
  readonly known: readonly string[];
}

/** An edit, and where in its text the changed values begin. */
export interface ValueEdit extends TextEdit {
  readonly values: readonly { readonly change: ValueChange; readonly offset: number }[];
}

/** Why a value cannot be written to the source. */
export type EditRefusal =
  /** Code computes it; `why` in words for the user. */
  | { readonly kind: "computed"; readonly why: string }
  /** The text at the place is not what was detected there. */
  | { readonly kind: "moved" }
  /** Another change writes another value to the same place. */
  | { readonly kind: "conflict"; readonly other: OptionValue }
  /** A substitution of a template would be lost; `expression` as written, with its braces. */
  | { readonly kind: "substitution"; readonly expression: string; readonly problem: SubstitutionProblem["kind"] }
  | LiteralRefusal;

/** The edits that bring the values into the text, or the first change that cannot be made: never a part of them. */
export type ValueEdits =
  | { readonly kind: "edits"; readonly edits: readonly ValueEdit[] }
  | { readonly kind: "refused"; readonly change: ValueChange; readonly refusal: EditRefusal };

type Outcome = { readonly kind: "edit"; readonly edit: ValueEdit | undefined } | Refused;
type Refused = { readonly kind: "refused"; readonly refusal: EditRefusal };

/**
 * @param changes all of them in this text. A value that stands there already makes no edit.
 */
export function valueEdits(source: EditedText, changes: readonly ValueChange[]): ValueEdits {
  const edits: ValueEdit[] = [];
  const insertions: ValueChange[] = [];
  for (const [index, change] of changes.entries()) {
    const same = changes.slice(0, index).find((other) => samePlace(other, change));
    if (same !== undefined) {
      if (same.value === change.value) continue;
      return { kind: "refused", change, refusal: { kind: "conflict", other: same.value } };
    }
    if (change.source.kind === "implied") {
      if (!canInsert(source.text, change.source.insertion)) return { ...refused({ kind: "moved" }), change };
      if (change.value !== change.source.value) insertions.push(change);
      continue;
    }
    const outcome =
      change.source.kind === "literal"
        ? literalEdit(source, change.source, change)
        : refused({ kind: "computed", why: change.source.why });
    if (outcome.kind === "refused") return { ...outcome, change };
    if (outcome.edit !== undefined) edits.push(outcome.edit);
  }
  return { kind: "edits", edits: [...edits, ...insertionEdits(source, insertions)] };
}

function refused(refusal: EditRefusal): Refused {
  return { kind: "refused", refusal };
}

function samePlace(a: ValueChange, b: ValueChange): boolean {
  if (a.source.kind === "implied" || b.source.kind === "implied") {
    return a.source.kind === b.source.kind && pointOf(a) === pointOf(b) && a.key === b.key;
  }
  return a.source.span.from === b.source.span.from;
}

function literalEdit(source: EditedText, place: LiteralSource, change: ValueChange): Outcome {
  if (!stands(source, place)) return refused({ kind: "moved" });
  if (place.value !== undefined && place.value === change.value) return { kind: "edit", edit: undefined };
  const { form } = place;
  const written =
    form.kind === "template" && form.substitutions.length > 0
      ? templateFor(source, place, change)
      : literalFor(source, place, change.value);
  if (written.kind !== "written") return refused(written);
  const { from, to } = place.span;
  if (written.text === source.text.slice(from, to)) return { kind: "edit", edit: undefined };
  return { kind: "edit", edit: { from, to, text: written.text, values: [{ change, offset: 0 }] } };
}

function templateFor(
  source: EditedText,
  place: LiteralSource,
  { value, known }: ValueChange,
): { readonly kind: "written"; readonly text: string } | EditRefusal {
  const parts = templateParts(source, place);
  if (parts === undefined) return { kind: "moved" };
  if (place.form.kind !== "template") throw new Error(`no template: ${place.form.kind}`);
  const found = typeof value === "string" ? resubstituted(parts, known, value) : undefined;
  if (found?.kind === "parts") return { kind: "written", text: templateOf(source, place, found.parts) };
  const span = place.form.substitutions[found?.problem.index ?? 0];
  const expression = span === undefined ? "" : source.text.slice(span.from, span.to);
  return { kind: "substitution", expression, problem: found?.problem.kind ?? "gone" };
}

/** Values that share a point are written in one piece. */
function insertionEdits(source: EditedText, changes: readonly ValueChange[]): ValueEdit[] {
  const points = new Map<number, ValueChange[]>();
  for (const change of changes) {
    const point = pointOf(change);
    points.set(point, [...(points.get(point) ?? []), change]);
  }
  return [...points].map(([point, together]) => {
    const { edit, offsets } = insertionFor(source, point, together);
    return { ...edit, values: together.map((change, index) => ({ change, offset: offsets[index] ?? 0 })) };
  });
}

function insertionFor(source: EditedText, point: number, changes: readonly ValueChange[]): WrittenInsertion {
  const [first] = changes;
  if (first?.source.kind !== "implied") throw new Error(`nothing to insert at ${point}`);
  const { insertion } = first.source;
  const entries = changes.map(({ key = "", value }) => ({ key, value: newLiteral(source, value, point) }));
  return first.key === undefined
    ? insertedValue(source.text, insertion, entries[0]?.value ?? "")
    : insertedEntries(source.text, insertion, entries);
}

function pointOf({ source }: ValueChange): number {
  return source.kind === "implied" ? source.insertion.span.from : source.span.from;
}
