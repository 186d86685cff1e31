// The small face of Zod: this file is part of pages of the editor.
import * as z from "zod/mini";

/** What the page asks for of the calls over time; what is left out is chosen by the model. */
export const timelineQuerySchema = z.object({
  /** The stretch that is looked at: between two moments, or the last so many milliseconds. All without one. */
  stretch: z.optional(z.union([z.object({ from: z.number(), to: z.number() }), z.object({ last: z.number() })])),
  /** What has lanes of its own. */
  lanes: z.optional(z.enum(["component", "purpose", "none"])),
});
export type TimelineQuery = Readonly<z.infer<typeof timelineQuerySchema>>;
export type LaneKind = NonNullable<TimelineQuery["lanes"]>;

/** When calls of components and of the proposer were made. Times are milliseconds at work since the run began. */
export interface TimelineShown {
  /** Calls that are known, redone ones among them. */
  readonly calls: number;
  /** Older calls that are known no longer. */
  readonly forgotten: number;
  readonly open: number;
  readonly failed: number;
  /** Taken over from an equal call, or answered from a record throughout. */
  readonly reused: number;
  /** Done again after a resumption. */
  readonly redone: number;
  /** Waited for their turn, all together. */
  readonly waitedMs: number;
  /** Calls that were under way at the same time, at most. */
  readonly mostAtOnce: number;
  /** Rows that may be under way at the same time; null where the log does not tell. */
  readonly rowsAtOnce: number | null;
  /** What half of the calls, and 95 % of them, took at most; null without any that ended. */
  readonly medianMs: number | null;
  readonly slowMs: number | null;
  /** Calls that began, or lasted, in the window. */
  readonly inWindow: number;
  /** End of the last call. */
  readonly totalMs: number;
  readonly from: number;
  readonly to: number;
  readonly lanes: LaneKind;
  /** From top to bottom, with the lanes that each has. */
  readonly groups: readonly { readonly name: string; readonly lanes: number }[];
  /** What bars are coloured by: names of purposes, or with lanes of purposes those of components. */
  readonly colours: readonly string[];
  /** In and around the window, by their beginning. */
  readonly bars: readonly TimelineBar[];
  /** Mean number of calls under way, of equal stretches in and around the window. */
  readonly busy: readonly BusyPoint[];
}

/** A call, or several short ones beside each other in one lane. */
export interface TimelineBar {
  /** Lane, from 0, counted through all groups. */
  readonly row: number;
  /** Place among `colours`. */
  readonly colour: number;
  /** Empty where calls of a bar differ in it. */
  readonly who: string;
  readonly purpose: string;
  readonly from: number;
  readonly to: number;
  readonly calls: number;
  /** Of a single call, what it came to. */
  readonly state: BarState;
  readonly waitedMs: number;
  readonly modelCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly model: string | null;
}

/** `mixed`: several calls, of which not all are alike. */
export type BarState = "done" | "open" | "failed" | "reused" | "redone" | "mixed";

export interface BusyPoint {
  /** Middle of the stretch. */
  readonly at: number;
  readonly calls: number;
}
