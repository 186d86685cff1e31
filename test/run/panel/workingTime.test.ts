import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { budgetModel } from "../../../src/run/panel/budgetModel.ts";
import { compareModel } from "../../../src/run/panel/compareModel.ts";
import { overviewModel } from "../../../src/run/panel/overviewModel.ts";
import { reportDataOf } from "../../../src/run/report/reportData.ts";
import { runView } from "../../../src/run/views/reduce.ts";
import { finishedRun, iterate, LogWriter, resumedRun, stageOne } from "../exampleEvents.ts";
import { shownBy } from "./shownBy.ts";

/** Time at work as every page says it. */
function toldBy(events: readonly RunEvent[]): (number | undefined)[] {
  return [
    runView(events).elapsedMs,
    shownBy(overviewModel, events, null).elapsedMs,
    shownBy(budgetModel, events, null).elapsedMs,
    shownBy(compareModel, events, null)?.elapsedMs,
    reportDataOf(events).view.elapsedMs,
    reportDataOf(events).budget.elapsedMs,
  ];
}

const spanOf = (events: readonly RunEvent[]) => (events.at(-1)?.at ?? 0) - (events[0]?.at ?? 0);

describe("the time at work of a run that was taken up again", () => {
  test("is the same on all pages, with what is done again and without the pause", () => {
    const worked = runView(finishedRun()).elapsedMs + 5200;
    for (const told of toldBy(resumedRun())) expect(told).toBe(worked);
  });

  test("counts what stage 1 had done", () => {
    const log = new LogWriter();
    const whole = stageOne().events;
    const collecting = whole.findIndex(({ type }) => type === "pairs");
    for (const event of whole.slice(0, collecting + 1)) log.add(event, { ms: 1000 });
    const before = spanOf(log.events);
    log.resume(2, 600_000);
    for (const told of toldBy(log.events)) expect(told).toBe(before);
    expect(shownBy(overviewModel, log.events, null).resumed).toBe(1);
  });

  test("counts the first start of a run that had no checkpoint yet", () => {
    const log = stageOne();
    const before = spanOf(log.events);
    log.resume(0, 600_000);
    const resumedAt = log.events.at(-1)?.at ?? 0;
    for (const event of stageOne().events) log.add(event, { ms: 100 });
    const after = (log.events.at(-1)?.at ?? 0) - resumedAt;
    for (const told of toldBy(log.events)) expect(told).toBe(before + after);
    expect(shownBy(overviewModel, log.events, null).resumed).toBe(1);
  });

  test("is what the log tells where it tells, and what its events come to elsewhere", () => {
    const log = stageOne();
    const checkpoint = log.lastSeq - 1;
    log.add({ type: "warning", message: "redone" }, { ms: 3000 });
    const [before] = toldBy(log.events);
    const told = { type: "run.resumed", checkpoint, redoneMs: 60_000 } as const;
    const events = [
      ...log.events,
      ...new LogWriter().add(told).events.map((event) => ({ ...event, seq: log.lastSeq + 1 })),
    ];
    const redone = spanOf(log.events.filter(({ seq, type }) => seq >= checkpoint && type !== "progress"));
    for (const ms of toldBy(events)) expect(ms).toBe((before ?? 0) - redone + 60_000);
  });

  test("leaves the pace of the iterations what it was", () => {
    const once = stageOne();
    iterate(once, 1);
    const twice = stageOne();
    iterate(twice, 1);
    const checkpoint = twice.lastSeq;
    twice.add({ type: "warning", message: "redone" }, { ms: 900_000 }).resume(checkpoint, 1000);
    const timeLeft = (log: LogWriter) => {
      iterate(log, 2);
      return runView(log.events).timeLeftMs;
    };
    expect(timeLeft(twice)).toBe(timeLeft(once));
  });
});
