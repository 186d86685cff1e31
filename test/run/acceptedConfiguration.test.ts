import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AcceptedConfiguration } from "../../src/run/acceptedConfiguration.ts";
import { readSaved, saveConfiguration } from "../../src/run/configurationFile.ts";
import type { EventBody, RunEvent } from "../../src/run/events.ts";
import type { Configuration } from "../../src/system/configuration.ts";
import { choice, component, options } from "../../src/system/declaration.ts";
import { workspace } from "../loader/workspace.ts";

const part = (name: string) =>
  component({
    name,
    description: name,
    inputs: ["question"],
    outputs: [`${name}_output`],
    variable: options({ k: choice([1, 2, 3]) }),
    run: () => ({ [`${name}_output`]: "" }) as never,
  });
const components = [part("first"), part("second")];
const source = { first: { k: 1 }, second: { k: 1 } };
const file = () => join(workspace({}), "qa.optimas.json");

/** A run's events, numbered. */
function eventsOf(...bodies: EventBody[]): RunEvent[] {
  return bodies.map((body, seq) => ({ ...body, seq, at: 0, systemRuns: 0 }));
}

const started = (configuration: Configuration = source): EventBody => ({
  type: "run.started",
  format: 1,
  runId: "20261121-150307-qa-k3f9",
  experiment: "qa.ts",
  system: { name: "qa", components: [], outputs: [] },
  settings: {},
  iterations: 3,
  budgetRuns: null,
  seed: 1,
  model: "simulated:text",
  simulated: true,
  data: { train: { n: 1, hash: "", source: "" }, validation: { n: 2, hash: "", source: "" } },
  configuration,
});
const measured: EventBody = {
  type: "evaluation",
  of: "unoptimized",
  split: "validation",
  mean: 0.25,
  n: 2,
  exampleIds: ["a", "b"],
  scores: [0, 0.5],
  failures: [],
};
const update = (component: string, k: number, decision: "accepted" | "rejected" = "accepted"): EventBody => ({
  type: "update",
  iteration: 1,
  component,
  decision,
  reason: "",
  before: { k: 1 },
  after: { k },
  scorer: "local",
  rewardBefore: 0,
  rewardAfter: 1,
  validation: { before: [0, 0.5], after: [0.5, 1], exampleIds: ["a", "b"] },
});
const checkpoint: EventBody = { type: "checkpoint", iteration: 1 };
const hear = (accepted: AcceptedConfiguration, ...bodies: EventBody[]) => {
  for (const event of eventsOf(...bodies)) accepted.hear(event);
};

describe("what a run accepts", () => {
  test("is in the file once a checkpoint has made it safe, with where it comes from", () => {
    const accepted = new AcceptedConfiguration(file(), components, true);
    hear(accepted, started(), measured, update("first", 3));
    expect(existsSync(accepted.file)).toBe(false);
    accepted.hear({ ...checkpoint, seq: 3, at: 0, systemRuns: 0 });
    expect(readSaved(accepted.file)).toEqual({
      configuration: { first: { k: 3 }, second: { k: 1 } },
      replaces: source,
      origin: {
        system: "qa",
        run: "20261121-150307-qa-k3f9",
        model: "simulated:text (simulated model)",
        validation: { unoptimized: 0.25, optimized: 0.75, n: 2 },
      },
    });
  });

  test("leaves the file alone when it is nothing", () => {
    const accepted = new AcceptedConfiguration(file(), components, true);
    hear(accepted, started(), measured, update("first", 3, "rejected"), checkpoint);
    expect(existsSync(accepted.file)).toBe(false);
    expect(accepted.saved).toBe(false);
  });

  test("is added to what a run of another component has accepted meanwhile", () => {
    const one = new AcceptedConfiguration(file(), components, true);
    const other = new AcceptedConfiguration(one.file, components, true);
    hear(one, started(), measured, update("first", 3), checkpoint);
    hear(other, started(), measured, update("second", 2), checkpoint);
    expect(readSaved(one.file).configuration).toEqual({ first: { k: 3 }, second: { k: 2 } });
  });

  test("takes the place of the file where the run did not start from it", () => {
    const accepted = new AcceptedConfiguration(file(), components, false);
    saveConfiguration(accepted.file, { configuration: { first: { k: 1 }, second: { k: 2 } }, replaces: source });
    hear(accepted, started(), measured, update("first", 3), checkpoint);
    expect(readSaved(accepted.file).configuration).toEqual({ first: { k: 3 }, second: { k: 1 } });
  });

  test("does not bring back a value that the author has overwritten in the source", () => {
    const accepted = new AcceptedConfiguration(file(), components, true);
    saveConfiguration(accepted.file, { configuration: { second: { k: 2 } }, replaces: { second: { k: 3 } } });
    hear(accepted, started(), measured, update("first", 3), checkpoint);
    expect(readSaved(accepted.file).configuration).toEqual({ first: { k: 3 }, second: { k: 1 } });
  });

  test("is written by the resumed run where the interrupted one did not come to it", () => {
    const accepted = new AcceptedConfiguration(file(), components, true);
    accepted.recall(eventsOf(started(), measured, update("first", 3), checkpoint));
    hear(accepted, { type: "run.resumed", checkpoint: 3 }, checkpoint);
    expect(readSaved(accepted.file).configuration).toEqual({ first: { k: 3 }, second: { k: 1 } });
  });

  test("is forgotten when a resumption takes it back", () => {
    const accepted = new AcceptedConfiguration(file(), components, true);
    accepted.recall(eventsOf(started(), measured, checkpoint, update("first", 3)));
    hear(accepted, { type: "run.resumed", checkpoint: 2 }, checkpoint);
    expect(existsSync(accepted.file)).toBe(false);
  });

  test("is tried again when it could not be written", () => {
    const accepted = new AcceptedConfiguration(file(), components, true);
    writeFileSync(accepted.file, "{");
    hear(accepted, started(), measured, update("first", 3), checkpoint);
    expect(accepted.saved).toBe(false);
    expect(() => accepted.finish()).toThrow(/is not valid JSON/);
    rmSync(accepted.file);
    accepted.finish();
    expect(readSaved(accepted.file).configuration).toEqual({ first: { k: 3 }, second: { k: 1 } });
  });
});
