import type { Account, SpentCalls } from "../run/events.ts";
import type { Measured, MeasuredCaller } from "./estimate.ts";

/** What a run came to, as far as an estimate of the next one learns from it. */
export type PastRun = Pick<Account, "executions" | "spentCalls"> & { readonly elapsedMs: number | undefined };

/** Averages over all calls of earlier runs; undefined where none of them asked a model. */
export function measuredIn(runs: readonly PastRun[]): Measured | undefined {
  const telling = runs.filter(({ spentCalls = [] }) => spentCalls.some(isSent));
  if (telling.length === 0) return undefined;
  const rows = telling.flatMap(({ spentCalls = [] }) => spentCalls);
  const executed = new Map<string, number>();
  for (const { executions = {} } of telling) {
    for (const counts of Object.values(executions)) {
      for (const [name, count] of Object.entries(counts)) executed.set(name, (executed.get(name) ?? 0) + count);
    }
  }
  const names = new Set([...executed.keys(), ...rows.map(({ who }) => who)]);
  const callers = [...names].flatMap((who): [string, MeasuredCaller][] => {
    const own = rows.filter((row) => row.who === who);
    const calls = total(own, (row) => row.calls);
    const answered = calls + total(own, (row) => row.recorded ?? 0);
    const executions = executed.get(who);
    const callsPerExecution = executions === undefined || executions === 0 ? null : answered / executions;
    // Answers from the record tell nothing of tokens.
    if (answered > 0 && calls === 0) return [];
    const mean = (of: (row: SpentCalls) => number) => (calls === 0 ? 0 : total(own, of) / calls);
    return [
      [
        who,
        {
          callsPerExecution,
          inputTokens: mean((row) => row.inputTokens),
          outputTokens: mean((row) => row.outputTokens),
          cachedInputTokens: mean((row) => row.cachedInputTokens ?? 0),
        },
      ],
    ];
  });
  const timed = telling.filter(({ elapsedMs }) => elapsedMs !== undefined);
  const sent = timed.reduce((sum, { spentCalls = [] }) => sum + total(spentCalls, (row) => row.calls), 0);
  const ms = timed.reduce((sum, { elapsedMs = 0 }) => sum + elapsedMs, 0);
  return { runs: telling.length, callers: Object.fromEntries(callers), msPerCall: sent === 0 ? null : ms / sent };
}

function isSent({ calls }: SpentCalls): boolean {
  return calls > 0;
}

function total(rows: readonly SpentCalls[], of: (row: SpentCalls) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}
