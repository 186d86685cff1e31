// The small face of Zod: this file is part of pages of the editor.
import * as z from "zod/mini";
import type { EffectPoint } from "../views/outputEffects.ts";

/** What the page asks for; what is left out is chosen by the model. */
export const alignmentQuerySchema = z.object({
  /** Name of the component that is looked at closely. */
  component: z.optional(z.string()),
  /** Number of the event of one of its fits; the last one without. */
  fit: z.optional(z.int()),
});
export type AlignmentQuery = Readonly<z.infer<typeof alignmentQuerySchema>>;

/** How rightly the local rewards of a run order outputs. */
export interface AlignmentShown {
  readonly simulated: boolean;
  /** Alignment below which a local reward is not used; null where the run does not say. */
  readonly threshold: number | null;
  /** Components whose local reward was fitted, in the order of the system. */
  readonly components: readonly AlignmentCurve[];
  /** Null before the first fit. */
  readonly chosen: ChosenFit | null;
}

/** The fits of one component, in their order. */
export interface AlignmentCurve {
  readonly component: string;
  /** Fits in all; `points` are at most a share of the page's. */
  readonly fits: number;
  readonly points: readonly AlignmentPoint[];
}

export interface AlignmentPoint {
  /** Number of the fit's event. */
  readonly seq: number;
  /** 0 in stage 1. */
  readonly iteration: number;
  readonly pairs: number;
  readonly heldOut: number;
  /** Share of held-out pairs that are ordered rightly, with its 95 % interval; null where it could not be measured. */
  readonly alignment: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The interval knows which pairs are of one example; otherwise it takes pairs for independent, and is too narrow. */
  readonly byExample: boolean;
  readonly trainAlignment: number;
  readonly trusted: boolean;
}

/** One fit, looked at closely. */
export interface ChosenFit extends AlignmentPoint {
  readonly component: string;
  readonly backbone: string;
  /** What is said of its trust. */
  readonly reason: string;
  readonly losses: FitLosses;
  /** Null where the log does not tell: it was written by an earlier version. */
  readonly insight: FitInsight | null;
}

/** Mean losses in nats, per epoch from the first. */
export interface FitLosses {
  readonly train: readonly number[];
  /** Empty where nothing was held out, or the log does not tell. */
  readonly heldOut: readonly number[];
  /** The epoch whose weights are used, from 1; 0 where training changed nothing. */
  readonly chosen: number;
  /** Loss of a coin on the same pairs; null where the log does not tell. */
  readonly coin: number | null;
}

/** What is known of a fit beyond its alignment. */
export interface FitInsight {
  /** Different examples that the held-out pairs come from. */
  readonly examples: number;
  /** Held-out pairs that are ordered wrongly. */
  readonly wrong: number;
  readonly brier: number | null;
  /** Mean distance of predicted and true shares over the pairs. */
  readonly error: number | null;
  readonly calibration: readonly CalibrationPoint[];
  readonly effects: readonly EffectPoint[];
  /** Texts of pairs and outputs were kept with it. */
  readonly hasTexts: boolean;
}

/** Held-out pairs that were predicted with about the same certainty. */
export interface CalibrationPoint {
  readonly predicted: number;
  readonly right: number;
  /** 95 % interval of `right`. */
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}
