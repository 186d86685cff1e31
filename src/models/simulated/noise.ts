import type { Random } from "../../system/random.ts";
import { type AnswerLength, answerLengths, type Behaviour } from "./behaviour.ts";
import type { Directive } from "./directive.ts";

/**
 * What chance does to one answer. At temperature 0 nothing; above, some directives are overlooked, some parameters
 * drift, and every score gets a normal deviate, all in proportion to the temperature.
 */
export interface Noise {
  overlook(found: readonly Directive[]): readonly Directive[];
  drift(behaviour: Behaviour): Behaviour;
  /** A deviate to add to a score of spread `scale`. */
  shake(scale: number): number;
  /** True with probability `chance` times the temperature. */
  happens(chance: number): boolean;
}

export const silence: Noise = {
  overlook: (found) => found,
  drift: (behaviour) => behaviour,
  shake: () => 0,
  happens: () => false,
};

export function seededNoise(random: Random, temperature: number): Noise {
  const strength = Math.min(1.5, temperature);
  const happens = (chance: number): boolean => random.next() < chance * strength;
  return {
    happens,
    shake: (scale) => random.normal() * scale * strength,
    overlook: (found) => found.filter(() => !happens(0.08)),
    drift: (behaviour) => ({
      ...behaviour,
      length: driftLength(behaviour.length, random, happens),
      typed: happens(0.5) ? random.next() : behaviour.typed,
      compare: behaviour.compare || happens(0.3),
      yesNo: behaviour.yesNo || happens(0.4),
      bridge: behaviour.bridge !== happens(0.15),
      relevant: behaviour.relevant !== happens(0.4),
      labelled: behaviour.labelled !== happens(0.15),
      introduce: behaviour.introduce !== happens(0.1),
      cover: behaviour.cover !== happens(0.1),
      hintCount: happens(0.6) ? 1 + random.integer(8) : behaviour.hintCount,
      clip: happens(0.4) ? random.pick([12, 30, 80]) : behaviour.clip,
      form: happens(0.5) ? random.pick(["polite", "question", "statement"] as const) : behaviour.form,
      shorten: behaviour.shorten || happens(0.2),
      keepNames: behaviour.keepNames !== happens(0.4),
      generalise: behaviour.generalise || happens(0.1),
      keywords: happens(0.6) ? random.pick(["whole", "content", "names", "both"] as const) : behaviour.keywords,
      keywordCount: happens(0.25) ? 2 + random.integer(4) : behaviour.keywordCount,
      broaden: behaviour.broaden || happens(0.1),
      background: behaviour.background || happens(0.05),
    }),
  };
}

function driftLength(length: AnswerLength, random: Random, happens: (chance: number) => boolean): AnswerLength {
  if (!happens(0.55)) return length;
  const at = answerLengths.indexOf(length) + (random.next() < 0.5 ? -1 : 1) * (1 + random.integer(2));
  return answerLengths[Math.min(answerLengths.length - 1, Math.max(0, at))] ?? length;
}
