import type { EventType, RunEvent } from "../events.ts";

/**
 * What one page of the run's panel knows of a run: grows event by event, at a cost per event that does not depend on how
 * many there were, and answers at any time. Events come in order, each once; work that a resumption took back does not come.
 */
export interface PanelModel<State, Shown> {
  /** Name of the page. */
  readonly page: string;
  /** Events that tell it nothing and need not come: candidates above all, which are nearly all of a long log. */
  readonly ignores?: readonly EventType[];
  empty(): State;
  /** Takes the next event into the state itself. */
  add(state: State, event: RunEvent): void;
  /**
   * Plain JSON of a size that does not grow with the run: series of at most `MOST_POINTS`, tables page by page.
   * @param query what the page asks for, as it came from there: a query that is none is answered like none at all
   */
  shown(state: State, query: unknown): Shown;
  /** The whole table that a page shows a part of, as the text of a file; absent where a page has none. */
  exported?(state: State, query: unknown, kind: TableFile): string;
}

/** Kinds of files that a table is saved as. */
export type TableFile = "csv" | "jsonl";

/** Points of one series of a page. */
export const MOST_POINTS = 2000;

/** A model together with its state. */
export interface PageModel {
  readonly page: string;
  readonly ignores: readonly EventType[];
  add(event: RunEvent): void;
  shown(query: unknown): unknown;
  /** Undefined where the page has no table of its own. */
  exported?(query: unknown, kind: TableFile): string | undefined;
}

/** A model at work, from nothing on. */
export function pageModel<State, Shown>(model: PanelModel<State, Shown>): PageModel {
  const state = model.empty();
  return {
    page: model.page,
    ignores: model.ignores ?? [],
    add: (event) => model.add(state, event),
    shown: (query) => model.shown(state, query),
    exported: (query, kind) => model.exported?.(state, query, kind),
  };
}
