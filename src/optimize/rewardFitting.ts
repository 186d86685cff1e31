import type { FitProgress } from "../reward/localRewards.ts";
import type { PreferencePair } from "../reward/preferencePair.ts";
import { isTrusted } from "../reward/trust.ts";
import { counted } from "../run/views/numberFormat.ts";
import type { Component } from "../system/component.ts";
import { fitTexts, loggedDiagnosis } from "./fitDiagnosis.ts";
import { isScoredGlobally } from "./iterationPlan.ts";
import type { Optimization } from "./optimization.ts";

/** Fits a component's local reward function and decides whether it is trusted. */
export async function fitComponent(
  optimization: Optimization,
  component: Component,
  pairs: readonly PreferencePair[],
  stage: "converge" | "adapt",
  iteration: number,
): Promise<void> {
  const { session } = optimization;
  const { settings } = session;
  const standing = optimization.standing(component.name);
  standing.averageGap = averageGap(pairs);
  if (pairs.length === 0) {
    standing.trusted = settings.scorer === "random";
    return;
  }
  const seed = session.sampleNumber("fit", component.name);
  const fit = await session.rewards.fit(
    {
      component: { name: component.name, description: component.description },
      pairs,
      stage,
      gapWeights: settings.gapWeights,
      seed,
      diagnose: true,
    },
    session.signal,
    (progress) =>
      session.record({
        type: "progress",
        phase: iteration === 0 ? "fitting" : "iterating",
        ...fitWords(progress),
      }),
  );
  optimization.rewardsChanged();
  session.rewarded.add(component.name);
  const { component: _, alignment, diagnosis, ...measured } = fit;
  standing.fit = { pairs: fit.pairs, heldOut: fit.heldOut, ...(alignment !== undefined && { alignment }) };
  standing.trusted = settings.scorer === "random" || isTrusted(fit, settings.trustThreshold);
  const leftToGlobal = isScoredGlobally(optimization, component);
  const told = { component: component.name, iteration, seed };
  const kept = diagnosis !== undefined && session.request.recorder.keepFitTexts(fitTexts(diagnosis, pairs, told));
  session.record({
    type: "rewards",
    iteration,
    component: component.name,
    backbone: session.rewards.backbone,
    fit: {
      ...measured,
      losses: [...measured.losses],
      ...(alignment !== undefined && { alignment }),
      ...(diagnosis !== undefined && { diagnosis: loggedDiagnosis(diagnosis, kept) }),
    },
    // What is shown as optimized on its local reward must be.
    trusted: standing.trusted && !leftToGlobal,
    reason: leftToGlobal
      ? "the settings leave the last component to the global reward"
      : trustReason(standing.trusted, alignment, fit.heldOut, settings.trustThreshold),
  });
}

/** How far a fit is. What takes long says how well it goes. */
export function fitWords({ component, epoch, epochs, loss, step, steps, alignment }: FitProgress) {
  const label = `fitting the local reward of ${component}`;
  if (step === undefined || steps === undefined) return { label, done: epoch, total: epochs };
  const held = alignment === undefined ? "" : `, alignment ${alignment.toFixed(2)}`;
  return {
    label: `${label} (epoch ${epoch} of ${epochs}, loss ${loss.toFixed(3)}${held})`,
    done: (epoch - 1) * steps + step,
    total: epochs * steps,
  };
}

/** Tells what there is to learn from after `inputs` more inputs, and gives it. */
export function recordPairs(
  optimization: Optimization,
  component: Component,
  inputs: number,
  iteration: number,
): PreferencePair[] {
  const pairs = optimization.pairsOf(component);
  const event = { iteration, component: component.name, inputs, pairs: pairs.length, averageGap: averageGap(pairs) };
  optimization.session.record({ type: "pairs", ...event });
  return pairs;
}

export function averageGap(pairs: readonly PreferencePair[]): number {
  if (pairs.length === 0) return 0;
  return pairs.reduce((sum, { chosen, rejected }) => sum + chosen.score - rejected.score, 0) / pairs.length;
}

function trustReason(trusted: boolean, alignment: number | undefined, heldOut: number, threshold: number): string {
  if (alignment === undefined) return "its alignment could not be measured";
  const measured = `alignment ${alignment.toFixed(2)} on ${counted(heldOut, "held-out pair")}`;
  if (trusted) return measured;
  return alignment < threshold ? `${measured} is below ${threshold}` : `${measured} are too few to trust it`;
}
