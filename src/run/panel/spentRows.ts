import { costOf } from "../../models/modelPrice.ts";
import type { PricedModel, SpentCalls } from "../events.ts";
import type { Executions, Spending } from "../views/spending.ts";

/** What is to be paid, in US dollars. */
export interface Money {
  /** For all calls whose price is known; 0 for those of a simulated model. */
  readonly usd: number;
  /** Calls of models whose price is not known: what they cost comes on top. */
  readonly unpriced: number;
  /** Calls that went to a simulated model. */
  readonly simulated: number;
  /** Requests that were sent and brought no answer, where there are any, and what they may cost on top at most. */
  readonly unanswered?: { readonly calls: number; readonly usd: number } | undefined;
  /** Some of the tokens were not reported but counted from texts. */
  readonly estimated?: true | undefined;
}

/** What was spent, of whatever kind. */
export interface Spent {
  /** System runs, in equivalent full runs. */
  readonly runs: number;
  /** How often components were executed. */
  readonly executions: number;
  /** Calls of models that were made, and that were answered from a record and cost nothing. */
  readonly calls: number;
  readonly recorded: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly money: Money;
}

export interface SpentRow extends Spent {
  /** Name of a component, or "proposer"; null for what was spent since the last checkpoint, by whomever. */
  readonly who: string | null;
  /** Null where the log does not tell purposes apart. */
  readonly purpose: string | null;
}

export interface SpentModel extends Pick<Spent, "calls" | "recorded" | "inputTokens" | "outputTokens" | "money"> {
  /** Null where the log does not tell models apart. */
  readonly model: string | null;
  readonly price: PricedModel["price"];
}

type GrowingRow = { -readonly [Key in keyof SpentRow]: SpentRow[Key] };

const noMoney: Money = { usd: 0, unpriced: 0, simulated: 0 };

/** What executions and calls of models came to, by who and for what, in the order of the system and of the purposes. */
export function spentRows(account: Spending, calls: readonly SpentCalls[], purposes: readonly string[]): SpentRow[] {
  const rows = new Map<string, GrowingRow>();
  const rowOf = (who: string | null, purpose: string | null): GrowingRow => {
    const key = JSON.stringify([who, purpose]);
    const known = rows.get(key);
    if (known !== undefined) return known;
    const row = {
      who,
      purpose,
      runs: 0,
      executions: 0,
      calls: 0,
      recorded: 0,
      inputTokens: 0,
      outputTokens: 0,
      money: noMoney,
    };
    rows.set(key, row);
    return row;
  };
  for (const [purpose, counts] of Object.entries(account.ledger?.executions ?? {})) {
    addExecutions(counts, account.shares, (who) => rowOf(who, purpose));
  }
  for (const spent of calls) {
    const row = rowOf(spent.who, spent.purpose);
    row.calls += spent.calls;
    row.recorded += spent.recorded ?? 0;
    row.inputTokens += spent.inputTokens;
    row.outputTokens += spent.outputTokens;
    row.money = added(row.money, moneyOf(account, spent));
  }
  const since = account.ledger === null ? 0 : account.spentRuns - account.ledger.spentRuns;
  if (since > 0.005) rowOf(null, null).runs = rounded(since);
  return ordered([...rows.values()], [...account.shares.keys()], purposes);
}

function addExecutions(
  counts: Executions[string],
  shares: ReadonlyMap<string, number>,
  rowOf: (who: string) => GrowingRow,
): void {
  for (const [who, count] of Object.entries(counts)) {
    const row = rowOf(who);
    row.executions += count;
    row.runs = rounded(row.runs + count * (shares.get(who) ?? 0));
  }
}

/** Calls by the model that answered. */
export function spentModels(account: Spending, calls: readonly SpentCalls[]): SpentModel[] {
  const models = new Map<string | null, { -readonly [Key in keyof SpentModel]: SpentModel[Key] }>();
  for (const spent of calls) {
    const known = models.get(spent.model) ?? {
      model: spent.model,
      price: pricedModel(account, spent.model).price,
      calls: 0,
      recorded: 0,
      inputTokens: 0,
      outputTokens: 0,
      money: noMoney,
    };
    models.set(spent.model, known);
    known.calls += spent.calls;
    known.recorded += spent.recorded ?? 0;
    known.inputTokens += spent.inputTokens;
    known.outputTokens += spent.outputTokens;
    known.money = added(known.money, moneyOf(account, spent));
  }
  return [...models.values()];
}

/** Everything together; without test rows, whose runs are not charged, for runs. */
export function spentTogether(rows: readonly SpentRow[]): Spent {
  const sum = (of: (row: SpentRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    runs: rounded(rows.reduce((total, row) => total + (row.purpose === "test" ? 0 : row.runs), 0)),
    executions: sum((row) => row.executions),
    calls: sum((row) => row.calls),
    recorded: sum((row) => row.recorded),
    inputTokens: sum((row) => row.inputTokens),
    outputTokens: sum((row) => row.outputTokens),
    money: rows.reduce((total, row) => added(total, row.money), noMoney),
  };
}

/** Rows with what was spent since added to those that there are. */
export function withSince(calls: readonly SpentCalls[], since: readonly SpentCalls[]): SpentCalls[] {
  const rows = new Map(calls.map((row) => [keyOf(row), row]));
  for (const more of since) {
    const row = rows.get(keyOf(more));
    rows.set(
      keyOf(more),
      row === undefined
        ? more
        : {
            ...row,
            calls: row.calls + more.calls,
            recorded: (row.recorded ?? 0) + (more.recorded ?? 0),
            inputTokens: row.inputTokens + more.inputTokens,
            outputTokens: row.outputTokens + more.outputTokens,
            ...sumOf("cachedInputTokens", row, more),
            ...((row.estimated ?? more.estimated) && { estimated: true }),
            ...unansweredOf(row, more),
          },
    );
  }
  return [...rows.values()];
}

/** What calls cost, all together. */
export function moneyTogether(prices: Prices, calls: readonly SpentCalls[]): Money {
  return calls.reduce((total, spent) => added(total, moneyOf(prices, spent)), noMoney);
}

/** What is known of the models of a run. */
export type Prices = Pick<Spending, "models" | "simulated">;

function moneyOf(account: Prices, spent: SpentCalls): Money {
  const { calls, unanswered, estimated } = spent;
  const { simulated, price } = pricedModel(account, spent.model);
  if (simulated) return { ...noMoney, simulated: calls };
  if (price === null) return { ...noMoney, unpriced: calls + (unanswered?.calls ?? 0) };
  return {
    ...noMoney,
    usd: costOf(spent, price),
    ...(unanswered && { unanswered: { calls: unanswered.calls, usd: costOf(unanswered, price) } }),
    ...(estimated && { estimated }),
  };
}

/** A run that says it is simulated throughout need not say it of each model. */
function pricedModel({ models, simulated }: Prices, name: string | null): PricedModel {
  const known = name === null || !Object.hasOwn(models, name) ? undefined : models[name];
  return known ?? { simulated, price: null };
}

function added(a: Money, b: Money): Money {
  const [left, right] = [a.unanswered, b.unanswered];
  return {
    usd: a.usd + b.usd,
    unpriced: a.unpriced + b.unpriced,
    simulated: a.simulated + b.simulated,
    ...((left ?? right) && {
      unanswered: {
        calls: (left?.calls ?? 0) + (right?.calls ?? 0),
        usd: (left?.usd ?? 0) + (right?.usd ?? 0),
      },
    }),
    ...((a.estimated ?? b.estimated) && { estimated: true }),
  };
}

function sumOf(key: "cachedInputTokens", a: SpentCalls, b: SpentCalls): Partial<SpentCalls> {
  const sum = (a[key] ?? 0) + (b[key] ?? 0);
  return sum > 0 ? { [key]: sum } : {};
}

function unansweredOf({ unanswered: a }: SpentCalls, { unanswered: b }: SpentCalls): Partial<SpentCalls> {
  if (a === undefined || b === undefined) return a || b ? { unanswered: a ?? b } : {};
  return {
    unanswered: {
      calls: a.calls + b.calls,
      inputTokens: a.inputTokens + b.inputTokens,
      outputTokens: a.outputTokens + b.outputTokens,
    },
  };
}

function ordered(rows: readonly SpentRow[], names: readonly string[], purposes: readonly string[]): SpentRow[] {
  const place = (of: readonly string[], name: string | null) =>
    name === null ? of.length + 1 : of.includes(name) ? of.indexOf(name) : of.length;
  return rows.toSorted(
    (a, b) => place(names, a.who) - place(names, b.who) || place(purposes, a.purpose) - place(purposes, b.purpose),
  );
}

function keyOf({ who, purpose, model }: SpentCalls): string {
  return JSON.stringify([who, purpose, model]);
}

function rounded(runs: number): number {
  return Math.round(runs * 1e4) / 1e4;
}
