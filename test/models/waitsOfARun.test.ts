import { expect, test } from "vitest";
import type { BodyOf, RunEvent } from "../../src/run/events.ts";
import { scripted } from "./loopback/faults.ts";
import { resultOf, servedRun } from "./servedToy.ts";

const told = (events: readonly RunEvent[]): BodyOf<"waiting">["wait"][] =>
  events.flatMap((event) => (event.type === "waiting" ? [event.wait] : []));

test("a run says why nothing is asked, when that is over, and comes to the same end", async () => {
  const patient = await servedRun({ provider: "anthropic" });
  expect(told(patient.events)).toEqual([]);
  const waited = await servedRun({
    provider: "anthropic",
    faults: scripted(undefined, { kind: "limited", told: "milliseconds", afterMs: 60_000 }),
  });
  const [first, ...others] = told(waited.events);
  expect(first).toMatchObject({ provider: "anthropic", why: "retry", failure: "rate limit", begins: true });
  expect(others.at(-1)).toBeNull();
  expect(waited.events.filter(({ type }) => type === "waiting").length).toBeLessThan(10);
  expect(resultOf(waited.summary)).toEqual(resultOf(patient.summary));
});
