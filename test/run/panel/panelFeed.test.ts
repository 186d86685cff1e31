import { describe, expect, test } from "vitest";
import { PanelFeed } from "../../../src/run/panel/panelFeed.ts";
import type { RunPanelMessage } from "../../../src/run/panel/panelMessage.ts";
import type { Reading } from "../../../src/run/panel/runReader.ts";

/** A feed over a log that the test plays, on a clock of its own: it runs until the log has no more to say. */
async function feed(
  readings: readonly (Partial<Reading> | Error)[],
  given: { readonly isLive?: boolean; readonly seen?: boolean } = {},
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
      event: async () => undefined,
    },
    trajectories: { find: async () => ({ kind: "none", why: "unknown" }) },
    fit: () => ({ kind: "none" }),
    exported: () => undefined,
    isLive: () => given.isLive ?? false,
    send: (message) => messages.push({ ...message, now }),
    now: () => now,
    wait: async (ms) => {
      waits.push(ms);
      now += ms;
    },
  });
  if (given.seen !== false) made.receive({ type: "show", page: "overview", asked: 7, query: "q" });
  await made.run();
  return { messages, waits };
}

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
});
