import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventLine, readEvents } from "../../src/run/eventLog.ts";
import type { EventBody, RunEvent } from "../../src/run/events.ts";
import { FollowedLog, type Pacing, pacedEvents } from "../../src/run/followedLog.ts";
import { runView } from "../../src/run/views/reduce.ts";
import type { RunOutline } from "../../src/run/views/runOutline.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { evaluated, runStarted, summary, updated, warning } from "./sampleRun.ts";

const started: EventBody = {
  ...runStarted,
  system: {
    ...runStarted.system,
    components: [{ name: "writer", description: "", kind: "prompt", inputs: [], outputs: [], share: 1 }],
  },
};

const candidate: EventBody = {
  type: "candidate",
  iteration: 1,
  component: "writer",
  value: "Rephrase.",
  reward: 0.4,
  scorer: "local",
  inputs: 20,
  current: true,
};

/** Events as a log holds them: numbered, one millisecond apart. */
function numbered(bodies: readonly EventBody[], from = 0): RunEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: from + index, at: 1000 + from + index, systemRuns: 0 }));
}

const lines = (events: readonly RunEvent[]) => events.map(eventLine).join("");

function written(events: readonly RunEvent[]): string {
  const file = join(scratchFolder(), "events.jsonl");
  writeFileSync(file, lines(events));
  return file;
}

/** What an outline must agree with: the view of the whole log. */
function expectSame(outline: RunOutline, events: readonly RunEvent[]): void {
  const kept = ({ status, components, updates, incumbent, evaluations, summary, iteration, resumed }: RunOutline) => ({
    ...{ status, components, updates, incumbent, evaluations, summary, iteration, resumed },
  });
  expect(kept(outline)).toEqual(kept(runView(events)));
}

describe("a log that is followed", () => {
  const anyBody = fc.oneof(
    fc.constantFrom<EventBody[]>(candidate, updated("accepted", 0.1, 0.2), updated("rejected", 0.2, 0.1)),
    fc.constantFrom<EventBody[]>(evaluated("incumbent", 0.3), warning("é\u2028\n"), {
      type: "phase",
      phase: "testing",
    }),
    fc.nat(30).map((checkpoint): EventBody => ({ type: "run.resumed", checkpoint })),
    fc.constant(started),
  );

  test("says the same as the view of the whole log, wherever reading was broken off", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBody, { maxLength: 30 }), fc.array(fc.nat(9000)), async (bodies, cuts) => {
        const events = numbered([started, ...bodies]);
        const bytes = Buffer.from(lines(events));
        const file = written([]);
        const log = new FollowedLog(file);
        let to = 0;
        for (const cut of [...cuts.map((at) => at % bytes.length).sort((a, b) => a - b), bytes.length]) {
          appendFileSync(file, bytes.subarray(to, cut));
          to = Math.max(to, cut);
          await log.readOn();
        }
        expectSame(log.outline, [...readEvents(file)]);
        expect(await pacedEvents(file)).toEqual(events);
      }),
      { numRuns: 60 },
    );
  });

  test("keeps no long list", async () => {
    const events = numbered([started, candidate, candidate, updated("accepted", 0.1, 0.2)]);
    const outline = await new FollowedLog(written(events)).readOn();
    expect(outline).toMatchObject({ candidates: [], landscape: [], failures: [], updates: [{ decision: "accepted" }] });
  });

  test("begins anew where the file is another one", async () => {
    const file = written(numbered([started, warning("x"), warning("y"), summary]));
    const log = new FollowedLog(file);
    expect((await log.readOn()).status.state).toBe("finished");
    const other = numbered([started, warning("z")]);
    writeFileSync(file, lines(other));
    expectSame(await log.readOn(), other);
  });

  test("names the line that is no event, or not the next one", async () => {
    const file = written(numbered([started]));
    appendFileSync(file, "{}\n");
    await expect(new FollowedLog(file).readOn()).rejects.toThrow(`${file}, line 2: not as Optimas writes it`);
    writeFileSync(file, lines([...numbered([started]), ...numbered([warning("x")], 2)]));
    await expect(new FollowedLog(file).readOn()).rejects.toThrow("event 2 stands where event 1 belongs");
  });

  test("lets everything else have its turn after a few milliseconds, in a log of 100,000 events", async () => {
    const body = lines(numbered([started, ...Array.from({ length: 1_999 }, () => candidate)]));
    const file = written([]);
    for (let part = 0; part < 50; part++) {
      // Numbers go on over the parts.
      const shift = part * 2_000;
      appendFileSync(file, part === 0 ? body : lines(numbered(Array(2_000).fill(candidate), shift)));
    }
    expect(readFileSync(file).filter((byte) => byte === 10)).toHaveLength(100_000);
    // CPU time, not time on the clock: other programs may want this machine, too.
    let began = process.cpuUsage();
    let longest = 0;
    const pacing: Pacing = {
      now: () => performance.now(),
      pause: async () => {
        const { user, system } = process.cpuUsage(began);
        longest = Math.max(longest, (user + system) / 1000);
        await new Promise((resolve) => void setImmediate(resolve));
        began = process.cpuUsage();
      },
    };
    const outline = await new FollowedLog(file, pacing).readOn();
    expect(outline.components[0]?.name).toBe("writer");
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(50);
  });
});
