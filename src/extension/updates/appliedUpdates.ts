import { createHash } from "node:crypto";
import type { ComponentDefinition, SourceLocation } from "../../detection/definition.ts";
import type { TextEdit } from "../../detection/textEdit.ts";
import type { OptionValue, VariableValue } from "../../system/variable.ts";
import type { Memory } from "../notebook/rememberedRuns.ts";
import { sourceOf, type UpdateOrigin } from "./componentChange.ts";

/** A piece of source that an update wrote, and what stood there before. */
export interface AppliedPiece {
  readonly at: SourceLocation;
  /** The option whose value lies in the piece; absent where the variable is one value. */
  readonly key?: string;
  /** Where in the piece that value begins: the piece is found again by its values. */
  readonly offset: number;
  /** What was written, as its length and hash. */
  readonly length: number;
  readonly hash: string;
  /** What stood there before. */
  readonly earlier: string;
}

/** The value of one place before it was written to. */
export interface EarlierValue {
  readonly key?: string;
  readonly applied: OptionValue;
  /** Absent where only its text is known: a template with substitutions. */
  readonly earlier?: OptionValue;
}

/** An update that was written to the source of one component. */
export interface AppliedUpdate {
  /** Id of the definition. */
  readonly definition: string;
  /** The component's name for people. */
  readonly name: string;
  readonly value: VariableValue;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly origin?: UpdateOrigin;
  readonly pieces: readonly AppliedPiece[];
  readonly values: readonly EarlierValue[];
}

const KEY = "optimas.appliedUpdates";
/** Older ones are forgotten: the file's history has them. */
const MOST = 100;

/** What was written to sources of this workspace and may be taken back, over restarts of the editor. */
export class AppliedUpdates {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Oldest first. */
  get all(): readonly AppliedUpdate[] {
    return this.#memory.get<readonly AppliedUpdate[]>(KEY) ?? [];
  }

  /** The update that was written last to a component. */
  last(definition: string): AppliedUpdate | undefined {
    return this.all.findLast((update) => update.definition === definition);
  }

  async add(updates: readonly AppliedUpdate[]): Promise<void> {
    await this.#memory.update(KEY, [...this.all, ...updates].slice(-MOST));
  }

  async forget(update: AppliedUpdate): Promise<void> {
    const text = JSON.stringify(update);
    const index = this.all.findLastIndex((other) => JSON.stringify(other) === text);
    if (index >= 0) await this.#memory.update(KEY, this.all.toSpliced(index, 1));
  }
}

export function pieceHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** What stands at a place now; undefined where that cannot be told. */
export type TextAt = (place: SourceLocation) => string | undefined;

/**
 * The edits that bring back, letter by letter, what stood in the source before an update. Undefined where something that
 * it wrote is no longer there as it was written.
 */
export function earlierText(
  { pieces }: AppliedUpdate,
  definition: ComponentDefinition,
  textAt: TextAt,
): { readonly at: SourceLocation; readonly edit: TextEdit }[] | undefined {
  const edits = new Map<string, { readonly at: SourceLocation; readonly edit: TextEdit }>();
  for (const { key, offset, length, hash, earlier } of pieces) {
    const source = sourceOf(definition, key);
    if (source?.kind !== "literal") return undefined;
    const from = source.span.from - offset;
    const written = textAt(source.at)?.slice(Math.max(0, from), from + length);
    if (written === undefined || pieceHash(written) !== hash) return undefined;
    const { at } = source;
    edits.set(JSON.stringify([at, from]), { at, edit: { from, to: from + length, text: earlier } });
  }
  return [...edits.values()];
}

/** Which value of an update a component has now. */
export type PresentValue = "applied" | "earlier" | "another";

export function presentValue(update: AppliedUpdate, definition: ComponentDefinition, textAt: TextAt): PresentValue {
  if (earlierText(update, definition, textAt) !== undefined) return "applied";
  if (update.pieces.every((piece) => standsEarlier(piece, definition, textAt))) return "earlier";
  const now = update.values.map(({ key }) => {
    const source = sourceOf(definition, key);
    return source === undefined || source.kind === "computed" ? undefined : source.value;
  });
  if (update.values.every(({ applied }, index) => now[index] === applied)) return "applied";
  const earlier = update.values.every((value, index) => value.earlier !== undefined && now[index] === value.earlier);
  return earlier ? "earlier" : "another";
}

function standsEarlier({ key, earlier }: AppliedPiece, definition: ComponentDefinition, textAt: TextAt): boolean {
  const source = sourceOf(definition, key);
  if (source === undefined || source.kind === "computed") return false;
  // What was inserted took the place of nothing.
  if (earlier === "") return source.kind === "implied";
  return source.kind === "literal" && textAt(source.at)?.slice(source.span.from, source.span.to) === earlier;
}

/** What a component is to get for an update to be taken back; undefined where that was no value that can be told. */
export function earlierValue({ values }: AppliedUpdate): VariableValue | undefined {
  const options: Record<string, OptionValue> = {};
  for (const { key, earlier } of values) {
    if (earlier === undefined) return undefined;
    if (key === undefined) return typeof earlier === "string" ? earlier : undefined;
    options[key] = earlier;
  }
  return options;
}
