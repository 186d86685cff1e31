import type { Behaviour } from "./behaviour.ts";

export const families = ["length", "extraction", "evidence", "answer type", "reasoning", "format"] as const;
export type Family = (typeof families)[number];

/** An instruction that the simulated model understands. */
export interface Directive {
  readonly id: string;
  readonly family: Family;
  /** What it does, in one line. */
  readonly does: string;
  /** Ways to say it; matched without regard to case. */
  readonly patterns: readonly RegExp[];
  readonly effect: Partial<Behaviour>;
  /** An example that the patterns recognise; for the documentation. */
  readonly example: string;
}

/** A directive with its parts in the order in which tables give them. */
export const directive = (
  id: string,
  family: Family,
  example: string,
  does: string,
  effect: Partial<Behaviour>,
  ...patterns: RegExp[]
): Directive => ({ id, family, example, does, effect, patterns });
