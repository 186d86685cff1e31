import { canonicalJson } from "../../system/configuration.ts";
import type { VariableValue } from "../../system/variable.ts";
import { briefLine } from "../views/briefLine.ts";
import type { RunStatus } from "../views/runView.ts";
import type { DiffPart } from "../views/wordDiff.ts";
import type { ComparedPoint, RunBrief } from "./compareModel.ts";
import { type CompareQuery, compareQuerySchema, plainCompareQuery } from "./compareQuery.ts";
import { ComparisonMemory } from "./comparisonMemory.ts";
import { differingSettings, type SettingDifference } from "./differingSettings.ts";
import { type SplitComparison, splitComparisons } from "./splitComparison.ts";
import { pageOf } from "./updatesModel.ts";

/** Components that are listed at once. */
export const COMPONENTS_LISTED = 12;
const LONGEST_PROBLEM = 1000;

/** One of the runs that are compared, as far as it was read. */
export interface ComparedSource {
  /** Absolute path. */
  readonly folder: string;
  /** Name of the folder. */
  readonly id: string;
  /** A process works on it. */
  readonly live: boolean;
  /** Absolute path of the experiment's file; undefined where it is not known. */
  readonly file?: string | undefined;
  readonly read:
    | { readonly state: "reading" }
    | { readonly state: "unreadable"; readonly problem: string }
    /** `brief` is null where the run has not begun. */
    | { readonly state: "read"; readonly brief: RunBrief | null };
}

/** Of what a run brings to a comparison, what is told of it by itself; texts are brief. */
const toldFigures = [
  "simulated",
  "seed",
  "iteration",
  "iterations",
  "budgetRuns",
  "spentRuns",
  "calls",
  "tokens",
  "money",
  "estimate",
  "elapsedMs",
  "startedAt",
  "accepted",
  "rejected",
  "unchanged",
] as const satisfies readonly (keyof RunBrief)[];

/** What is told of a run by itself. */
export interface RunFigures
  extends Pick<RunBrief, (typeof toldFigures)[number] | "system" | "experiment" | "model" | "status"> {
  /** Components whose value is another than at the start, of those that have one. */
  readonly changed: readonly string[];
  readonly variables: number;
}

export interface ComparedRun {
  /** A to F, by which it is named everywhere on the page. */
  readonly letter: string;
  readonly folder: string;
  readonly id: string;
  readonly live: boolean;
  /** Why it tells nothing; null where it does. */
  readonly silent:
    | { readonly state: "reading" | "not begun" }
    | { readonly state: "unreadable"; readonly problem: string }
    | null;
  readonly figures: RunFigures | null;
}

/** The rewards of one run, for the chart of all. */
export interface ComparedCurve {
  readonly letter: string;
  readonly id: string;
  readonly points: readonly ComparedPoint[];
}

/** What one run has made of a component's value. */
export interface ComparedValue {
  /** Against the value of the run that the others are compared with; of that run itself, all of it as it is. */
  readonly parts: readonly DiffPart[];
  /** Only the beginning is told of. */
  readonly shortened: boolean;
  readonly isSame: boolean;
  /** It is another than at the start of its own run. */
  readonly changed: boolean;
}

export interface ComparedComponent {
  readonly name: string;
  readonly differs: boolean;
  /** In the order of the runs; null where a run does not have the component, or is not read. */
  readonly values: readonly (ComparedValue | null)[];
}

/** Two to six runs side by side, or one that waits for others. */
export interface Comparison {
  readonly runs: readonly ComparedRun[];
  /** Place of the run that the others are compared with. */
  readonly reference: number;
  readonly simulated: boolean;
  readonly curves: readonly ComparedCurve[];
  readonly splits: readonly SplitComparison[];
  readonly components: {
    /** Those with a value, and those of them whose values are not the same in all runs. */
    readonly total: number;
    readonly differing: number;
    /** Those that the query means, and place of the first that is listed. */
    readonly meant: number;
    readonly from: number;
    readonly listed: readonly ComparedComponent[];
  };
  readonly settings: readonly SettingDifference[];
}

/**
 * What is shown of some runs together. The same from whoever asks: panel, terminal and tests.
 * @param sources the panel's own run first
 * @param asked a query of the page; what is none counts as the plain one
 * @param memory of earlier comparisons of the same runs: what takes long is not done twice
 */
export function comparison(
  sources: readonly ComparedSource[],
  asked: unknown,
  memory: ComparisonMemory = new ComparisonMemory(),
): Comparison {
  const query = compareQuerySchema.safeParse(asked).data ?? plainCompareQuery;
  const briefs = sources.map(({ read }) => (read.state === "read" ? read.brief : null));
  const chosen = sources.findIndex(({ folder }) => folder === query.reference);
  const reference = chosen !== -1 && briefs[chosen] !== null ? chosen : 0;
  return {
    runs: sources.map(comparedRun),
    reference,
    simulated: briefs.some((brief) => brief?.simulated === true),
    curves: briefs.flatMap((brief, place) =>
      brief === null || brief.points.length === 0
        ? []
        : [{ letter: letterOf(place), id: idOf(sources[place]), points: brief.points }],
    ),
    splits: splitComparisons(briefs, reference, memory),
    components: components(briefs, reference, query, memory),
    settings: differingSettings(
      briefs,
      sources.map(({ file }) => file),
    ),
  };
}

/** The letter of a run by its place, from 0. */
export function letterOf(place: number): string {
  return String.fromCharCode("A".charCodeAt(0) + place);
}

function idOf(source: ComparedSource | undefined): string {
  return briefLine(source?.id ?? "");
}

function comparedRun(source: ComparedSource, place: number): ComparedRun {
  const { folder, live, read } = source;
  const known = { letter: letterOf(place), folder, id: idOf(source), live };
  if (read.state === "unreadable") {
    return {
      ...known,
      silent: { state: "unreadable", problem: briefLine(read.problem, LONGEST_PROBLEM) },
      figures: null,
    };
  }
  if (read.state === "reading") return { ...known, silent: { state: "reading" }, figures: null };
  if (read.brief === null) return { ...known, silent: { state: "not begun" }, figures: null };
  return { ...known, silent: null, figures: figures(read.brief) };
}

function figures(brief: RunBrief): RunFigures {
  const variables = brief.components.filter(({ kind }) => kind !== "none");
  return {
    ...picked(brief, toldFigures),
    system: briefLine(brief.system),
    experiment: briefLine(brief.experiment),
    model: briefLine(brief.model),
    status: briefStatus(brief.status),
    changed: variables
      .filter(({ name }) => isChanged(brief, name))
      .slice(0, MOST_CHANGED)
      .map(({ name }) => briefLine(name)),
    variables: variables.length,
  };
}

function picked<Whole, Field extends keyof Whole>(whole: Whole, fields: readonly Field[]): Pick<Whole, Field> {
  return Object.fromEntries(fields.map((field) => [field, whole[field]])) as Pick<Whole, Field>;
}

const MOST_CHANGED = 50;

function briefStatus(status: RunStatus): RunStatus {
  switch (status.state) {
    case "interrupted":
      return { ...status, reason: briefLine(status.reason, LONGEST_PROBLEM) };
    case "failed":
      return { ...status, message: briefLine(status.message, LONGEST_PROBLEM) };
    default:
      return status;
  }
}

function isChanged({ initial, configuration }: RunBrief, name: string): boolean {
  return canonicalJson(initial[name] ?? null) !== canonicalJson(configuration[name] ?? null);
}

/** A component by its name, with the values of all runs; undefined where a run does not have it. */
interface NamedValues {
  readonly name: string;
  readonly values: readonly (VariableValue | undefined)[];
  readonly differs: boolean;
}

function components(
  briefs: readonly (RunBrief | null)[],
  reference: number,
  query: CompareQuery,
  memory: ComparisonMemory,
): Comparison["components"] {
  const all = namedValues(briefs, reference);
  const differing = all.filter(({ differs }) => differs);
  const meant = query.differingOnly ? differing : all;
  const from = pageOf(query.from, meant.length, COMPONENTS_LISTED);
  return {
    total: all.length,
    differing: differing.length,
    meant: meant.length,
    from,
    listed: meant.slice(from, from + COMPONENTS_LISTED).map(({ name, values, differs }) => ({
      name: briefLine(name),
      differs,
      values: values.map((value, place) => {
        const brief = briefs[place];
        if (value === undefined || brief === undefined || brief === null) return null;
        const other = values[reference];
        const against = place === reference || other === undefined ? value : other;
        return {
          ...memory.diff(against, value),
          isSame: place === reference || (other !== undefined && canonicalJson(other) === canonicalJson(value)),
          changed: isChanged(brief, name),
        };
      }),
    })),
  };
}

/** Components that have a value in any run: in the order of the reference, then those that only others have. */
function namedValues(briefs: readonly (RunBrief | null)[], reference: number): NamedValues[] {
  const first = briefs[reference];
  const ordered = [...(first ? [first] : []), ...briefs.filter((brief) => brief !== null && brief !== first)];
  const names = new Set(
    ordered.flatMap((brief) => brief?.components.filter(({ kind }) => kind !== "none").map(({ name }) => name) ?? []),
  );
  return [...names].map((name) => {
    const values = briefs.map((brief) => valueIn(brief, name));
    const read = values.filter((_, place) => briefs[place] !== null);
    const differs = new Set(read.map((value) => (value === undefined ? "" : canonicalJson(value)))).size > 1;
    return { name, values, differs };
  });
}

function valueIn(brief: RunBrief | null, name: string): VariableValue | undefined {
  const has = brief?.components.some((component) => component.name === name && component.kind !== "none");
  return brief !== null && has === true ? (brief.configuration[name] ?? null) : undefined;
}
