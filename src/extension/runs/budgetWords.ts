import type { BudgetName, Budgets, TypedBudget } from "../../run/budgets.ts";
import { plural } from "../../run/l10n.ts";
import { moneyText } from "../../run/views/numberFormat.ts";
import type { L10n } from "../l10n.ts";

export function budgetTitle(name: BudgetName, l10n: L10n): string {
  switch (name) {
    case "budgetRuns":
      return l10n.t("System runs");
    case "budgetCalls":
      return l10n.t("Calls of models");
    case "budgetTokens":
      return l10n.t("Tokens, input and output together");
    case "budgetUsd":
      return l10n.t("Money in US dollars");
    case "budgetMinutes":
      return l10n.t("Minutes at work");
  }
}

/** "$2.00" and where it comes from. */
export function budgetLine(
  name: BudgetName,
  own: Budgets,
  chosen: Budgets,
  l10n: L10n,
): { readonly value: string; readonly origin: string } {
  const limit = chosen[name];
  if (limit !== undefined) return { value: limitText(name, limit, l10n), origin: chosenWords(name, own, l10n) };
  const known = own[name];
  return known === undefined
    ? { value: l10n.t("as the experiment says"), origin: l10n.t("Code of the experiment computes it.") }
    : { value: limitText(name, known, l10n), origin: l10n.t("As the experiment says") };
}

function chosenWords(name: BudgetName, own: Budgets, l10n: L10n): string {
  const known = own[name];
  return known === undefined
    ? l10n.t("Chosen for this run")
    : l10n.t("Chosen for this run; the experiment says {0}", limitText(name, known, l10n));
}

/** What stands in an empty field. */
export function budgetPlaceholder(name: BudgetName, own: Budgets, l10n: L10n): string {
  const known = own[name];
  return known === undefined
    ? l10n.t("as the experiment says")
    : l10n.t("as the experiment says: {0}", limitText(name, known, l10n));
}

function limitText(name: BudgetName, limit: number | null, l10n: L10n): string {
  if (limit === null) return l10n.t("no limit");
  switch (name) {
    case "budgetRuns":
      return plural(l10n, "{0, plural, one {# system run} other {# system runs}}", limit);
    case "budgetCalls":
      return plural(l10n, "{0, plural, one {# call} other {# calls}}", limit);
    case "budgetTokens":
      return plural(l10n, "{0, plural, one {# token} other {# tokens}}", limit);
    case "budgetUsd":
      return moneyText(limit);
    case "budgetMinutes":
      return plural(l10n, "{0, plural, one {# minute} other {# minutes}}", limit);
  }
}

/** What is wrong with what was typed, and what would be right. */
export function budgetProblem(
  name: BudgetName,
  fault: Extract<TypedBudget, { kind: "wrong" }>["fault"],
  l10n: L10n,
): string {
  switch (fault) {
    case "no number":
      return name === "budgetUsd"
        ? l10n.t("Type an amount such as 2.50, or none for no limit.")
        : l10n.t("Type a number such as 500, or none for no limit.");
    case "not above 0":
      return l10n.t("A budget is above 0. Press Escape to begin nothing, or type none for no limit.");
    case "not whole":
      return l10n.t("Calls and tokens are counted in whole numbers.");
    case "too large":
      return l10n.t("This is more than can be counted. Type none for no limit.");
  }
}
