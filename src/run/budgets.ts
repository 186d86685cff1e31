import * as z from "zod";

const aboveZero = z.number().positive().nullable();
const counted = z.number().int().positive().nullable();

/** Hard limits of a run, by the names of its settings; null for no limit. Those that are left out are the experiment's. */
export const budgetsSchema = z.object({
  budgetRuns: aboveZero.exactOptional(),
  budgetCalls: counted.exactOptional(),
  budgetTokens: counted.exactOptional(),
  budgetUsd: aboveZero.exactOptional(),
  budgetMinutes: aboveZero.exactOptional(),
});
export type Budgets = Readonly<z.infer<typeof budgetsSchema>>;
export type BudgetName = keyof Budgets;

/** In the order in which people are shown them. */
export const BUDGET_NAMES: readonly BudgetName[] = [
  "budgetRuns",
  "budgetCalls",
  "budgetTokens",
  "budgetUsd",
  "budgetMinutes",
];

/** What was typed for a budget. */
export type TypedBudget =
  /** Null for no limit. */
  | { readonly kind: "limit"; readonly limit: number | null }
  /** Nothing was typed: the experiment's own holds. */
  | { readonly kind: "own" }
  | { readonly kind: "wrong"; readonly fault: "no number" | "not above 0" | "not whole" | "too large" };

/** Reads "2,000", "500_000", "$1.50", "none" or nothing. Digits may be grouped as people group them. */
export function typedBudget(name: BudgetName, text: string): TypedBudget {
  const typed = text.trim();
  if (typed === "") return { kind: "own" };
  if (/^(?:none|-|∞)$/i.test(typed)) return { kind: "limit", limit: null };
  const bare = name === "budgetUsd" ? typed.replace(/^\$\s*|\s*\$$/, "") : typed;
  const grouped = /^[+-]?\d{1,3}(?:([,_' \u00a0\u202f])\d{3})(?:\1\d{3})*(?:\.\d+)?$/.test(bare);
  const plain = grouped ? bare.replace(/[,_' \u00a0\u202f]/g, "") : bare;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(plain)) return { kind: "wrong", fault: "no number" };
  const limit = Number(plain);
  if (limit <= 0) return { kind: "wrong", fault: "not above 0" };
  if (limit > Number.MAX_SAFE_INTEGER) return { kind: "wrong", fault: "too large" };
  const whole = name === "budgetCalls" || name === "budgetTokens";
  if (whole && !Number.isInteger(limit)) return { kind: "wrong", fault: "not whole" };
  return { kind: "limit", limit };
}
