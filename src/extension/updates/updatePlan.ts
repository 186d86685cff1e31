import type { ComponentDefinition, SourceLocation } from "../../detection/definition.ts";
import { editedText } from "../../detection/textEdit.ts";
import { type ValueChange, type ValueEdit, valueEdits } from "../../detection/valueEdit.ts";
import type { EditedText } from "../../detection/valueLiteral.ts";
import { type AppliedPiece, type EarlierValue, pieceHash } from "./appliedUpdates.ts";
import { type ComponentChange, type Refused, valueChanges } from "./componentChange.ts";

/** A component that is to get a value; `definition` is undefined where it is found no longer. */
export interface PlannedChange {
  readonly change: ComponentChange;
  readonly definition: ComponentDefinition | undefined;
}

/** The edits of one text. */
export interface PlannedText {
  readonly at: SourceLocation;
  readonly before: string;
  readonly after: string;
  /** Each with the components that it is made for: several where they share a constant. */
  readonly edits: readonly { readonly edit: ValueEdit; readonly changes: readonly ComponentChange[] }[];
}

/** What has to be done for components to get their values. A component is changed in all its places or in none. */
export interface UpdatePlan {
  readonly texts: readonly PlannedText[];
  readonly refused: readonly Refused[];
  /** Places that are written to, by the change that asks for it. */
  readonly places: ReadonlyMap<ComponentChange, readonly ValueChange[]>;
}

/** What the plan writes for a change, to be remembered: it can be taken back by this. */
export function writtenFor(
  { texts, places }: UpdatePlan,
  change: ComponentChange,
): { readonly pieces: readonly AppliedPiece[]; readonly values: readonly EarlierValue[] } {
  const written = places.get(change) ?? [];
  const pieces = texts.flatMap(({ at, before, edits }) =>
    edits.flatMap(({ edit }) =>
      edit.values.flatMap(({ change: value, offset }): AppliedPiece[] => {
        const place = written.find((one) => spotOf(one) === spotOf(value));
        if (place === undefined) return [];
        const { text, from, to } = edit;
        const keyed = place.key === undefined ? {} : { key: place.key };
        const piece = { at, ...keyed, offset, length: text.length, hash: pieceHash(text) };
        return [{ ...piece, earlier: before.slice(from, to) }];
      }),
    ),
  );
  const values = written.map(({ key, value, source }): EarlierValue => {
    const earlier = source.kind === "computed" ? undefined : source.value;
    return { ...(key === undefined ? {} : { key }), applied: value, ...(earlier === undefined ? {} : { earlier }) };
  });
  return { pieces, values };
}

/** Equal for equal places. */
export function placeKey({ uri, cell }: SourceLocation): string {
  return cell === undefined ? uri : `${uri}#${cell}`;
}

/** Where texts must be read for the changes to be planned. */
export function placesOf(planned: readonly PlannedChange[]): SourceLocation[] {
  const places = planned.flatMap(({ change, definition }) => {
    if (definition === undefined) return [];
    const found = valueChanges(definition, change);
    return [definition.at, ...(found.kind === "changes" ? found.changes.map(({ source }) => source.at) : [])];
  });
  return [...new Map(places.map((place) => [placeKey(place), place])).values()];
}

/**
 * @param textAt what stands at a place now, or in words why that cannot be told
 */
export function planUpdate(
  planned: readonly PlannedChange[],
  textAt: (place: SourceLocation) => EditedText | string,
): UpdatePlan {
  const refused: Refused[] = [];
  let wanted = planned.flatMap((one) => wantedFrom(one, refused));
  for (;;) {
    const outcome = attempt(wanted, textAt);
    if ("texts" in outcome) return { texts: outcome.texts, refused, places: placesWritten(wanted, outcome.texts) };
    refused.push(outcome);
    wanted = wanted.filter(({ change }) => change !== outcome.change);
  }
}

interface Wanted {
  readonly change: ComponentChange;
  readonly place: ValueChange;
}

function wantedFrom({ change, definition }: PlannedChange, refused: Refused[]): Wanted[] {
  if (definition === undefined) {
    refused.push({ change, refusal: { kind: "gone" }, at: undefined, span: undefined });
    return [];
  }
  const found = valueChanges(definition, change);
  if (found.kind === "changes") return found.changes.map((place) => ({ change, place }));
  refused.push({ change, refusal: found.refusal, at: definition.at, span: found.span ?? definition.nameSpan });
  return [];
}

function attempt(
  wanted: readonly Wanted[],
  textAt: (place: SourceLocation) => EditedText | string,
): { readonly texts: readonly PlannedText[] } | Refused {
  const texts: PlannedText[] = [];
  for (const together of byText(wanted)) {
    const [first] = together;
    if (first === undefined) continue;
    const { at } = first.place.source;
    const text = textAt(at);
    if (typeof text === "string")
      return { change: first.change, refusal: { kind: "unreadable", why: text }, at, span: undefined };
    const result = valueEdits(
      text,
      together.map(({ place }) => place),
    );
    if (result.kind === "refused") return refusedFor(result.change, result.refusal, together, first);
    const edits = result.edits.map((edit) => ({ edit, changes: madeFor(edit, together) }));
    if (edits.length > 0) texts.push({ at, before: text.text, after: editedText(text.text, result.edits), edits });
  }
  return { texts };
}

function byText(wanted: readonly Wanted[]): Wanted[][] {
  const texts = new Map<string, Wanted[]>();
  for (const one of wanted) {
    const key = placeKey(one.place.source.at);
    texts.set(key, [...(texts.get(key) ?? []), one]);
  }
  return [...texts.values()];
}

function refusedFor(
  place: ValueChange,
  refusal: Refused["refusal"],
  together: readonly Wanted[],
  first: Wanted,
): Refused {
  const { change } = together.find((wanted) => wanted.place === place) ?? first;
  const { source } = place;
  return { change, refusal, at: source.at, span: source.kind === "implied" ? source.insertion.span : source.span };
}

function madeFor(edit: ValueEdit, together: readonly Wanted[]): ComponentChange[] {
  const places = edit.values.map(({ change }) => spotOf(change));
  return [...new Set(together.filter(({ place }) => places.includes(spotOf(place))).map(({ change }) => change))];
}

function placesWritten(
  wanted: readonly Wanted[],
  texts: readonly PlannedText[],
): Map<ComponentChange, readonly ValueChange[]> {
  const written = new Set(
    texts.flatMap(({ edits }) => edits.flatMap(({ edit }) => edit.values.map(({ change }) => spotOf(change)))),
  );
  const places = new Map<ComponentChange, ValueChange[]>();
  for (const { change, place } of wanted) {
    const all = places.get(change) ?? [];
    places.set(change, written.has(spotOf(place)) ? [...all, place] : all);
  }
  return places;
}

/** Equal for values that are written to the same spot: those of a constant, and options of one variable by their key. */
function spotOf({ source, key }: ValueChange): string {
  const { from } = source.kind === "implied" ? source.insertion.span : source.span;
  return `${placeKey(source.at)} ${from} ${source.kind === "implied" ? (key ?? "") : ""}`;
}
