import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { ComparedReader } from "../../../src/run/panel/comparedReader.ts";
import { compareModel } from "../../../src/run/panel/compareModel.ts";
import { plainCompareQuery } from "../../../src/run/panel/compareQuery.ts";
import type { Comparison } from "../../../src/run/panel/comparison.ts";
import { pageModel } from "../../../src/run/panel/panelModel.ts";
import { finishedRun, iterate, stageOne } from "../exampleEvents.ts";

/** A run that is read so many events at a time. */
function readerOf(events: readonly RunEvent[], atOnce = Number.POSITIVE_INFINITY) {
  const model = pageModel(compareModel);
  let read = 0;
  return {
    reads: 0,
    async readOn() {
      this.reads++;
      const next = events.slice(read, read + atOnce);
      for (const event of next) model.add(event);
      read += next.length;
      return { changed: next.length > 0, more: read < events.length, done: read, total: events.length };
    },
    shown: () => model.shown(undefined),
    event: async (seq: number) => events.find((event) => event.seq === seq),
  };
}

function opened(given: {
  others?: Record<string, ReturnType<typeof readerOf> | Error>;
  live?: () => readonly string[];
  files?: Record<string, string>;
}) {
  const openedRuns: string[] = [];
  let now = 0;
  const reader = new ComparedReader({
    folder: "/own",
    own: readerOf(finishedRun()),
    open: (folder) => {
      openedRuns.push(folder);
      const other = given.others?.[folder];
      if (other instanceof Error) return { readOn: () => Promise.reject(other), shown: () => null };
      return other ?? readerOf([]);
    },
    fileOf: (folder) => given.files?.[folder],
    isLive: (folder) => (given.live?.() ?? []).includes(folder),
    now: () => now,
  });
  const shown = (...runs: string[]) => reader.shown("compare", { ...plainCompareQuery, runs }) as Comparison;
  return { reader, shown, openedRuns, pass: (ms: number) => (now += ms) };
}

describe("the reader of several runs", () => {
  test("reads others only once they are asked for, a block of each at a time, and forgets those that are not", async () => {
    const other = readerOf(finishedRun({ seed: 8 }), 40);
    const { reader, shown, openedRuns } = opened({ others: { "/b": other } });
    expect(await reader.readOn()).toMatchObject({ changed: true, more: false });
    expect(openedRuns).toEqual([]);
    expect(shown("/b").runs[1]?.silent).toEqual({ state: "reading" });
    expect(await reader.readOn()).toMatchObject({ changed: true, more: true });
    expect(shown("/b").runs[1]?.silent).toEqual({ state: "reading" });
    while ((await reader.readOn()).more);
    expect(shown("/b").runs[1]?.figures?.seed).toBe(8);
    expect(await reader.readOn()).toMatchObject({ changed: false, more: false });
    const { reads } = other;
    shown();
    await reader.readOn();
    expect(other.reads).toBe(reads);
    expect(openedRuns).toEqual(["/b"]);
  });

  test("tells experiments apart by their files, also when a run has just begun", async () => {
    const files: Record<string, string> = {};
    const { reader, shown } = opened({ others: { "/b": readerOf(finishedRun()) }, files });
    shown("/b");
    while ((await reader.readOn()).more);
    expect(shown("/b").settings).toEqual([]);
    Object.assign(files, { "/own": "/w/a.ts", "/b": "/w/b.ts" });
    expect(shown("/b").settings).toEqual([{ what: { fact: "experiment" }, values: ["a.ts", "b.ts"] }]);
  });

  test("goes on with the others where one cannot be read, and tells why", async () => {
    const { reader, shown } = opened({
      others: {
        "/broken": new Error("line 3 is damaged"),
        "/b": readerOf(finishedRun({ seed: 8 })),
        "/gone": Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" }),
      },
    });
    shown("/broken", "/b");
    expect(await reader.readOn()).toMatchObject({ changed: true });
    const { runs } = shown("/broken", "/b");
    expect(runs[1]?.silent).toEqual({ state: "unreadable", problem: "line 3 is damaged" });
    expect(runs[2]?.figures?.seed).toBe(8);
    shown("/gone");
    await reader.readOn();
    expect(shown("/gone").runs[1]?.silent).toEqual({
      state: "unreadable",
      problem: "there is no run in /gone any more",
    });
  });

  test("tells a problem once", async () => {
    const { reader, shown } = opened({ others: { "/broken": new Error("line 3 is damaged") } });
    shown("/broken");
    await reader.readOn();
    // The same problem again is no news.
    expect(await reader.readOn()).toMatchObject({ changed: false });
  });

  test("follows a run that goes on, and looks as often as a live run wants", async () => {
    const log = stageOne({ seed: 9 });
    let live: readonly string[] = ["/b"];
    const { reader, shown, pass } = opened({ others: { "/b": readerOf(log.events) }, live: () => live });
    shown("/b");
    expect(await reader.readOn()).toMatchObject({ isFollowed: true });
    expect(shown("/b").runs[1]).toMatchObject({ live: true, figures: { iteration: 0 } });
    iterate(log, 1, { seed: 9 });
    expect(await reader.readOn()).toMatchObject({ changed: true });
    expect(shown("/b").runs[1]?.figures?.iteration).toBe(1);
    live = [];
    pass(2000);
    expect(await reader.readOn()).toMatchObject({ changed: true });
    expect(shown("/b").runs[1]?.live).toBe(false);
    expect(await reader.readOn()).not.toHaveProperty("isFollowed");
  });

  test("leaves all other pages and single events to the own run", async () => {
    const { reader } = opened({});
    await reader.readOn();
    expect(reader.shown("overview", null)).toMatchObject({ seed: 7 });
    expect(await reader.event(0)).toMatchObject({ type: "run.started" });
  });
});
