import type { Difference } from "../statistics.ts";
import type { ComponentView, Landscape, RunView } from "./runView.ts";

/** Change of the unoptimized to the optimized system on one split, as far as the run has come. */
export interface SplitResult {
  readonly split: "validation" | "test";
  readonly n: number;
  readonly unoptimized: number;
  readonly optimized: number;
  readonly difference: Difference;
}

/** Unoptimized against optimized per split; empty until the run is summed up. */
export function splitResults({ summary }: RunView): SplitResult[] {
  if (summary === null) return [];
  return (["validation", "test"] as const).flatMap((split) => {
    const [unoptimized, optimized] = [summary.unoptimized[split], summary.optimized[split]];
    const difference = summary.difference[split];
    if (unoptimized === undefined || optimized === undefined || difference === undefined) return [];
    return [{ split, n: optimized.n, unoptimized: unoptimized.mean, optimized: optimized.mean, difference }];
  });
}

/** Components whose value is another than at the start. */
export function changedComponents(view: RunView): ComponentView[] {
  return view.components.filter(({ initial, value }) => JSON.stringify(initial) !== JSON.stringify(value));
}

/** Change of local and of validation reward, per update that a local reward chose and the gate measured. */
export function localGlobalChanges(view: RunView): { readonly local: number[]; readonly global: number[] } {
  const measured = view.updates.flatMap(({ scorer, gate, rewardAfter, rewardBefore }) =>
    scorer === "local" && gate !== null
      ? [{ local: rewardAfter - rewardBefore, global: gate.after - gate.before }]
      : [],
  );
  return { local: measured.map(({ local }) => local), global: measured.map(({ global }) => global) };
}

/** Name of the run's model. A stand-in that is no language model is called so wherever its results are shown. */
export function modelText(run: { readonly model: string; readonly simulated: boolean }): string {
  return run.simulated ? `${run.model} (simulated model)` : run.model;
}

/** A variable's landscape: its points in the order they were measured. */
export interface LandscapeView {
  readonly component: string;
  readonly key: string;
  readonly points: readonly Landscape[];
}

export function landscapes(view: RunView): LandscapeView[] {
  const found: { component: string; key: string; points: Landscape[] }[] = [];
  for (const point of view.landscape) {
    const known = found.find(({ component, key }) => component === point.component && key === point.key);
    if (known === undefined) found.push({ component: point.component, key: point.key, points: [point] });
    else known.points.push(point);
  }
  return found;
}
