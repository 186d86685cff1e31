import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { layeredSettings, type SettingsInput } from "../optimize/settings.ts";
import { LEXICAL } from "../reward/backboneName.ts";
import { HUB_PREFIX } from "../reward/resolvedRewards.ts";
import { BUDGET_NAMES, type BudgetName, type Budgets, typedBudget } from "../run/budgets.ts";
import { backboneFrom } from "../sdk/backboneAccess.ts";

/** Options of the commands that start a run, as commander gives them. */
export interface StartOptions {
  readonly data?: string;
  readonly out: string;
  readonly seed?: number;
  readonly iterations?: number;
  /** Budgets are Infinity where "none" was typed. */
  readonly budgetRuns?: number;
  readonly budgetCalls?: number;
  readonly budgetTokens?: number;
  readonly budgetUsd?: number;
  readonly budgetMinutes?: number;
  readonly concurrency?: number;
  readonly model?: string;
  /** As it is typed: a path starts in the working directory. */
  readonly backbone?: string;
  readonly configuration?: string;
  readonly set?: Readonly<Record<string, unknown>>;
  /** Undefined unless typed. */
  readonly save?: boolean;
  readonly fromSource?: boolean;
  /** False: answers of models are neither taken from the record nor kept. */
  readonly cache?: boolean;
  readonly json?: boolean;
  /** Tell what it may come to, and begin nothing. */
  readonly dryRun?: boolean;
  /** US dollars above which a person is asked. */
  readonly askAbove?: number;
  /** Begin without asking. */
  readonly yes?: boolean;
}

/** Where runs land unless told otherwise. */
export const DEFAULT_OUT = ".optimas/runs";

/**
 * The experiment's own settings, changed by `--set`, changed by the options that have a name of their own.
 * @param place absolute path of the experiment's folder
 */
export function overlaidSettings(own: SettingsInput, options: StartOptions, place: string): SettingsInput {
  const { seed, iterations, concurrency } = options;
  const cache = options.cache === false ? "off" : undefined;
  // Names and values are checked by `parseSettings`, whose messages name them.
  return layeredSettings(
    own,
    options.set as SettingsInput | undefined,
    given({ seed, iterations, concurrency, cache }),
    givenBudgets(options),
    options.backbone === undefined
      ? undefined
      : { rewards: { backbone: backboneFrom(place, typedBackbone(options.backbone)) } },
  );
}

/** A path that was typed starts in the working directory, one among an experiment's settings in the experiment's folder. */
export function typedBackbone(typed: string): string {
  return typed === LEXICAL || typed.startsWith(HUB_PREFIX) ? typed : resolve(typed);
}

export type BudgetOptions = Pick<StartOptions, BudgetName>;

/** The budgets that were typed, by the names of their settings; null for no limit. */
export function givenBudgets(options: BudgetOptions): Budgets {
  const typed = BUDGET_NAMES.map((name) => [name, options[name]] as const);
  return given(Object.fromEntries(typed.map(([name, limit]) => [name, limit === Infinity ? null : limit])));
}

function given(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError("It must be a whole number.");
}

/** US dollars. */
export function dollars(text: string): number {
  const value = Number(text.replace(/^\$/, ""));
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("It must be a number of US dollars, 0 or more.");
}

/** Reads what is typed for a budget; Infinity stands for no limit, because commander takes null for nothing at all. */
export function budget(name: BudgetName): (text: string) => number {
  return (text) => {
    const typed = typedBudget(name, text);
    if (typed.kind === "limit") return typed.limit ?? Infinity;
    const number = name === "budgetCalls" || name === "budgetTokens" ? "whole number" : "number";
    throw new InvalidArgumentError(`It must be a ${number} above 0, or "none" for no limit.`);
  };
}

/** Collects `--set name=value` and `--set rewards.name=value`; a value that is no JSON is taken as text. */
export function setting(text: string, earlier: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const split = text.indexOf("=");
  if (split < 1) throw new InvalidArgumentError('It must look like name=value, e.g. "freshInputs=10".');
  const [name = "", ...rest] = text.slice(0, split).split(".");
  const value = jsonOrText(text.slice(split + 1));
  if (rest.length === 0) return { ...earlier, [name]: value };
  return { ...earlier, [name]: { ...Object(earlier[name]), [rest.join(".")]: value } };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Quotes are a nuisance in a shell: scorer=random means "random".
    return text;
  }
}

const DAY_MS = 24 * 60 * 60_000;
const UNITS: Readonly<Record<string, number>> = { h: DAY_MS / 24, d: DAY_MS, w: 7 * DAY_MS };

/** "30d": milliseconds. */
export function age(text: string): number {
  const [, number = "", unit = ""] = /^(\d+)([hdw])$/.exec(text.trim()) ?? [];
  const ms = Number(number) * (UNITS[unit] ?? Number.NaN);
  if (number !== "" && Number.isSafeInteger(ms)) return ms;
  throw new InvalidArgumentError("It must be a number of hours, days or weeks, such as 12h, 30d or 4w.");
}
