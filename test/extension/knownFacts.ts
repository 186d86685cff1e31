import {
  type Activity,
  type ComponentFacts,
  type Facts,
  nothingKnown,
} from "../../src/extension/components/componentFacts.ts";
import type { Standing } from "../../src/run/views/standing.ts";

/** What a run with the simulated model found out about a retriever. */
export const aStanding: Standing = {
  runFolder: "/w/.optimas/runs/b",
  at: 1000,
  fitted: { runFolder: "/w/.optimas/runs/a", at: 900, alignment: 0.784, heldOut: 40, trusted: true, reason: "" },
  localReward: 0.621,
  accepted: 2,
  rejected: 5,
  lastAccepted: {
    runFolder: "/w/.optimas/runs/a",
    iteration: 3,
    update: {
      iteration: 3,
      component: "retriever",
      decision: "accepted",
      reason: "",
      before: { k: 1 },
      after: { k: 10 },
      scorer: "local",
      rewardBefore: 0.5,
      rewardAfter: 0.621,
      gate: null,
      systemRuns: 100,
    },
  },
  best: { value: { k: 10 }, validation: 0.5333, n: 60, runFolder: "/w/.optimas/runs/a" },
  simulated: false,
};

export const known = (given: Partial<ComponentFacts> = {}): ComponentFacts => ({
  ...nothingKnown,
  standing: aStanding,
  ...given,
});

export const anActivity: Activity = {
  state: "running",
  goal: "optimize",
  iteration: { iteration: 3, of: 10 },
  stop: { editorRun: "editor run 1" },
  simulated: true,
};

/** The same is known of every component. */
export function factsOf(component: ComponentFacts, activity?: Activity): Facts {
  return { of: () => component, activityOf: () => activity };
}
