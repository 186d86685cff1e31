import * as vscode from "vscode";
import { BUDGET_NAMES, type BudgetName, type Budgets, typedBudget } from "../../run/budgets.ts";
import { budgetLine, budgetPlaceholder, budgetProblem, budgetTitle } from "./budgetWords.ts";

/** What is chosen before a run, where it is not as the experiment has it. */
export interface ChosenLimits {
  readonly budgets: Budgets;
  /** Whether answers of models are taken from their record, and kept there. */
  readonly cache?: "on" | "off";
}

/** What the experiment says by itself; what is left out is not known before its code runs. */
export interface OwnLimits {
  readonly budgets: Budgets;
  readonly cache?: "on" | "off";
}

type Wish =
  | { readonly kind: "begin" }
  | { readonly kind: "budget"; readonly name: BudgetName }
  | { readonly kind: "cache" }
  | { readonly kind: "own" };

interface WishItem extends vscode.QuickPickItem {
  readonly wish: Wish;
}

/**
 * Asks under which limits a run is to begin: a list of what holds, each of which can be changed, until the user begins.
 * @param last what was chosen the last time, which is offered again
 * @returns undefined where the user gave up
 */
export async function askLimits(
  title: string,
  own: OwnLimits,
  last: ChosenLimits = { budgets: {} },
): Promise<ChosenLimits | undefined> {
  return asked(title, own, last, true);
}

async function asked(
  title: string,
  own: OwnLimits,
  last: ChosenLimits,
  asksRecord: boolean,
): Promise<ChosenLimits | undefined> {
  const placeHolder = vscode.l10n.t("Begin, or choose what to change first");
  let chosen = last;
  for (;;) {
    const items = limitItems(own, chosen, asksRecord);
    const wish = (await vscode.window.showQuickPick(items, { title, placeHolder }))?.wish;
    switch (wish?.kind) {
      case undefined:
        return undefined;
      case "begin":
        return chosen;
      case "own":
        chosen = { budgets: {} };
        break;
      case "cache": {
        const { cache: before, budgets } = chosen;
        const cache = (before ?? own.cache ?? "on") === "on" ? "off" : "on";
        chosen = { budgets, ...(cache !== (own.cache ?? "on") && { cache }) };
        break;
      }
      case "budget": {
        const { [wish.name]: before, ...others } = chosen.budgets;
        const limit = await askBudget(wish.name, own.budgets, before);
        if (limit === "own") chosen = { ...chosen, budgets: others };
        else if (limit !== undefined) chosen = { ...chosen, budgets: { ...others, [wish.name]: limit.limit } };
        break;
      }
    }
  }
}

/** The same for what is about to begin, whose own budgets are all known: the record of answers is open by then. */
export async function askBudgets(title: string, own: Budgets): Promise<Budgets | undefined> {
  return (await asked(title, { budgets: own }, { budgets: {} }, false))?.budgets;
}

function limitItems(own: OwnLimits, chosen: ChosenLimits, asksRecord: boolean): WishItem[] {
  const { l10n } = vscode;
  const budgets = BUDGET_NAMES.map((name): WishItem => {
    const { value, origin } = budgetLine(name, own.budgets, chosen.budgets, l10n);
    return { label: budgetTitle(name, l10n), description: value, detail: origin, wish: { kind: "budget", name } };
  });
  const isChanged = Object.keys(chosen.budgets).length > 0 || chosen.cache !== undefined;
  return [
    { label: `$(play) ${l10n.t("Begin")}`, alwaysShow: true, wish: { kind: "begin" } },
    { label: l10n.t("Budgets"), kind: vscode.QuickPickItemKind.Separator, wish: { kind: "begin" } },
    ...budgets,
    ...(asksRecord ? recordItems(chosen.cache ?? own.cache ?? "on") : []),
    ...(isChanged
      ? [{ label: `$(discard) ${l10n.t("As the Experiment Says")}`, wish: { kind: "own" } satisfies Wish }]
      : []),
  ];
}

function recordItems(cache: "on" | "off"): WishItem[] {
  const { l10n } = vscode;
  const [icon, description, detail] =
    cache === "on"
      ? ["check", l10n.t("on"), l10n.t("Answers to what was asked before are used, at no cost")]
      : ["circle-slash", l10n.t("off"), l10n.t("Every request is sent, and no answer is kept")];
  const label = `$(${icon}) ${l10n.t("Record of answers")}`;
  return [
    { label: l10n.t("Answers of models"), kind: vscode.QuickPickItemKind.Separator, wish: { kind: "begin" } },
    { label, description, detail, wish: { kind: "cache" } },
  ];
}

/** @returns undefined where the user gave up */
async function askBudget(
  name: BudgetName,
  own: Budgets,
  before: number | null | undefined,
): Promise<{ readonly limit: number | null } | "own" | undefined> {
  const { l10n } = vscode;
  const now = before === undefined ? own[name] : before;
  const typed = await vscode.window.showInputBox({
    title: budgetTitle(name, l10n),
    prompt: l10n.t("A number above 0, or “none” for no limit. Empty: as the experiment says."),
    placeHolder: budgetPlaceholder(name, own, l10n),
    value: now === undefined ? "" : now === null ? "none" : String(now),
    validateInput: (text) => {
      const read = typedBudget(name, text);
      return read.kind === "wrong" ? budgetProblem(name, read.fault, l10n) : undefined;
    },
  });
  if (typed === undefined) return undefined;
  const read = typedBudget(name, typed);
  switch (read.kind) {
    case "own":
      return "own";
    case "limit":
      // What the experiment says stays the experiment's, which may change.
      return before === undefined && own[name] === read.limit ? undefined : { limit: read.limit };
    case "wrong":
      return undefined;
  }
}
