import type { RunEvent } from "../events.ts";
import type { AlignmentShown, ChosenFit } from "../panel/alignmentShown.ts";
import type { Budget } from "../panel/budgetModel.ts";
import { CallTimeline } from "../panel/callTimeline.ts";
import { plainExamplesQuery } from "../panel/examplesQuery.ts";
import type { ExamplesShown } from "../panel/examplesShown.ts";
import type { ChosenLandscape, LandscapeShown } from "../panel/landscapeShown.ts";
import { pageModels } from "../panel/models.ts";
import type { Overview } from "../panel/overviewModel.ts";
import { type PageModel, type PanelModel, pageModel } from "../panel/panelModel.ts";
import type { UpdateDetail, UpdatesShown } from "../panel/updatesModel.ts";
import { plainUpdatesQuery } from "../panel/updatesQuery.ts";
import { effectiveEvents, workingMs } from "../views/effectiveEvents.ts";
import { emptyRunView, reduce } from "../views/reduce.ts";
import type { RunView } from "../views/runView.ts";

/** All that a report is made of: what the pages of the panel show, and the view that they leave out. */
export interface ReportData {
  readonly view: RunView;
  readonly overview: Overview;
  /** Of the components that something was tried in. */
  readonly landscapes: readonly ChosenLandscape[];
  readonly alignment: AlignmentShown;
  /** The last fit of the local reward of each component. */
  readonly fits: readonly ChosenFit[];
  readonly updates: ReportUpdates;
  /** The rows that fell most first. */
  readonly examples: ExamplesShown;
  readonly budget: Budget;
}

export interface ReportUpdates {
  /** All that were decided on. */
  readonly total: number;
  /** Those that are told, in their order. */
  readonly told: readonly UpdateDetail[];
}

/** Updates that are told one by one. */
const MOST_UPDATES = 150;
/** Components whose landscapes and local rewards are drawn. */
const MOST_LANDSCAPES = 12;

const byChange = { by: "change", iteration: null, descending: false } as const;

/** The view of a run as it is read, without the long lists that nothing in a report is made of. */
const viewModel: PanelModel<{ view: RunView }, RunView> = {
  page: "report",
  empty: () => ({ view: emptyRunView() }),
  add(state, event) {
    state.view = reduce(state.view, event.type === "candidate" ? asCheckpoint(event) : event);
  },
  shown: ({ view }) => view,
};

function asCheckpoint({ seq, at, systemRuns }: RunEvent): RunEvent {
  return { type: "checkpoint", iteration: 0, seq, at, systemRuns };
}

/** The models that a report asks, new. @param calls when calls were made, as far as anybody kept that */
export function reportModels(calls = new CallTimeline()): PageModel[] {
  return [...pageModels(calls), pageModel(viewModel)];
}

/**
 * Asks the models that a run was read into.
 * @param shown what a page shows of the run
 * @param discardedMs time at work that resumptions took back: it took its time too
 */
export function reportData(shown: (page: string, query: unknown) => unknown, discardedMs: number): ReportData {
  // Each page is shown by its model, which says what it shows.
  const view = shown("report", undefined) as RunView;
  return {
    view: { ...view, elapsedMs: view.elapsedMs + discardedMs },
    overview: shown("overview", { component: null }) as Overview,
    landscapes: landscapesIn(shown),
    alignment: shown("alignment", {}) as AlignmentShown,
    fits: fitsIn(shown),
    updates: updatesIn(shown),
    examples: shown("examples", { ...plainExamplesQuery, sort: byChange }) as ExamplesShown,
    budget: shown("budget", {}) as Budget,
  };
}

/** The same of a whole log. */
export function reportDataOf(events: readonly RunEvent[]): ReportData {
  const models = reportModels();
  const counting = effectiveEvents(events);
  for (const event of counting) for (const model of models) model.add(event);
  const shown = (page: string, query: unknown) => models.find((model) => model.page === page)?.shown(query);
  return reportData(shown, workingMs(events) - workingMs(counting));
}

function landscapesIn(shown: (page: string, query: unknown) => unknown): ChosenLandscape[] {
  const { components } = shown("landscape", {}) as LandscapeShown;
  const landscapes: ChosenLandscape[] = [];
  for (const { name } of components) {
    if (landscapes.length === MOST_LANDSCAPES) break;
    const { chosen } = shown("landscape", { component: name }) as LandscapeShown;
    const points = chosen?.options?.curve.points.length ?? 0;
    if (chosen !== null && (chosen.candidates.length > 0 || points > 1)) landscapes.push(chosen);
  }
  return landscapes;
}

function fitsIn(shown: (page: string, query: unknown) => unknown): ChosenFit[] {
  const { components } = shown("alignment", {}) as AlignmentShown;
  return components
    .slice(0, MOST_LANDSCAPES)
    .flatMap(({ component }) => (shown("alignment", { component }) as AlignmentShown).chosen ?? []);
}

/** All updates where they are few; otherwise the accepted ones first, the newest of them, then the newest of the others. */
function updatesIn(shown: (page: string, query: unknown) => unknown): ReportUpdates {
  const page = (query: object) => shown("updates", { ...plainUpdatesQuery, ...query }) as UpdatesShown;
  const { counts } = page({});
  const newest = (decisions: readonly string[], most: number): number[] => {
    const found: number[] = [];
    for (;;) {
      const { listed, meant } = page({ decisions, from: found.length });
      found.push(...listed.map(({ seq }) => seq));
      if (listed.length === 0 || found.length >= Math.min(most, meant)) return found.slice(0, most);
    }
  };
  const accepted = newest(["accepted"], MOST_UPDATES);
  const others = newest(["rejected", "unchanged"], MOST_UPDATES - accepted.length);
  const told = [...accepted, ...others].sort((a, b) => a - b).flatMap((selected) => page({ selected }).selected ?? []);
  return { total: counts.accepted + counts.rejected + counts.unchanged, told };
}
