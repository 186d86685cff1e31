import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventLine, readEvents } from "../../src/run/eventLog.ts";
import type { EventBody, RunEvent } from "../../src/run/events.ts";
import { UserError } from "../../src/system/userError.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { anyBody } from "./anyEvent.ts";
import { runStarted, warning } from "./sampleRun.ts";

function numbered(bodies: readonly EventBody[]): RunEvent[] {
  return bodies.map((body, seq) => ({ ...body, seq, at: 1000 + seq, systemRuns: seq / 2 }));
}

function logOf(content: string | Uint8Array): string {
  return join(scratchFolder({ "events.jsonl": content }), "events.jsonl");
}

function lines(count: number): string[] {
  return numbered(Array.from({ length: count }, (_, index) => warning(`w${index}`))).map(eventLine);
}

describe("reading a log", () => {
  /** What is read back when the log of `bodies` is cut after each of `cuts` bytes. */
  function checkCuts(bodies: readonly EventBody[], cutsOf: (length: number) => readonly number[]): void {
    const events = numbered(bodies);
    const written = events.map((event) => Buffer.from(eventLine(event)));
    const whole = Buffer.concat(written);
    const ends = written.map((_, index) => Buffer.concat(written.slice(0, index + 1)).length);
    const file = logOf("");
    for (const cut of cutsOf(whole.length)) {
      writeFileSync(file, whole.subarray(0, cut));
      expect([...readEvents(file)]).toEqual(events.slice(0, ends.filter((end) => end <= cut).length));
    }
  }

  test("cut after any byte, it reads back to the events whose lines are whole", () => {
    const short = fc.string({ unit: "binary", maxLength: 5 }).map(warning);
    fc.assert(
      fc.property(fc.array(short, { maxLength: 3 }), (bodies) =>
        checkCuts(bodies, (length) => Array.from({ length: length + 1 }, (_, cut) => cut)),
      ),
      { numRuns: 5 },
    );
  });

  test("events of every kind come back, cut or not", () => {
    fc.assert(
      fc.property(fc.array(anyBody, { maxLength: 5 }), fc.double({ min: 0, max: 1, noNaN: true }), (bodies, part) =>
        checkCuts(bodies, (length) => [Math.floor(part * length), length]),
      ),
      { numRuns: 40 },
    );
  });

  test("tells how many events there are and where their lines end", () => {
    const reading = readEvents(logOf(`${lines(2).join("")}{"torn`));
    while (!reading.next().done);
    const whole = [...lines(2)].join("").length;
    const again = readEvents(logOf(`${lines(2).join("")}{"torn`));
    again.next();
    again.next();
    expect(again.next()).toEqual({ done: true, value: { count: 2, length: whole } });
  });

  test.each<[string, string[], RegExp]>([
    [
      "a bad line in the middle",
      ["a", "{oops\n", "c"],
      /events\.jsonl, line 2: not valid JSON\. It was changed or damaged/,
    ],
    ["a bad last line that is whole", ["a", "{oops\n"], /events\.jsonl, line 2: not valid JSON\./],
    ["bytes that are no text", ["a", "\u0000\n"], /line 2: not valid JSON\./],
    [
      "an unknown event",
      ["a", '{"seq":1,"at":1,"systemRuns":0,"type":"party"}\n'],
      /line 2: not as Optimas writes it \(type: /,
    ],
    ["a gap", ["a", "c"], /line 2: event 2 stands where event 1 belongs\./],
    ["an event twice", ["a", "a"], /line 2: event 0 stands where event 1 belongs\./],
  ])("%s is an error with file and line", (_, parts, message) => {
    const [a = "", , c = ""] = lines(3);
    const file = logOf(parts.map((part) => (part === "a" ? a : part === "c" ? c : part)).join(""));
    expect(() => [...readEvents(file)]).toThrow(UserError);
    expect(() => [...readEvents(file)]).toThrow(message);
  });

  test("a log of a newer version is refused with what to do, whatever else is new in it", () => {
    const file = logOf(
      `${JSON.stringify({ ...runStarted, format: 2, novelty: [], seq: 0, at: 1, systemRuns: 0, data: 1 })}\n`,
    );
    expect(() => [...readEvents(file)]).toThrow(
      /line 1: written by a newer version of Optimas \(format 2; this one reads up to 1\)\. Update Optimas\.$/,
    );
  });

  test("a missing log is told", () => {
    expect(() => [...readEvents("/nowhere/events.jsonl")]).toThrow(/^Cannot read \/nowhere\/events\.jsonl: /);
  });
});

test("an event that could not be read back is not written", () => {
  const [event] = numbered([warning("w")]);
  expect(() => eventLine({ ...(event as RunEvent), systemRuns: Number.NaN })).toThrow(
    /^event 0 \(warning\) is not as declared: systemRuns: /,
  );
});
