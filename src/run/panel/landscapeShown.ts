// The small face of Zod: this file is part of pages of the editor.
import * as z from "zod/mini";
import type { Line } from "../statistics.ts";
import { optionRangeSchema } from "./optionRanges.ts";

/** What the page asks for; what is left out is chosen by the model. */
export const landscapeQuerySchema = z.object({
  component: z.optional(z.string()),
  /** Options that the curve and the heat map go over. */
  x: z.optional(z.string()),
  y: z.optional(z.string()),
  reward: z.optional(z.enum(["local", "global"])),
  /** What values must lie in to be listed. */
  ranges: z.optional(z.array(optionRangeSchema)),
});
export type LandscapeQuery = Readonly<z.infer<typeof landscapeQuerySchema>>;

export type RewardKind = NonNullable<LandscapeQuery["reward"]>;

/** What a run knows of its landscapes, for one component. */
export interface LandscapeShown {
  readonly components: readonly LandscapeComponent[];
  /** Null before the run has told of a component with a variable. */
  readonly chosen: ChosenLandscape | null;
}

export interface LandscapeComponent {
  readonly name: string;
  readonly kind: "prompt" | "options" | "model" | "weights";
}

export interface ChosenLandscape extends LandscapeComponent {
  /** Different values that were scored, the one at the start among them. */
  readonly values: number;
  /** How often a value was scored. */
  readonly scored: number;
  /** Values with a reward, in the order of their appearance. */
  readonly candidates: readonly CandidatePoint[];
  /** Those of which both rewards are known. */
  readonly pairs: readonly CandidatePair[];
  readonly agreement: Agreement;
  readonly options: OptionsLandscape | null;
  readonly models: readonly ModelPoint[];
  /** How models were chosen for each input by the last update that did so; null where none did. */
  readonly choice: ModelChoice | null;
}

/** What became of a value at the gate, or that it is in force now. */
export type CandidateMark = "current" | "accepted" | "rejected" | null;

interface Candidate {
  /** Number of an event that holds the value whole. */
  readonly seq: number;
  /** In which it was scored last; 0 before the first. */
  readonly iteration: number;
  /** The beginning of the value, on one line. */
  readonly text: string;
  readonly mark: CandidateMark;
}

export interface CandidatePoint extends Candidate {
  /** Last local reward, the mean over recorded inputs; null where there is none. */
  readonly local: number | null;
  /** Last global reward, the mean over rows; null where there is none. */
  readonly global: number | null;
}

export interface CandidatePair extends Candidate {
  readonly local: number;
  readonly global: number;
}

/** How local and global reward go together, over all values of which both are known. */
export interface Agreement {
  readonly n: number;
  /** Spearman's rank correlation; null where it is not defined. */
  readonly rank: number | null;
  /** Least squares of the global over the local reward; null where it is not defined. */
  readonly line: Line | null;
}

export interface OptionsLandscape {
  /** Names of all options, the most important first. */
  readonly keys: readonly string[];
  readonly reward: RewardKind;
  readonly curve: OptionCurve;
  /** Null with fewer than two options. */
  readonly grid: OptionGrid | null;
  /** Null with fewer than two options. */
  readonly lines: OptionLines | null;
  readonly importance: readonly OptionImportance[];
}

/** Rewards over the values of one option. */
export interface OptionCurve {
  readonly component: string;
  readonly key: string;
  /** `landscape`: all else is equal, on the same rows. `candidates`: means over what the search tried, whatever else was set. */
  readonly from: "landscape" | "candidates";
  readonly points: readonly CurvePoint[];
}

export interface CurvePoint {
  /** The option's value, or a stretch of values. */
  readonly label: string;
  readonly local: number | null;
  readonly global: number | null;
  /** Rows, or values that the mean is over. */
  readonly n: number;
  readonly current: boolean;
}

/** Mean rewards over the values of two options. */
export interface OptionGrid {
  readonly x: string;
  readonly y: string;
  readonly reward: RewardKind;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly cells: readonly GridCell[];
}

export interface GridCell {
  readonly column: number;
  readonly row: number;
  readonly mean: number;
  readonly n: number;
  readonly current: boolean;
}

/** Values as lines through one axis per option. */
export interface OptionLines {
  readonly reward: RewardKind;
  readonly axes: readonly OptionAxis[];
  /** Lowest reward first. */
  readonly lines: readonly OptionLine[];
  /** Values with all these options and the reward, the shown ones among them. */
  readonly total: number;
  /** Those of them that lie in the ranges, and the best of these, highest reward first. */
  readonly within: { readonly count: number; readonly best: readonly OptionLine[] };
}

export interface OptionAxis {
  readonly key: string;
  /** Values from first to last; null for an axis of numbers. */
  readonly labels: readonly string[] | null;
  /** A logarithmic axis: numbers over orders of magnitude. */
  readonly log: boolean;
}

export interface OptionLine {
  readonly seq: number;
  /** Per axis a number, or the place among its labels. */
  readonly at: readonly number[];
  readonly reward: number;
  readonly iteration: number;
  readonly mark: CandidateMark;
}

export interface OptionImportance {
  readonly key: string;
  /** Different values that were scored. */
  readonly values: number;
  /** Share of the reward's variance that the option explains by itself, from 0 to 1; null where there is too little to tell. */
  readonly share: number | null;
}

export interface ModelPoint {
  readonly model: string;
  readonly local: number | null;
  readonly global: number | null;
  readonly mark: CandidateMark;
}

export interface ModelChoice {
  readonly iteration: number;
  readonly models: readonly ChosenModel[];
}

export interface ChosenModel {
  readonly model: string;
  /** Inputs that it was chosen for, as a share of all. */
  readonly share: number;
  readonly inputs: number;
  /** Mean local reward of its outputs for these; null where it was chosen for none. */
  readonly reward: number | null;
}
