import { english, type L10n, plural } from "../l10n.ts";
import type { Spent, SpentRow } from "../panel/spentRows.ts";
import { countText, moneyText, runsText } from "../views/numberFormat.ts";
import { purposeWords } from "../views/runWords.ts";
import { visibleLine } from "../views/visibleText.ts";
import { barsChart } from "./barsChart.ts";
import type { Chart } from "./chart.ts";
import { type Palette, seriesColour } from "./palette.ts";

/** What is counted. */
export const spentUnits = ["runs", "executions", "calls", "tokens", "money"] as const;
export type SpentUnit = (typeof spentUnits)[number];

export interface SpentPicture {
  readonly rows: readonly SpentRow[];
  readonly unit: SpentUnit;
  /** What has bars; the other is what each bar consists of. */
  readonly bars: "component" | "purpose";
  /** In the order in which a run comes to them; a purpose keeps its colour from chart to chart. */
  readonly purposes: readonly string[];
}

/** What was spent, in one unit, as bars for components that purposes share, or the other way round. Null without any. */
export function spentChart(picture: SpentPicture, palette: Palette, l10n: L10n = english): Chart | null {
  const { rows, unit, purposes } = picture;
  const spent = rows.filter((row) => amountOf(row, unit) > 0);
  const whos = unique(spent.map(({ who }) => who));
  const own = unique(spent.map(({ purpose }) => purpose));
  const inOrder = [...purposes.filter((one) => own.includes(one)), ...own.filter((one) => !isAmong(purposes, one))];
  const byComponent = picture.bars === "component";
  const [barKeys, partKeys] = byComponent ? [whos, inOrder] : [inOrder, whos];
  const barOf = (row: SpentRow) => (byComponent ? row.who : row.purpose);
  const partOf = (row: SpentRow) => (byComponent ? row.purpose : row.who);
  const words = (key: string | null, isWho: boolean) => (isWho ? whoWords(key, l10n) : spentPurposeWords(key, l10n));
  return barsChart(
    {
      unit: unitWords(unit, l10n),
      bars: byComponent ? l10n.t("component") : l10n.t("purpose"),
      text: (amount) => amountText(amount, unit),
      parts: partKeys.map((key, index) => ({
        name: words(key, !byComponent),
        colour:
          key === null ? palette.quiet : seriesColour(palette, byComponent ? placeOf(purposes, key, index) : index),
      })),
      rows: barKeys.map((key) => ({
        name: words(key, byComponent),
        amounts: partKeys.map((part) =>
          spent.reduce((sum, row) => (barOf(row) === key && partOf(row) === part ? sum + amountOf(row, unit) : sum), 0),
        ),
      })),
    },
    palette,
    l10n,
  );
}

export function amountOf(
  { runs, executions, calls, inputTokens, outputTokens, money }: Spent,
  unit: SpentUnit,
): number {
  switch (unit) {
    case "runs":
      return runs;
    case "executions":
      return executions;
    case "calls":
      return calls;
    case "tokens":
      return inputTokens + outputTokens;
    case "money":
      return money.usd;
    default:
      throw new Error(`unknown unit ${unit satisfies never}`);
  }
}

export function amountText(amount: number, unit: SpentUnit): string {
  return unit === "money" ? moneyText(amount) : unit === "runs" ? runsText(amount) : countText(amount);
}

export function unitWords(unit: SpentUnit, l10n: L10n = english): string {
  switch (unit) {
    case "runs":
      return l10n.t("system runs");
    case "executions":
      return l10n.t("executions of components");
    case "calls":
      return l10n.t("model calls");
    case "tokens":
      return l10n.t("tokens");
    case "money":
      return l10n.t("US dollars");
    default:
      throw new Error(`unknown unit ${unit satisfies never}`);
  }
}

/** A component, the proposer, or nobody in particular. */
export function whoWords(who: string | null, l10n: L10n = english): string {
  if (who === null) return l10n.t("since the last checkpoint");
  return who === "proposer" ? l10n.t("proposer") : visibleLine(who);
}

export function spentPurposeWords(purpose: string | null, l10n: L10n = english): string {
  if (purpose === null) return l10n.t("not told apart");
  return purpose === "test" ? l10n.t("test, not charged") : visibleLine(purposeWords(purpose, l10n));
}

/** What is to be paid, with what is not known of it; said of a simulated model, too. */
export function moneyWords(money: Spent["money"], l10n: L10n = english): string {
  const { usd, unanswered, estimated } = money;
  const known = knownMoney(money, l10n);
  const more =
    unanswered === undefined || unanswered.usd === 0
      ? []
      : [
          plural(
            l10n,
            "at most {0} more for {1, plural, one {# request} other {# requests}} without an answer",
            moneyText(unanswered.usd),
            unanswered.calls,
          ),
        ];
  const counted = estimated === true && usd > 0 ? [l10n.t("tokens partly estimated")] : [];
  return [known, ...more, ...counted].join(", ");
}

function knownMoney({ usd, unpriced, simulated }: Spent["money"], l10n: L10n): string {
  if (unpriced > 0) {
    return usd > 0
      ? plural(
          l10n,
          "at least {0}: the price of {1, plural, one {# call} other {# calls}} is not known",
          moneyText(usd),
          unpriced,
        )
      : plural(l10n, "not known: the price of {0, plural, one {# call} other {# calls}} is not known", unpriced);
  }
  if (usd === 0 && simulated > 0) return l10n.t("$0: simulated model");
  return moneyText(usd);
}

function placeOf(purposes: readonly string[], key: string, otherwise: number): number {
  const place = purposes.indexOf(key);
  return place === -1 ? otherwise : place;
}

function isAmong(names: readonly string[], name: string | null): boolean {
  return name !== null && names.includes(name);
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
