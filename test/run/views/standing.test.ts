import { describe, expect, test } from "vitest";
import { knownStatus, validationOf } from "../../../src/run/views/knownRun.ts";
import { standing } from "../../../src/run/views/standing.ts";
import { aKnownRun } from "../aKnownRun.ts";
import { failedRun, finishedRun, interruptedRun, iterate, landscapeRun, stageOne } from "../exampleEvents.ts";

const query = { experiments: ["/work/qa.ts"], systems: ["hotpotqa"], component: "retriever" };

/** A run that never came to its iterations. */
const fittedOnly = stageOne().events;

describe("what the runs found out about a component", () => {
  const [newest, middle, oldest] = [
    aKnownRun("c", landscapeRun()),
    aKnownRun("b", finishedRun()),
    aKnownRun("a", finishedRun()),
  ];

  test("is of each the newest that is known", () => {
    const found = standing([newest, middle, oldest], query);
    expect(found).toMatchObject({
      runFolder: newest.folder,
      fitted: { runFolder: newest.folder, trusted: true, heldOut: 18 },
      // Updates of both runs that made iterations.
      accepted: 2,
      rejected: 2,
      lastAccepted: { runFolder: middle.folder, iteration: 2, update: { component: "retriever", after: { k: 10 } } },
    });
    expect(found?.fitted?.alignment).toBeCloseTo(0.74, 9);
  });

  test("has the local reward of the value in force after the last update that it chose", () => {
    // The retriever's update of iteration 2 is accepted, the one of iteration 7 is not.
    const log = stageOne();
    iterate(log, 2);
    const accepted = standing([aKnownRun("a", log.events)], query)?.localReward;
    const update = aKnownRun("a", log.events).outline.updates.at(-1);
    expect(accepted).toBe(update?.rewardAfter);
    iterate(log, 7);
    expect(standing([aKnownRun("a", log.events)], query)?.localReward).toBeCloseTo(0.45 + 0.02 * 7, 9);
    expect(standing([aKnownRun("a", fittedOnly)], query)?.localReward).toBeUndefined();
  });

  test("comes from runs of the same file; from code, of the same system", () => {
    const elsewhere = aKnownRun("d", finishedRun(), { info: { experiment: { path: "/other/qa.ts", given: "qa.ts" } } });
    const fromCode = aKnownRun("e", finishedRun(), { info: { experiment: { path: "", given: "" } } });
    expect(standing([elsewhere], query)).toBeUndefined();
    expect(standing([fromCode], query)?.runFolder).toBe(fromCode.folder);
    expect(standing([fromCode], { ...query, systems: ["other"] })).toBeUndefined();
    expect(standing([elsewhere], { ...query, experiments: [] })?.runFolder).toBe(elsewhere.folder);
    expect(standing([middle], { ...query, component: "missing" })).toBeUndefined();
  });

  test("comes from runs of a workspace that was moved, by the file's name and the system's", () => {
    const info = { experiment: { path: "C:\\old\\qa.ts", given: "qa.ts" } };
    const moved = aKnownRun("d", finishedRun(), { info });
    expect(standing([moved], { ...query, isElsewhere: () => true })?.runFolder).toBe(moved.folder);
    expect(standing([moved], { ...query, isElsewhere: () => false })).toBeUndefined();
    expect(standing([moved], { ...query, isElsewhere: () => true, systems: ["other"] })).toBeUndefined();
    expect(standing([moved], { ...query, isElsewhere: () => true, experiments: ["/work/ab.ts"] })).toBeUndefined();
  });

  test("has the best value of runs on the same rows and with the same model", () => {
    const log = stageOne();
    const unfinished = aKnownRun("f", log.events);
    expect(standing([unfinished, middle], query)?.best).toMatchObject({ runFolder: middle.folder, value: { k: 10 } });
    const otherModel = aKnownRun("g", log.events, { info: { model: "openai:gpt-4o-mini", simulated: false } });
    expect(standing([otherModel, middle], query)?.best).toMatchObject({
      runFolder: otherModel.folder,
      value: { k: 5 },
    });
    expect(standing([aKnownRun("h", failedRun().slice(0, 2))], query)?.best).toBeUndefined();
  });

  test("says that it comes from the simulated model", () => {
    const real = (id: string) => aKnownRun(id, finishedRun({ simulated: false }), { info: { simulated: false } });
    expect(standing([middle], query)?.simulated).toBe(true);
    expect(standing([real("z")], query)?.simulated).toBe(false);
    expect(standing([real("z"), middle], query)?.simulated).toBe(false);
  });
});

describe("a run that is known", () => {
  test("stands where its log and its process say", () => {
    const killed = aKnownRun("a", interruptedRun().slice(0, -1));
    expect(knownStatus(killed)).toBe("interrupted");
    expect(knownStatus({ ...killed, live: true })).toBe("running");
    expect(knownStatus(aKnownRun("b", failedRun()))).toBe("failed");
    // The kernel of a notebook holds what ended in it.
    for (const [events, status] of [
      [interruptedRun(), "interrupted"],
      [failedRun(), "failed"],
      [finishedRun(), "finished"],
    ] as const) {
      expect(knownStatus({ ...aKnownRun("d", events), live: true })).toBe(status);
    }
    expect(knownStatus(aKnownRun("c", finishedRun()))).toBe("finished");
  });

  test("has scores as soon as they were measured", () => {
    expect(validationOf(aKnownRun("a", []).outline)).toEqual({ before: undefined, after: undefined });
    const { before, after } = validationOf(aKnownRun("b", fittedOnly).outline);
    expect(before).toBe(after);
    const finished = validationOf(aKnownRun("c", finishedRun()).outline);
    expect(finished.after ?? 0).toBeGreaterThan(finished.before ?? 1);
  });
});
