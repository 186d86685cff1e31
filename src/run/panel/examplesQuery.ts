// The small face of Zod: this file is part of pages of the editor.
import * as z from "zod/mini";

/**
 * Which rows are listed. `changed`: whose reward differs between the configurations shown. `better` and `worse`: than at the
 * start, under the configuration in force. `worst`: the lowest tenth under the configuration in force, ten at least.
 */
export const rowFilters = ["all", "changed", "better", "worse", "worst"] as const;
/** `order`: that of the run. `spread`: highest less lowest reward of a row. `configuration`: the reward under one. */
export const rowSorts = ["order", "example", "change", "mean", "spread", "configuration"] as const;

/** Characters of a text that rows are looked for by. */
export const LONGEST_SEARCH = 200;

const place = z.int().check(z.nonnegative());

/** What the page of examples asks its model for. A configuration is known by its iteration, the start by 0. */
export const examplesQuerySchema = z.object({
  /** Found in names and texts of rows, whatever the case; "" for all. */
  text: z.string().check(z.maxLength(LONGEST_SEARCH)),
  rows: z.enum(rowFilters),
  /** Only rows that were measured under every configuration shown. */
  complete: z.boolean(),
  /** Bounds of the reward under the configuration in force, both included. */
  low: z.nullable(z.number()),
  high: z.nullable(z.number()),
  /** Shows configurations that the gate rejected as well. */
  rejected: z.boolean(),
  sort: z.object({
    by: z.enum(rowSorts),
    /** The configuration that is sorted by, where one is. */
    iteration: z.nullable(place),
    descending: z.boolean(),
  }),
  /** The first row to be listed, of those that are meant, and the first configuration. */
  from: place,
  fromColumn: place,
  /** The cell that is looked at. */
  selected: z.nullable(z.object({ row: place, iteration: place })),
  /**
   * A cell that is to be looked at instead, with the rows and configurations around it: the row at a place of the gate, from
   * 0, that the update with this event was put to.
   */
  sought: z.optional(z.object({ seq: place, at: place })),
});
export type ExamplesQuery = z.infer<typeof examplesQuerySchema>;

/** What is asked for when nobody has asked for anything. */
export const plainExamplesQuery: ExamplesQuery = {
  text: "",
  rows: "all",
  complete: false,
  low: null,
  high: null,
  rejected: false,
  sort: { by: "order", iteration: null, descending: false },
  from: 0,
  fromColumn: 0,
  selected: null,
};
