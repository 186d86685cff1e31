import fc from "fast-check";
import type { EventBody } from "../../src/run/events.ts";
import { evaluated, runStarted, summary, updated, warning } from "./sampleRun.ts";

/** Any event that may stand in a log, text of every kind included. */
export const anyBody: fc.Arbitrary<EventBody> = fc.oneof(
  fc.string({ unit: "binary" }).map(warning),
  fc.constantFrom<EventBody[]>(runStarted, summary, updated("accepted", 0.1, 0.2), { type: "phase", phase: "testing" }),
  fc.double({ noNaN: true, min: 0, max: 1 }).map((mean) => evaluated("incumbent", mean)),
);
