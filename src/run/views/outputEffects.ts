import type { LoggedDiagnosis } from "../events.ts";
import { meanIntervalOf } from "../statistics.ts";

/** What one change of outputs does to the local reward. */
export interface EffectPoint {
  readonly change: string;
  /** Share of the output that was changed. */
  readonly strength: number;
  readonly outputs: number;
  /** Mean change of the local reward, in logits, with its 95 % interval; null for a single output. */
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Outputs whose reward fell. */
  readonly lower: number;
}

/** Effects as a log has them, with their intervals. */
export function effectPoints(effects: LoggedDiagnosis["effects"]): EffectPoint[] {
  return effects.map(({ change, strength, outputs, mean, deviation, lower }) => {
    const interval = meanIntervalOf(mean, deviation, outputs);
    return { change, strength, outputs, mean, low: interval?.low ?? null, high: interval?.high ?? null, lower };
  });
}

/** The interval leaves out 0. */
export function isClear({ low, high }: EffectPoint): boolean {
  return low !== null && high !== null && (low > 0 || high < 0);
}

/** The changes by which the local reward clearly falls and rises most; undefined where none makes it do so. */
export function clearestEffects(effects: readonly EffectPoint[]): {
  readonly falls: EffectPoint | undefined;
  readonly rises: EffectPoint | undefined;
} {
  const sorted = effects.filter(isClear).sort((a, b) => a.mean - b.mean);
  const [first, last] = [sorted[0], sorted.at(-1)];
  return {
    falls: first !== undefined && first.mean < 0 ? first : undefined,
    rises: last !== undefined && last.mean > 0 ? last : undefined,
  };
}
