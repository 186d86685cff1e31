import type { RunEvent } from "../events.ts";
import type { AlignmentShown, ChosenFit } from "../panel/alignmentShown.ts";
import type { Budget } from "../panel/budgetModel.ts";
import { CallTimeline } from "../panel/callTimeline.ts";
import type { ScorePoint } from "../panel/exampleScores.ts";
import { plainExamplesQuery } from "../panel/examplesQuery.ts";
import type { ExamplesShown } from "../panel/examplesShown.ts";
import type { ChosenLandscape, LandscapeShown } from "../panel/landscapeShown.ts";
import { pageModels } from "../panel/models.ts";
import type { Overview } from "../panel/overviewModel.ts";
import { type PageModel, type PanelModel, pageModel } from "../panel/panelModel.ts";
import type { UpdateEntry, UpdatesShown } from "../panel/updatesModel.ts";
import { plainUpdatesQuery } from "../panel/updatesQuery.ts";
import { effectiveEvents } from "../views/effectiveEvents.ts";
import { emptyRunView, reduce } from "../views/reduce.ts";
import type { RunView, UpdateView } from "../views/runView.ts";
import { valueText } from "../views/valueText.ts";

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
  readonly told: readonly ToldUpdate[];
}

export interface ToldUpdate {
  readonly entry: UpdateEntry;
  readonly update: UpdateView;
  /** Scores of rows before and after; null where they are not drawn. */
  readonly points: readonly ScorePoint[] | null;
}

/** Updates that are told one by one, and accepted ones whose rows are drawn. */
const [MOST_UPDATES, DRAWN_UPDATES] = [150, 10];
const SHORT_VALUES = 20_000;
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

/** Asks the models that a run was read into. @param shown what a page shows of the run */
export function reportData(shown: (page: string, query: unknown) => unknown): ReportData {
  // Each page is shown by its model, which says what it shows.
  const view = shown("report", undefined) as RunView;
  return {
    view,
    overview: shown("overview", { component: null }) as Overview,
    landscapes: landscapesIn(shown),
    alignment: shown("alignment", {}) as AlignmentShown,
    fits: fitsIn(shown),
    updates: updatesIn(shown, view),
    examples: shown("examples", { ...plainExamplesQuery, sort: byChange }) as ExamplesShown,
    budget: shown("budget", {}) as Budget,
  };
}

/** The same of a whole log. @param calls when calls were made, as far as anybody kept that */
export function reportDataOf(events: readonly RunEvent[], calls = new CallTimeline()): ReportData {
  const models = reportModels(calls);
  for (const event of effectiveEvents(events)) for (const model of models) model.add(event);
  const shown = (page: string, query: unknown) => models.find((model) => model.page === page)?.shown(query);
  return reportData(shown);
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
function updatesIn(shown: (page: string, query: unknown) => unknown, view: RunView): ReportUpdates {
  const page = (query: object) => shown("updates", { ...plainUpdatesQuery, ...query }) as UpdatesShown;
  const { counts, selected } = page({});
  const newest = (decisions: readonly string[], most: number): UpdateEntry[] => {
    const found: UpdateEntry[] = [];
    for (;;) {
      // The update that is looked at stays the same: finding out what it changed takes long.
      const { listed, meant } = page({ decisions, from: found.length, selected: selected?.seq ?? null });
      found.push(...listed);
      if (listed.length === 0 || found.length >= Math.min(most, meant)) return found.slice(0, most);
    }
  };
  const accepted = newest(["accepted"], MOST_UPDATES);
  const others = newest(["rejected", "unchanged"], MOST_UPDATES - accepted.length);
  const updates = new Map(view.updates.map((update) => [update.iteration, update]));
  const isShort = ({ iteration }: UpdateEntry) => {
    const { before, after } = updates.get(iteration) ?? { before: null, after: null };
    return valueText(before).length + valueText(after).length <= SHORT_VALUES;
  };
  // What an update changed is found out together with its rows, and takes long where it is long.
  const drawn = new Set(accepted.filter(isShort).slice(0, DRAWN_UPDATES));
  const told = [...accepted, ...others]
    .sort((a, b) => a.seq - b.seq)
    .flatMap((entry): ToldUpdate[] => {
      const update = updates.get(entry.iteration);
      if (update === undefined) return [];
      const points = drawn.has(entry) ? (page({ selected: entry.seq }).selected?.examples?.points ?? null) : null;
      return [{ entry, update, points }];
    });
  return { total: counts.accepted + counts.rejected + counts.unchanged, told };
}
