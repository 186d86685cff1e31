import type { Configuration } from "../../system/configuration.ts";
import type { DeclaredComponent } from "./storedTrajectory.ts";

/** Rows and configurations that are shown at once. */
export const [ROWS_SHOWN, COLUMNS_SHOWN] = [50, 50];

/** A configuration that rows were measured under. */
export interface ShownConfiguration {
  /** Number of the event that tells of it: an update, but for the start. */
  readonly seq: number;
  /** Of its update; 0 for the start. */
  readonly iteration: number;
  readonly kind: "start" | "accepted" | "rejected";
  /** What the update changed; null for the start. */
  readonly component: string | null;
  /** Mean reward of the rows that were measured. */
  readonly mean: number;
  readonly rows: number;
  readonly inForce: boolean;
}

export interface ShownRow {
  /** Its number in the order of the run, from 0, by which it is asked for. */
  readonly row: number;
  readonly example: string;
  /** The beginning of what it brings; "" where the log does not tell. */
  readonly text: string;
  /** Rewards in the order of the columns; null where it was not measured. */
  readonly cells: readonly (number | null)[];
  /** Places of the columns in which it has no valid reward, as far as the log tells. */
  readonly failed: readonly number[];
  /** Of the configuration in force since the start; null where either was not measured. */
  readonly change: number | null;
}

/** A cell that is looked at. */
export interface ShownCell {
  readonly row: number;
  /** The id, whole: what trajectories are asked for by. */
  readonly exampleId: string;
  readonly example: string;
  readonly text: string;
  readonly under: ShownConfiguration;
  readonly reward: number;
  /** Why it has no valid reward, where the log tells. */
  readonly failure: { readonly at: string; readonly message: string } | null;
  /** Other rewards of the same cell, by the iterations at whose gates it was measured again. */
  readonly again: readonly { readonly iteration: number; readonly reward: number }[];
  readonly configuration: Configuration;
  /** In execution order. */
  readonly components: readonly DeclaredComponent[];
  /** Other configurations that the same row was measured under, the nearest ones where there are very many. */
  readonly others: readonly (ShownConfiguration & { readonly reward: number })[];
}

export interface ExamplesShown {
  readonly simulated: boolean;
  readonly model: string;
  /** Rows that were measured at all; those that the query means, and the place of the first that is listed. */
  readonly total: number;
  readonly meant: number;
  readonly from: number;
  readonly rows: readonly ShownRow[];
  /** Configurations that the query means, and the place of the first that is listed. */
  readonly configurations: number;
  readonly fromColumn: number;
  readonly columns: readonly ShownConfiguration[];
  /** Updates by decision that rows were measured for. */
  readonly accepted: number;
  readonly rejected: number;
  /** Lowest and highest reward of the run, or 0 and 1 where all lie between them. */
  readonly scale: { readonly low: number; readonly high: number };
  readonly selected: ShownCell | null;
}
