import { describe, expect, test } from "vitest";
import { pursue } from "../../src/optimize/pursue.ts";
import { inProcessRewards } from "../../src/reward/inProcessRewards.ts";
import type { LocalRewards } from "../../src/reward/localRewards.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { fixedRewards, toyLocalReward } from "./fixedRewards.ts";
import { eventsOf, type ToyRun, timeless, toy, toyRequest, toySplits } from "./toySystem.ts";

const reason = new Error("the user said stop");
const usual = { iterations: 3, stageOneInputs: 12, budgetRuns: 150, seed: 4 };
/** What a run found out, in order; positions and phases differ where a part was done again. */
const findings = (events: readonly RunEvent[]) =>
  timeless(
    events.filter(({ type }) => ["pairs", "rewards", "candidate", "update", "evaluation", "summary"].includes(type)),
  ).map((event) => ({ ...(event as object), seq: 0 }));

/** Runs the toy until `stop` aborts it, and resumes it from what it left. */
async function stopAndResume(
  given: ToyRun,
  start: () => LocalRewards,
  stopAt: (event: RunEvent, abort: () => void) => void,
) {
  const controller = new AbortController();
  const first = await toyRequest({
    ...given,
    settings: given.settings ?? usual,
    request: { ...given.request, rewards: start(), signal: controller.signal },
    onEvent: (event) => stopAt(event, () => controller.abort(reason)),
  });
  const ended = await pursue(first).then(
    () => "finished" as const,
    (thrown: unknown) => thrown,
  );
  const second = await toyRequest({
    ...given,
    settings: given.settings ?? usual,
    request: { ...given.request, rewards: start(), resume: first.recorder.resumePoint() },
  });
  const summary = await pursue(second);
  return { ended, summary, stopped: first.recorder.events, resumed: second.recorder.events };
}

async function uninterrupted(given: ToyRun, start: () => LocalRewards) {
  const request = await toyRequest({
    ...given,
    settings: given.settings ?? usual,
    request: { ...given.request, rewards: start() },
  });
  return { summary: await pursue(request), events: request.recorder.events };
}

const rewardsThatKnow = () => fixedRewards(toyLocalReward);

describe("a run that is stopped", () => {
  test("rejects with the signal's reason and records that it was interrupted, and why", async () => {
    const { ended, stopped } = await stopAndResume({}, rewardsThatKnow, (event, abort) => {
      if (event.type === "candidate") abort();
    });
    expect(ended).toBe(reason);
    expect(stopped.at(-1)).toMatchObject({ type: "run.interrupted", reason: "the user said stop" });
    expect(stopped.some(({ type }) => type === "summary" || type === "run.failed")).toBe(false);
  });

  test.each([
    ["a deterministic system", false, usual],
    ["a stochastic system", true, usual],
    // 66.5 runs are left after the start: enough for 11 inputs in stage 1, of which a checkpoint keeps 10.
    ["a budget that stage 1 uses up", false, { ...usual, budgetRuns: 71.5, stageOneShare: 0.99 }],
  ])("at any event goes on to the same end, with %s", async (_kind, stochastic, settings) => {
    const given = { toy: toy({ stochastic }), splits: await toySplits(), settings };
    const whole = await uninterrupted(given, rewardsThatKnow);
    const events = whole.events.length;
    for (let at = 0; at < events - 1; at++) {
      const { ended, summary, stopped, resumed } = await stopAndResume(given, rewardsThatKnow, (event, abort) => {
        if (event.type !== "progress" && event.seq === at) abort();
      });
      // After the last scores nothing is left to be stopped.
      if (at < events - 2) expect(ended, `stopped at event ${at}`).toBe(reason);
      expect(summary, `stopped at event ${at}`).toEqual(whole.summary);
      // What counts of both parts together is what the uninterrupted run recorded.
      const checkpoint = stopped.findLastIndex(({ type }) => type === "checkpoint");
      const together = [...stopped.slice(0, checkpoint + 1), ...resumed];
      expect(findings(together), `stopped at event ${at}`).toEqual(findings(whole.events));
    }
  });

  test("in the middle of a component's call goes on to the same end", async () => {
    const splits = await toySplits();
    const whole = await uninterrupted({ splits }, rewardsThatKnow);
    for (const calls of [1, 7, 40, 90, 130, 170, 210, 250]) {
      let [made, abort] = [0, () => {}];
      const watched = toy({
        change: (component) => ({
          ...component,
          run: async (inputs, context) => {
            made += 1;
            if (made === calls) abort();
            await Promise.resolve();
            return component.run(inputs, context);
          },
        }),
      });
      const { ended, summary } = await stopAndResume({ toy: watched, splits }, rewardsThatKnow, (_event, stop) => {
        abort = stop;
      });
      expect(ended, `stopped at call ${calls}`).toBe(reason);
      expect(summary, `stopped at call ${calls}`).toEqual(whole.summary);
    }
  });

  test("at any checkpoint goes on with the weights that it had learnt", async () => {
    const splits = await toySplits();
    const whole = await uninterrupted({ splits }, inProcessRewards);
    const checkpoints = eventsOf(whole.events, "checkpoint").map(({ seq }) => seq);
    expect(checkpoints.length).toBeGreaterThan(5);
    for (const checkpoint of checkpoints) {
      const { summary, resumed } = await stopAndResume({ splits }, inProcessRewards, (event, abort) => {
        if (event.type !== "progress" && event.seq === checkpoint) abort();
      });
      expect(summary, `stopped at checkpoint ${checkpoint}`).toEqual(whole.summary);
      const before = whole.events.slice(0, checkpoint + 1);
      expect(findings([...before, ...resumed]), `stopped at checkpoint ${checkpoint}`).toEqual(findings(whole.events));
    }
  });

  test("before its first checkpoint starts over", async () => {
    const { resumed } = await stopAndResume({}, rewardsThatKnow, (event, abort) => {
      if (event.type === "run.started") abort();
    });
    expect(resumed[0]?.type).toBe("run.started");
  });

  test("after its first checkpoint does not start or measure again", async () => {
    const { resumed } = await stopAndResume({}, rewardsThatKnow, (event, abort) => {
      if (event.type === "pairs") abort();
    });
    expect(eventsOf(resumed, "run.started")).toEqual([]);
    expect(eventsOf(resumed, "evaluation").map(({ of, split }) => `${of} ${split}`)).not.toContain(
      "unoptimized validation",
    );
  });
});
