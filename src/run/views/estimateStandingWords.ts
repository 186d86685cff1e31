import { moneyWords } from "../charts/spentChart.ts";
import type { EstimateRange } from "../events.ts";
import { english, type L10n, plural } from "../l10n.ts";
import { type EstimatedFigure, type EstimatedUnit, type EstimateStanding, estimatedUnits } from "./estimateStanding.ts";
import { countText, moneyText } from "./numberFormat.ts";

/** A figure of an estimate beside what came of it, in words. */
export interface EstimateWords {
  readonly unit: string;
  readonly estimated: string;
  readonly came: string;
  /** Of what is likely: "94 %". */
  readonly share: string;
  readonly place: string;
}

/** Everything of an estimate beside what came of it, a figure a row. */
export function estimateWords(standing: EstimateStanding, l10n: L10n = english): readonly EstimateWords[] {
  return standing.figures.map((figure) => ({
    unit: estimatedUnitWords(figure.unit, l10n),
    estimated: estimatedWords(figure, standing.simulated, l10n),
    came: cameWords(figure, standing, l10n),
    share: shareWords(figure),
    place: placeWords(figure, standing.over, l10n),
  }));
}

/** The same in one sentence for each figure, for those who hear it. */
export function estimateSentence(standing: EstimateStanding, l10n: L10n = english): string {
  const told = estimateWords(standing, l10n).map(({ unit, estimated, came, place }) =>
    l10n.t("{0}: {1} came, {2} estimated, {3}.", unit, came, estimated, place),
  );
  return told.join(" ");
}

/** What is to be known of the figures before they are compared. */
export function estimateNotes({ over, recorded, figures }: EstimateStanding, l10n: L10n = english): string[] {
  const isOutside = figures.some(({ place }) => place === "above" || place === "below");
  return [
    ...(over ? [] : [l10n.t("The run is not through: what came is what came so far.")]),
    ...(recorded > 0
      ? [
          plural(
            l10n,
            "{0, plural, one {# answer was} other {# answers were}} taken from the record and cost nothing; the estimate takes none off.",
            recorded,
          ),
        ]
      : []),
    ...(over && isOutside ? [l10n.t("The next estimate on this machine counts with what this run has shown.")] : []),
  ];
}

/** Why a run has no estimate. */
export function noEstimateWords(l10n: L10n = english): string {
  return l10n.t(
    "No estimate was kept with this run: earlier versions of Optimas made one only for runs that ask paid models, or none at all.",
  );
}

export function estimatedUnitWords(unit: EstimatedUnit, l10n: L10n = english): string {
  switch (unit) {
    case "calls":
      return l10n.t("model calls");
    case "tokens":
      return l10n.t("tokens");
    case "money":
      return l10n.t("money");
    case "time":
      return l10n.t("time at work");
    default:
      throw new Error(`unknown unit ${unit satisfies never}; there are ${estimatedUnits.join(", ")}`);
  }
}

export function placeWords({ place }: Pick<EstimatedFigure, "place">, over: boolean, l10n: L10n = english): string {
  switch (place) {
    case "inside":
      return over ? l10n.t("within the range") : l10n.t("within the range so far");
    case "below":
      return over ? l10n.t("below the range") : l10n.t("below the range so far");
    case "above":
      return l10n.t("above the range");
    case "unknown":
      return l10n.t("cannot be told");
    default:
      throw new Error(`unknown place ${place satisfies never}`);
  }
}

/** "about 4,500 (750 to 11,000)". */
export function rangeText(range: EstimateRange, unit: EstimatedUnit, l10n: L10n = english): string {
  const [least, likely, most] = [range.low, range.expected, range.high].map((value) => estimatedText(value, unit));
  return least === most ? String(likely) : l10n.t("about {0} ({1} to {2})", likely ?? "", least ?? "", most ?? "");
}

/** What is estimated has two digits that say something. */
export function estimatedText(value: number, unit: EstimatedUnit): string {
  switch (unit) {
    case "calls":
    case "tokens":
      return countText(value < 100 ? Math.round(value) : Number(value.toPrecision(2)));
    case "money":
      return moneyText(value);
    case "time":
      return minutesText(value);
    default:
      throw new Error(`unknown unit ${unit satisfies never}`);
  }
}

export function minutesText(minutes: number): string {
  if (minutes < 0.95) return `${Math.max(1, Math.round(minutes * 60))} s`;
  return minutes < 90 ? `${Math.round(minutes)} min` : `${countText(Math.round(minutes / 6) / 10)} h`;
}

function estimatedWords({ unit, range }: EstimatedFigure, simulated: boolean, l10n: L10n): string {
  if (range === null) return l10n.t("not known");
  return unit === "money" && simulated ? l10n.t("$0: simulated model") : rangeText(range, unit, l10n);
}

function cameWords({ unit, came }: EstimatedFigure, { money }: EstimateStanding, l10n: L10n): string {
  if (unit === "money") return moneyWords(money, l10n);
  if (came === null) return l10n.t("not known");
  return unit === "time" ? minutesText(came) : countText(came);
}

function shareWords({ range, came }: EstimatedFigure): string {
  if (range === null || came === null || range.expected <= 0) return "–";
  return `${countText(Math.round((100 * came) / range.expected))} %`;
}
