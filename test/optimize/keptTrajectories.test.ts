import { describe, expect, test } from "vitest";
import { pursue } from "../../src/optimize/pursue.ts";
import type { RunEvent } from "../../src/run/events.ts";
import type { KeptTrajectory } from "../../src/run/trajectoryFile.ts";
import { fixedRewards, toyLocalReward } from "./fixedRewards.ts";
import { eventsOf, type ToyRun, timeless, toy, toyRequest } from "./toySystem.ts";

/** A run that hands its trajectories over, or is not asked for any. */
async function toyRun(given: ToyRun = {}, isAsked = true) {
  const request = await toyRequest({ ...given, request: { rewards: fixedRewards(toyLocalReward) } });
  const kept: KeptTrajectory[] = [];
  if (isAsked) Object.assign(request.recorder, { keepTrajectories: (all: KeptTrajectory[]) => void kept.push(...all) });
  await pursue(request);
  const events: readonly RunEvent[] = request.recorder.events;
  return { kept, events };
}

describe("what a run keeps to be looked at", () => {
  test("is every row that the start and the gate scored, under the iteration of its update", async () => {
    const { kept, events } = await toyRun();
    const of = (iteration: number) => kept.filter((one) => one.iteration === iteration);
    const [start] = eventsOf(events, "evaluation").filter((one) => one.of === "unoptimized");
    expect(
      of(0)
        .slice(0, 5)
        .map(({ example, score }) => [example.id, score]),
    ).toEqual(start?.exampleIds.map((id, row) => [id, start.scores[row]]));
    const gated = eventsOf(events, "update").filter(({ validation }) => validation !== null);
    expect(gated.length).toBeGreaterThan(0);
    for (const { iteration, validation } of gated) {
      expect(of(iteration).map(({ example, score }) => [example.id, score])).toEqual(
        validation?.exampleIds.map((id, row) => [id, validation.after[row]]),
      );
    }
    expect(kept.every(({ example }) => example.id.startsWith("validation"))).toBe(true);
    expect(Object.keys(kept[0]?.steps ?? {})).toEqual(["drafter", "picker", "answerer"]);
  });

  test("has what each component took, and its local reward once one was learnt", async () => {
    const { kept } = await toyRun();
    const steps = kept.flatMap(({ steps: all }) => Object.values(all));
    expect(steps.every(({ ms }) => typeof ms === "number" && ms >= 0)).toBe(true);
    // The drafter asks its model once; the picker asks nobody.
    expect(kept.every(({ steps: all }) => all.drafter?.calls === 1 && all.picker?.calls === 0)).toBe(true);
    const judged = ({ steps: all }: KeptTrajectory) => Object.values(all).map(({ localReward }) => localReward);
    expect(
      kept
        .slice(0, 5)
        .flatMap(judged)
        .every((reward) => reward === undefined),
    ).toBe(true);
    // Those of the start are told again when they can be judged.
    const again = kept.slice(5).filter(({ iteration }) => iteration === 0);
    expect(again.map(({ example }) => example.id)).toEqual(kept.slice(0, 5).map(({ example }) => example.id));
    for (const reward of kept.slice(5).flatMap(judged)) {
      expect(reward).toBeGreaterThan(0);
      expect(reward).toBeLessThan(1);
    }
  });

  test("costs nothing and changes nothing", async () => {
    const [asked, not] = [await toyRun(), await toyRun({}, false)];
    expect(timeless(asked.events)).toEqual(timeless(not.events));
    expect(not.kept).toEqual([]);
    const [one, other] = [toy({ stochastic: true }), toy({ stochastic: true })];
    await toyRun({ toy: one });
    await toyRun({ toy: other }, false);
    expect(one.executions).toEqual(other.executions);
  });

  test("says where a row failed", async () => {
    const reward = (output: Readonly<Record<string, unknown>>, example: { readonly id: string }) => {
      if (example.id === "validation3") throw new Error("no right answer");
      return String(output.answer).length / 1000;
    };
    const { kept } = await toyRun({ experiment: { reward }, goal: { kind: "evaluate" } });
    expect(kept.map(({ failure }) => failure)).toEqual([
      undefined,
      undefined,
      undefined,
      { at: "reward", message: "no right answer" },
      undefined,
    ]);
  });

  test("names the rows on which a challenger failed with its update", async () => {
    const reward = (output: Readonly<Record<string, unknown>>, example: { readonly id: string }) => {
      if (example.id === "validation3") throw new Error("no right answer");
      return String(output.answer).length / 1000;
    };
    const { kept, events } = await toyRun({ experiment: { reward } });
    const gated = eventsOf(events, "update").flatMap(({ iteration, validation }) =>
      validation === null ? [] : [{ iteration, validation }],
    );
    expect(gated.length).toBeGreaterThan(0);
    for (const { iteration, validation } of gated) {
      const failed = kept.filter((one) => one.iteration === iteration && one.failure !== undefined);
      expect(validation.failures?.map(({ exampleId }) => exampleId) ?? []).toEqual(
        failed.map(({ example }) => example.id),
      );
    }
    expect(gated.some(({ validation }) => validation.failures?.[0]?.message === "no right answer")).toBe(true);
  });

  test("is known by the beginning of each row", async () => {
    const { events } = await toyRun({ goal: { kind: "evaluate" } });
    const [start, ...others] = eventsOf(events, "evaluation");
    expect(start?.texts).toEqual(start?.exampleIds.map((_, row) => `validation question ${row}`));
    expect(others.every(({ texts }) => texts === undefined)).toBe(true);
  });
});
