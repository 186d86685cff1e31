import { type FitDiagnosis, perturbedOutput } from "../reward/fitDiagnosis.ts";
import type { PreferencePair } from "../reward/preferencePair.ts";
import { type LoggedDiagnosis, RUN_FORMAT } from "../run/events.ts";
import { type FitTexts, LONGEST_TEXT } from "../run/fitTexts.ts";
import type { Fields } from "../system/component.ts";
import { fieldText } from "../system/fieldFormat.ts";
import { redacted } from "../system/secrets.ts";

/** What the log keeps of a diagnosis: figures only, to six digits. @param texts whether the texts behind them are kept */
export function loggedDiagnosis(diagnosis: FitDiagnosis, texts: boolean): LoggedDiagnosis {
  const { examples, wrong, brier } = diagnosis;
  return {
    examples,
    effectivePairs: short(diagnosis.effectivePairs),
    trainLosses: diagnosis.trainLosses.map(short),
    heldOutLosses: diagnosis.heldOutLosses.map(short),
    coinLoss: short(diagnosis.coinLoss),
    wrong,
    ...(brier !== undefined && { brier: short(brier) }),
    calibration: diagnosis.calibration.map(({ from, pairs, predicted, right }) => ({
      from: short(from),
      pairs,
      predicted: short(predicted),
      right: short(right),
    })),
    effects: diagnosis.effects.map(({ change, strength, outputs, mean, deviation, lower }) => ({
      change,
      strength,
      outputs,
      mean: short(mean),
      deviation: short(deviation),
      lower,
    })),
    texts,
  };
}

/** The texts behind a diagnosis. @param pairs those that were fitted, in the order of the request */
export function fitTexts(
  diagnosis: FitDiagnosis,
  pairs: readonly PreferencePair[],
  fit: { readonly component: string; readonly iteration: number; readonly seed: number },
): FitTexts {
  return {
    format: RUN_FORMAT,
    component: fit.component,
    iteration: fit.iteration,
    mistakes: diagnosis.mistakes.map(({ pair, margin }) => {
      const { exampleId, input, chosen, rejected } = pairAt(pairs, pair);
      return {
        exampleId,
        input: fieldsText(input),
        better: fieldsText(chosen.output, chosen.options),
        preferred: fieldsText(rejected.output, rejected.options),
        betterScore: chosen.score,
        preferredScore: rejected.score,
        margin: short(margin),
      };
    }),
    changed: diagnosis.effects.map(({ change, strength, example }) => {
      const pair = pairAt(pairs, example.pair);
      return {
        change,
        strength,
        exampleId: pair.exampleId,
        input: fieldsText(pair.input),
        before: fieldsText(pair.chosen.output),
        after: fieldsText(perturbedOutput(pair, change, strength, fit.seed) ?? {}),
        difference: short(example.difference),
      };
    }),
  };
}

function pairAt(pairs: readonly PreferencePair[], place: number): PreferencePair {
  const pair = pairs[place];
  if (pair === undefined) throw new RangeError(`pair ${place} of ${pairs.length}`);
  return pair;
}

/** Fields as people read them, with the options that made them: one field by itself, several under their names. */
function fieldsText(fields: Fields, options: Fields = {}): string {
  const entries = Object.entries(fields);
  const texts = entries.map(([name, value]) => (entries.length === 1 ? "" : `${name}: `) + fieldText(value));
  const made = Object.entries(options).map(([name, value]) => `${name} = ${String(value)}`);
  // Before it is cut: nothing would know the beginning of a key.
  const text = redacted([...texts, ...(made.length === 0 ? [] : [`[${made.join(", ")}]`])].join("\n"));
  // Not within a character of two units.
  return text.length > LONGEST_TEXT ? `${[...text.slice(0, LONGEST_TEXT)].slice(0, -1).join("")}…` : text;
}

function short(value: number): number {
  return Number(value.toPrecision(6));
}
