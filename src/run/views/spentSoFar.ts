import type { SpentByRow } from "../account.ts";
import type { BodyOf, PricedModel, SpentCalls, SpentSoFar } from "../events.ts";
import { moneyTogether } from "../panel/spentRows.ts";

/** What calls of models came to, all together. */
export function spentSoFar(
  calls: readonly SpentCalls[],
  models: Readonly<Record<string, PricedModel>>,
  simulated: boolean,
): SpentSoFar {
  const sum = (of: (row: SpentCalls) => number) => calls.reduce((total, row) => total + of(row), 0);
  const { unanswered, estimated, ...money } = moneyTogether({ models, simulated }, calls);
  return {
    calls: sum((row) => row.calls),
    recorded: sum((row) => row.recorded ?? 0),
    tokens: sum((row) => row.inputTokens + row.outputTokens),
    money: { ...money, ...(unanswered && { unanswered }), ...(estimated && { estimated }) },
    by: spentBy(calls, models, simulated),
  };
}

/** By who asked and for what, whichever models answered; what cost most comes first. */
function spentBy(
  calls: readonly SpentCalls[],
  models: Readonly<Record<string, PricedModel>>,
  simulated: boolean,
): SpentByRow[] {
  const rows = new Map<string, SpentCalls[]>();
  for (const row of calls) {
    const key = JSON.stringify([row.who, row.purpose]);
    const own = rows.get(key);
    if (own === undefined) rows.set(key, [row]);
    else own.push(row);
  }
  return [...rows.values()]
    .flatMap((own) => own.slice(0, 1).map(({ who, purpose }) => spentRow(who, purpose, own, models, simulated)))
    .toSorted((a, b) => (b.usd ?? 0) - (a.usd ?? 0) || b.tokens - a.tokens);
}

/** As a checkpoint or a summary tells it; null where the log does not. */
export function spentToldBy(
  { spentCalls, models = {} }: Pick<BodyOf<"checkpoint">, "spentCalls" | "models">,
  simulated: boolean,
): SpentSoFar | null {
  return spentCalls === undefined ? null : spentSoFar(spentCalls, models, simulated);
}

function spentRow(
  who: string,
  purpose: string | null,
  calls: readonly SpentCalls[],
  models: Readonly<Record<string, PricedModel>>,
  simulated: boolean,
): SpentByRow {
  const { usd, unpriced } = moneyTogether({ models, simulated }, calls);
  const sum = (of: (row: SpentCalls) => number) => calls.reduce((total, row) => total + of(row), 0);
  return {
    who,
    purpose,
    calls: sum((row) => row.calls),
    recorded: sum((row) => row.recorded ?? 0),
    tokens: sum((row) => row.inputTokens + row.outputTokens),
    usd: unpriced > 0 ? null : usd,
  };
}
