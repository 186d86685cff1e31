import { InvalidArgumentError } from "commander";
import type { SettingsInput } from "../optimize/settings.ts";

/** Options of the commands that start a run, as commander gives them. */
export interface StartOptions {
  readonly data?: string;
  readonly out: string;
  readonly seed?: number;
  readonly iterations?: number;
  readonly budgetRuns?: number | null;
  readonly concurrency?: number;
  readonly model?: string;
  readonly configuration?: string;
  readonly set?: Readonly<Record<string, unknown>>;
  /** Undefined unless typed. */
  readonly save?: boolean;
  readonly fromSource?: boolean;
  readonly json?: boolean;
}

/** Where runs land unless told otherwise. */
export const DEFAULT_OUT = ".optimas/runs";

/** The experiment's own settings, changed by `--set`, changed by the options that have a name of their own. */
export function overlaidSettings(own: SettingsInput, options: StartOptions): SettingsInput {
  const { seed, iterations, budgetRuns, concurrency } = options;
  const named = Object.entries({ seed, iterations, budgetRuns, concurrency }).filter(
    ([, value]) => value !== undefined,
  );
  // Names and values are checked by `parseSettings`, whose messages name them.
  return { ...own, ...options.set, ...Object.fromEntries(named) } as SettingsInput;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError("It must be a whole number.");
}

/** A number of system runs, or null for no limit. */
export function runsLimit(text: string): number | null {
  if (text === "none") return null;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0, or "none" for no limit.');
}

/** Collects `--set name=value`; a value that is no JSON is taken as text. */
export function setting(text: string, earlier: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const split = text.indexOf("=");
  if (split < 1) throw new InvalidArgumentError('It must look like name=value, e.g. "freshInputs=10".');
  return { ...earlier, [text.slice(0, split)]: jsonOrText(text.slice(split + 1)) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Quotes are a nuisance in a shell: scorer=random means "random".
    return text;
  }
}
