import type { Configuration } from "../../system/configuration.ts";
import type { ChartTable } from "../charts/chart.ts";
import { csvText, jsonlText } from "../charts/tableText.ts";
import type { EventOf, RunEvent } from "../events.ts";
import { mean } from "../statistics.ts";
import { briefLine, briefText } from "../views/briefLine.ts";
import { meantRows } from "./exampleOrder.ts";
import { type ExamplesQuery, examplesQuerySchema, plainExamplesQuery } from "./examplesQuery.ts";
import {
  COLUMNS_SHOWN,
  type ExamplesShown,
  ROWS_SHOWN,
  type ShownCell,
  type ShownConfiguration,
  type ShownRow,
} from "./examplesShown.ts";
import { type MeasuredRows, RowNumbers, rewardIn } from "./measuredRows.ts";
import type { PanelModel } from "./panelModel.ts";
import { pageOf } from "./updatesModel.ts";

/** Configurations that a cell can be compared with, repetitions that are told, and characters of why a row failed. */
const [MOST_OTHERS, MOST_AGAIN, LONGEST_FAILURE] = [100, 20, 2000];

/** A configuration with what it gave. */
export interface MeasuredConfiguration {
  /** Number of the event that tells of it. */
  readonly seq: number;
  readonly iteration: number;
  readonly kind: ShownConfiguration["kind"];
  readonly component: string | null;
  readonly configuration: Configuration;
  readonly rows: MeasuredRows;
  readonly rewards: readonly number[];
  readonly mean: number;
  /** By example. */
  readonly failures: ReadonlyMap<string, EventOf<"evaluation">["failures"][number]>;
  /** What a system that is not deterministic gave as well, beside each challenger. */
  readonly again: Pick<MeasuredConfiguration, "iteration" | "rows" | "rewards">[];
}

export interface ExamplesState {
  begun: EventOf<"run.started"> | null;
  /** In force. */
  configuration: Configuration;
  /** Iteration of the configuration in force. */
  inForce: number;
  numbers: RowNumbers;
  /** In the order of their iterations. */
  measured: MeasuredConfiguration[];
  low: number;
  high: number;
  /** Rises whenever anything is measured. */
  version: number;
  /** The rows that were meant last: what has not changed since is not sorted again. */
  order: { readonly of: string; readonly rows: readonly number[] } | null;
}

/**
 * Every row that the gate measured, under every configuration that was put to it. Test rows are left out: what people have
 * looked at is no longer unseen.
 */
export const examplesModel: PanelModel<ExamplesState, ExamplesShown> = {
  page: "examples",
  ignores: ["candidate"],
  empty: () => ({
    begun: null,
    configuration: {},
    inForce: 0,
    numbers: new RowNumbers(),
    measured: [],
    low: Number.POSITIVE_INFINITY,
    high: Number.NEGATIVE_INFINITY,
    version: 0,
    order: null,
  }),
  add,
  shown(state, asked) {
    const { columns, order, query } = meantBy(state, examplesQuerySchema.safeParse(asked).data ?? plainExamplesQuery);
    const from = pageOf(query.from, order.length, ROWS_SHOWN);
    const fromColumn = pageOf(query.fromColumn, columns.length, COLUMNS_SHOWN);
    const seen = columns.slice(fromColumn, fromColumn + COLUMNS_SHOWN);
    return {
      simulated: state.begun?.simulated ?? false,
      model: briefLine(state.begun?.model ?? ""),
      total: state.numbers.count,
      meant: order.length,
      from,
      rows: order.slice(from, from + ROWS_SHOWN).map((row) => shownRow(state, seen, row)),
      configurations: columns.length,
      fromColumn,
      columns: seen.map((one) => shownConfiguration(state, one)),
      accepted: count(state, "accepted"),
      rejected: count(state, "rejected"),
      scale: scaleOf(state),
      selected: selectedCell(state, query),
    };
  },
  exported(state, asked, kind) {
    const query = examplesQuerySchema.safeParse(asked).data ?? plainExamplesQuery;
    const table = tableOf(state, query);
    return kind === "csv" ? csvText(table) : jsonlText(table);
  },
};

function add(state: ExamplesState, event: RunEvent): void {
  switch (event.type) {
    case "run.started":
      // A run that begins again has measured nothing yet.
      Object.assign(state, examplesModel.empty());
      state.begun = event;
      state.configuration = event.configuration;
      return;
    case "evaluation": {
      if (event.of !== "unoptimized" || event.split !== "validation") return;
      const { exampleIds, scores, texts, failures } = event;
      state.measured = state.measured.filter(({ kind }) => kind !== "start");
      measure(state, {
        seq: event.seq,
        iteration: 0,
        kind: "start",
        component: null,
        configuration: state.begun?.configuration ?? {},
        rows: state.numbers.measured(exampleIds, texts),
        rewards: scores,
        failures: byExample(failures),
      });
      return;
    }
    case "update": {
      const { validation, decision, component, iteration, after } = event;
      if (validation === null || decision === "unchanged") return;
      const configuration = { ...state.configuration, [component]: after };
      const rows = state.numbers.measured(validation.exampleIds, undefined);
      noteAgain(state, { iteration, rows, rewards: validation.before });
      measure(state, {
        seq: event.seq,
        iteration,
        kind: decision,
        component,
        configuration,
        rows,
        rewards: validation.after,
        failures: byExample(validation.failures ?? []),
      });
      if (decision !== "accepted") return;
      state.configuration = configuration;
      state.inForce = iteration;
    }
  }
}

/** A deterministic system is not measured again: its gate compares with the rewards that it has. */
function noteAgain(state: ExamplesState, measured: MeasuredConfiguration["again"][number]): void {
  const inForce = inForceOf(state);
  if (inForce === undefined) return;
  const { ids } = measured.rows;
  const isOther = measured.rewards.some((reward, at) => {
    const known = rewardIn(inForce.rows, inForce.rewards, state.numbers.numberOf(ids[at] ?? "") ?? -1);
    return known !== undefined && known !== reward;
  });
  if (isOther) inForce.again.push(measured);
}

function byExample(failures: EventOf<"evaluation">["failures"]): MeasuredConfiguration["failures"] {
  return new Map(failures.map((failure) => [failure.exampleId, failure]));
}

function measure(state: ExamplesState, given: Omit<MeasuredConfiguration, "mean" | "again">): void {
  const one: MeasuredConfiguration = {
    ...given,
    again: [],
    mean: given.rewards.length === 0 ? 0 : mean(given.rewards),
  };
  if (one.kind === "start") state.measured.unshift(one);
  else state.measured.push(one);
  for (const reward of one.rewards) {
    state.low = Math.min(state.low, reward);
    state.high = Math.max(state.high, reward);
  }
  state.version++;
}

function count({ measured }: ExamplesState, kind: ShownConfiguration["kind"]): number {
  return measured.reduce((sum, one) => sum + (one.kind === kind ? 1 : 0), 0);
}

/** What a query means; one that seeks a cell means that cell, and the pages that it stands on. */
function meantBy(state: ExamplesState, asked: ExamplesQuery) {
  const columns = meantColumns(state, asked);
  const order = orderOf(state, columns, asked);
  const { sought, ...query } = asked;
  const under = sought && state.measured.find(({ seq }) => seq === sought.seq);
  const row = under && state.numbers.numberOf(under.rows.ids[sought.at] ?? "");
  if (under === undefined || row === undefined) return { columns, order, query };
  return {
    columns,
    order,
    query: {
      ...query,
      selected: { row, iteration: under.iteration },
      from: Math.max(0, order.indexOf(row)),
      fromColumn: Math.max(0, columns.indexOf(under)),
    },
  };
}

function meantColumns({ measured }: ExamplesState, { rejected }: ExamplesQuery): readonly MeasuredConfiguration[] {
  return rejected ? measured : measured.filter(({ kind }) => kind !== "rejected");
}

function orderOf(
  state: ExamplesState,
  columns: readonly MeasuredConfiguration[],
  { from: _, fromColumn: __, selected: ___, sought: ____, ...meant }: ExamplesQuery,
): readonly number[] {
  const of = JSON.stringify([state.version, meant]);
  if (state.order?.of !== of) {
    const rows = meantRows(
      { numbers: state.numbers, columns, start: startOf(state), inForce: inForceOf(state) },
      meant,
    );
    state.order = { of, rows };
  }
  return state.order.rows;
}

function startOf({ measured }: ExamplesState): MeasuredConfiguration | undefined {
  return measured.find(({ kind }) => kind === "start");
}

function inForceOf({ measured, inForce }: ExamplesState): MeasuredConfiguration | undefined {
  return measured.findLast(({ iteration, kind }) => iteration === inForce && kind !== "rejected");
}

function shownConfiguration(state: ExamplesState, one: MeasuredConfiguration): ShownConfiguration {
  const { seq, iteration, kind, component } = one;
  return {
    seq,
    iteration,
    kind,
    component: component === null ? null : briefLine(component),
    mean: one.mean,
    rows: one.rewards.length,
    inForce: iteration === state.inForce && kind !== "rejected",
  };
}

function shownRow(state: ExamplesState, columns: readonly MeasuredConfiguration[], row: number): ShownRow {
  const { numbers } = state;
  const [start, now] = [startOf(state), inForceOf(state)].map((one) => one && rewardIn(one.rows, one.rewards, row));
  return {
    row,
    example: briefLine(numbers.id(row)),
    text: briefLine(numbers.text(row)),
    cells: columns.map(({ rows, rewards }) => rewardIn(rows, rewards, row) ?? null),
    failed: columns.flatMap(({ failures }, index) => (failures.has(numbers.id(row)) ? [index] : [])),
    change: start === undefined || now === undefined ? null : now - start,
  };
}

function scaleOf({ low, high }: ExamplesState): ExamplesShown["scale"] {
  return low > high || (low >= 0 && high <= 1) ? { low: 0, high: 1 } : { low, high };
}

function selectedCell(state: ExamplesState, { selected }: ExamplesQuery): ShownCell | null {
  if (selected === null || selected.row >= state.numbers.count) return null;
  const { row } = selected;
  const under = state.measured.find(({ iteration }) => iteration === selected.iteration);
  const reward = under && rewardIn(under.rows, under.rewards, row);
  if (under === undefined || reward === undefined) return null;
  const exampleId = state.numbers.id(row);
  const failure = under.failures.get(exampleId);
  const others = state.measured.flatMap((one) => {
    const other = one === under ? undefined : rewardIn(one.rows, one.rewards, row);
    return other === undefined ? [] : [{ one, reward: other }];
  });
  return {
    row,
    exampleId,
    example: briefLine(exampleId),
    text: briefText(state.numbers.text(row), LONGEST_FAILURE),
    under: shownConfiguration(state, under),
    reward,
    failure:
      failure === undefined
        ? null
        : { at: briefLine(failure.at), message: briefText(failure.message, LONGEST_FAILURE) },
    again: under.again
      .flatMap(({ iteration, rows, rewards }) => {
        const other = rewardIn(rows, rewards, row);
        return other === undefined ? [] : [{ iteration, reward: other }];
      })
      .slice(-MOST_AGAIN),
    configuration: under.configuration,
    components: (state.begun?.system.components ?? []).map(({ name, kind, inputs, outputs }) => ({
      name,
      kind,
      inputs,
      outputs,
    })),
    others: nearest(others, under.iteration).map(({ one, reward: other }) => ({
      ...shownConfiguration(state, one),
      reward: other,
    })),
  };
}

/** The start, and those around an iteration. */
function nearest<T extends { readonly one: MeasuredConfiguration }>(others: readonly T[], iteration: number): T[] {
  if (others.length <= MOST_OTHERS) return [...others];
  const distance = ({ one }: T) => (one.kind === "start" ? -1 : Math.abs(one.iteration - iteration));
  const kept = new Set(others.toSorted((a, b) => distance(a) - distance(b)).slice(0, MOST_OTHERS));
  return others.filter((other) => kept.has(other));
}

/** All rows that the query means, under all configurations that it means. */
function tableOf(state: ExamplesState, query: ExamplesQuery): ChartTable {
  const columns = meantColumns(state, query);
  const order = orderOf(state, columns, query);
  return {
    columns: ["example", "text", ...columns.map(columnName)],
    rows: order.map((row) => [
      state.numbers.id(row),
      state.numbers.text(row),
      ...columns.map(({ rows, rewards }) => rewardIn(rows, rewards, row) ?? null),
    ]),
  };
}

function columnName({ iteration, kind, component }: MeasuredConfiguration): string {
  return kind === "start" ? "start" : `iteration ${iteration} (${component}, ${kind})`;
}
