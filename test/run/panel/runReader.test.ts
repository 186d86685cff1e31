import { appendFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventLine } from "../../../src/run/eventLog.ts";
import type { EventBody, RunEvent } from "../../../src/run/events.ts";
import { RunReader } from "../../../src/run/panel/runReader.ts";
import { effectiveEvents } from "../../../src/run/views/effectiveEvents.ts";
import { scratchFolder } from "../../data/scratchFolder.ts";
import { evaluated, runStarted, updated, warning } from "../sampleRun.ts";

const candidate: EventBody = {
  type: "candidate",
  iteration: 1,
  component: "writer",
  value: "Rephrase.\n\u2028é",
  reward: 0.4,
  scorer: "local",
  inputs: 20,
  current: true,
};
const anyBody = fc.oneof(
  fc.constantFrom<EventBody[]>(candidate, { ...candidate, value: { k: 5 } }, updated("accepted", 0.1, 0.2)),
  fc.constantFrom<EventBody[]>(evaluated("incumbent", 0.3), { type: "checkpoint", iteration: 1 }),
  fc.string({ unit: "binary" }).map(warning),
  fc.nat(30).map((checkpoint): EventBody => ({ type: "run.resumed", checkpoint })),
  fc.constant<EventBody>(runStarted),
);

function numbered(bodies: readonly EventBody[]): RunEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: index, at: 1000 + index, systemRuns: index / 2 }));
}

const lines = (events: readonly RunEvent[]) => Buffer.from(events.map(eventLine).join(""));

function fileOf(content: Buffer | string): string {
  const file = join(scratchFolder(), "events.jsonl");
  writeFileSync(file, content);
  return file;
}

/** A model that remembers everything. */
function listing() {
  const events: RunEvent[] = [];
  return { page: "list", ignores: [], add: (event: RunEvent) => void events.push(event), shown: () => [...events] };
}

const readerOf = (file: string) => new RunReader(file, () => [listing()]);

async function readAll(reader: RunReader): Promise<void> {
  while ((await reader.readOn()).more);
}

describe("a run that is read for its panel", () => {
  test("has nothing to be read before its log begins, and says what became of a folder that is gone", async () => {
    const folder = join(scratchFolder(), "run");
    mkdirSync(folder);
    const file = join(folder, "events.jsonl");
    const reader = readerOf(file);
    expect(await reader.readOn()).toMatchObject({ changed: false, more: false });
    const events = numbered([runStarted, warning("a"), warning("b")]);
    writeFileSync(file, lines(events.slice(0, 2)));
    await readAll(reader);
    renameSync(file, `${file}.away`);
    await expect(reader.readOn()).rejects.toThrow(`${file} was deleted, moved or renamed.`);
    renameSync(folder, `${folder}.away`);
    await expect(reader.readOn()).rejects.toThrow(`${folder} was deleted, moved or renamed.`);
    expect(reader.shown("list", undefined)).toEqual(events.slice(0, 2));
    renameSync(`${folder}.away`, folder);
    writeFileSync(file, lines(events));
    await readAll(reader);
    expect(reader.shown("list", undefined)).toEqual(events);
  });

  test("tells a line of a kind that it does not know in few words", async () => {
    const file = fileOf(Buffer.concat([lines(numbered([runStarted])), Buffer.from('{"type":"none","seq":1}\n')]));
    await expect(readAll(readerOf(file))).rejects.toThrow(
      /line 2: not as Optimas writes it \(type: of no kind that this version knows\)\. .*restore it from a copy/,
    );
  });

  test("gives models the events that count, each once, wherever reading was broken off", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBody, { maxLength: 30 }), fc.array(fc.nat(9000)), async (bodies, cuts) => {
        const events = numbered([runStarted, ...bodies]);
        const bytes = lines(events);
        const file = fileOf("");
        const reader = readerOf(file);
        let to = 0;
        for (const cut of [...cuts.map((at) => at % bytes.length).sort((a, b) => a - b), bytes.length]) {
          appendFileSync(file, bytes.subarray(to, cut));
          to = Math.max(to, cut);
          await readAll(reader);
        }
        expect(reader.shown("list", undefined)).toEqual(effectiveEvents(events));
        for (const { seq } of events) expect(await reader.event(seq)).toEqual(events[seq]);
        expect(await reader.event(events.length)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  test("reads lines of every length, over the edges of blocks and pieces", async () => {
    const events = numbered([
      runStarted,
      ...Array.from({ length: 9 }, (_, index): EventBody => ({ ...candidate, value: "é".repeat(index ** 7) })),
      ...Array.from({ length: 9000 }, () => candidate),
    ]);
    const reader = readerOf(fileOf(lines(events)));
    await readAll(reader);
    expect(reader.shown("list", undefined)).toEqual(events);
    for (const seq of [0, 9, 10, 5000, 9009]) expect(await reader.event(seq)).toEqual(events[seq]);
  });

  test("says where a log is no log", async () => {
    const good = numbered([runStarted, candidate, candidate]);
    const [first = "", second = "", third = ""] = good.map(eventLine);
    const reading = (text: string | Buffer) => readAll(readerOf(fileOf(text)));
    await expect(reading(`${first}${second}nonsense\n`)).rejects.toThrow(/line 3: not valid JSON/);
    await expect(reading(`${first}${third}`)).rejects.toThrow(/line 2: event 2 stands where event 1 belongs/);
    await expect(reading(`${first}${second.trimEnd()},${third}`)).rejects.toThrow(/line 2/);
    await expect(reading(`${first}\n`)).rejects.toThrow(/line 2/);
    await expect(reading(Buffer.concat([Buffer.from(first), Buffer.from([0x22, 0xff, 0x22, 0x0a])]))).rejects.toThrow(
      /line 2/,
    );
    await expect(reading(first.replace('"format":1', '"format":99'))).rejects.toThrow(/newer version/);
    await expect(reading(`${first}${second.replace('"local"', '"loudest"')}`)).rejects.toThrow(/line 2: .*scorer/);
  });

  test("begins anew with a file that is another than before", async () => {
    const file = fileOf(lines(numbered([runStarted, candidate, candidate])));
    const reader = readerOf(file);
    await readAll(reader);
    const other = numbered([runStarted, candidate]);
    writeFileSync(file, lines(other));
    expect(await reader.readOn()).toMatchObject({ changed: true, more: false });
    expect(reader.shown("list", undefined)).toEqual(other);
    expect(await reader.readOn()).toMatchObject({ changed: false, more: false });
  });
});
