import { describe, expect, test } from "vitest";
import { PanelFeed } from "../../../src/run/panel/panelFeed.ts";
import type { RunPanelMessage } from "../../../src/run/panel/panelMessage.ts";
import type { ReaderRequest } from "../../../src/run/panel/readerMessage.ts";
import type { Reading } from "../../../src/run/panel/runReader.ts";
import type { RunPause } from "../../../src/run/runPause.ts";
import { finishedRun } from "../exampleEvents.ts";

/** A feed over a log that the test plays, on a clock of its own: it runs until the log has no more to say. */
async function feed(
  readings: readonly (Partial<Reading> | Error)[],
  given: {
    readonly isLive?: boolean;
    readonly pause?: (now: number) => RunPause | undefined;
    readonly seen?: boolean;
    /** Asked before anything is read. */
    readonly asked?: readonly ReaderRequest[];
    /** Number of readings after which the log holds event 5. */
    readonly holdsFrom?: number;
  } = {},
): Promise<{ readonly messages: readonly (RunPanelMessage & { readonly now: number })[]; readonly waits: number[] }> {
  const messages: (RunPanelMessage & { readonly now: number })[] = [];
  const waits: number[] = [];
  let now = 0;
  let next = 0;
  const made = new PanelFeed({
    reader: {
      readOn: async () => {
        const reading = readings[next++];
        if (next === readings.length) made.stop();
        now += 5;
        if (reading instanceof Error) throw reading;
        return { changed: false, more: false, done: next, total: readings.length, ...reading };
      },
      shown: (page, query) => ({ page, query, read: next }),
      event: async (seq) => (seq === 5 && next >= (given.holdsFrom ?? 99) ? update : undefined),
    },
    trajectories: { find: async () => ({ kind: "none", why: "unknown" }) },
    fit: () => ({ kind: "none" }),
    exported: () => `read ${next}`,
    isLive: () => given.isLive ?? false,
    ...(given.pause && { pause: () => given.pause?.(now) }),
    send: (message) => messages.push({ ...message, now }),
    now: () => now,
    wait: async (ms) => {
      waits.push(ms);
      now += ms;
    },
  });
  if (given.seen !== false) made.receive({ type: "show", page: "overview", asked: 7, query: "q" });
  for (const request of given.asked ?? []) made.receive(request);
  await made.run();
  // What was answered at the end of the last reading is sent when everything else had its turn.
  await new Promise((resolve) => setImmediate(resolve));
  return { messages, waits };
}

const update = finishedRun()[5];
const fullDisk: RunPause = {
  code: "ENOSPC",
  folder: "/runs/a",
  since: 1,
  held: { bytes: 9, answers: 1 },
  free: { bytes: 0, files: null },
};
const grown = { changed: true };
const same = { changed: false };

describe("what a page is told of its run", () => {
  test("is at most ten times a second, however fast the log grows", async () => {
    const { messages } = await feed([...Array.from({ length: 200 }, () => grown), same], { isLive: true });
    const at = messages.filter(({ type }) => type === "shown").map(({ now }) => now);
    expect(at.length).toBeGreaterThan(20);
    for (const [index, moment] of at.slice(2).entries())
      expect(moment - (at[index + 1] ?? 0)).toBeGreaterThanOrEqual(100);
  });

  test("is what is new, and nothing where nothing is", async () => {
    const { messages } = await feed([grown, ...Array.from({ length: 50 }, () => same)], { isLive: true });
    expect(messages.filter(({ type }) => type === "shown")).toHaveLength(1);
    expect(messages.at(-1)).toMatchObject({ page: "overview", asked: 7, shown: { query: "q" }, live: true });
  });

  test("is that a full disk holds the run up, and that it no longer does, though its log tells neither", async () => {
    const stands = [grown, ...Array.from({ length: 60 }, () => same)];
    const pause = (now: number) => (now > 1_500 && now < 4_000 ? fullDisk : undefined);
    const pauses = ({ messages }: Awaited<ReturnType<typeof feed>>) =>
      messages.flatMap((message) => (message.type === "shown" ? [message.pause] : []));
    expect(pauses(await feed(stands, { isLive: true, pause }))).toEqual([undefined, fullDisk, undefined]);
    // What a process that is gone has said is of no account.
    expect(pauses(await feed(stands, { isLive: false, pause }))).toEqual([undefined]);
  });

  test("is how far reading is, while a long log is read for the first time", async () => {
    const { messages } = await feed([...Array.from({ length: 400 }, () => ({ ...grown, more: true })), grown, same]);
    const reading = messages.filter(({ type }) => type === "reading");
    expect(reading.length).toBeGreaterThan(1);
    expect(reading.length).toBeLessThan(6);
  });

  test("is nothing while nobody looks", async () => {
    const { messages } = await feed([grown, grown, same], { seen: false });
    expect(messages.filter(({ type }) => type === "shown")).toEqual([]);
  });

  test("is what was read before, once a log can be read again that has nothing new", async () => {
    const { messages } = await feed([grown, same, new Error("it is gone"), same, same]);
    expect(messages.map(({ type }) => type)).toEqual(["shown", "unreadable", "shown"]);
  });

  test("is why a log cannot be read, which is then tried again", async () => {
    const { messages, waits } = await feed([new Error("line 3 is damaged"), grown, same]);
    expect(messages).toContainEqual(expect.objectContaining({ type: "unreadable", message: "line 3 is damaged" }));
    expect(waits[0]).toBeGreaterThanOrEqual(1000);
    expect(messages.at(-1)?.type).toBe("shown");
  });

  test("costs little where a run is done: its log is looked at every other second", async () => {
    const { waits } = await feed([grown, same, same, same]);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(1000);
  });

  test("is an event as soon as it was read, when it was asked for before", async () => {
    const readings = [{ ...grown, more: true }, { ...grown, more: true }, grown, same];
    const { messages } = await feed(readings, { asked: [{ type: "event", seq: 5 }], holdsFrom: 3 });
    const told = messages.filter(({ type }) => type === "event");
    expect(told).toMatchObject([{ seq: 5, event: update }]);
  });

  test("is that there is no such event only when the whole log is known", async () => {
    const { messages } = await feed([{ ...grown, more: true }, grown, same], { asked: [{ type: "event", seq: 5 }] });
    expect(messages.filter(({ type }) => type === "event")).toMatchObject([{ seq: 5, event: null }]);
  });

  test("is a whole table, even one that was asked for before the log was read", async () => {
    const asked = { type: "exportTable", page: "examples", query: null, kind: "csv", name: "x.csv" } as const;
    const { messages } = await feed([{ ...grown, more: true }, { ...grown, more: true }, grown, same], {
      asked: [asked],
    });
    expect(messages.filter(({ type }) => type === "exported")).toMatchObject([{ text: "read 3" }]);
  });
});
