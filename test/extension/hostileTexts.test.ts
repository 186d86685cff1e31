import { describe, expect, test } from "vitest";
import { WorkspaceModel } from "../../src/detection/workspaceModel.ts";
import { componentRows } from "../../src/extension/components/componentRows.ts";
import { hoverText } from "../../src/extension/components/hoverText.ts";
import type { Row } from "../../src/extension/components/row.ts";
import { runRows } from "../../src/extension/components/runRows.ts";
import { updateRows } from "../../src/extension/components/updateRows.ts";
import { trajectoryText } from "../../src/extension/examples/trajectoryText.ts";
import { english } from "../../src/extension/l10n.ts";
import type { EventBody } from "../../src/run/events.ts";
import { aKnownRun } from "../run/aKnownRun.ts";
import { finishedRun, LogWriter, started } from "../run/exampleEvents.ts";
import { hostileTexts, OUTSIDE, STRUCK, unreadable } from "../run/hostileTexts.ts";
import { aComponent, anExperiment, aSystem } from "./anyDefinition.ts";
import { aStanding, factsOf, known } from "./knownFacts.ts";

/** What every editor is given at once must not be of any size. */
const LONGEST = 20_000;

/** A row and all rows in it. */
function within(row: Row): Row[] {
  return [row, ...(row.children?.() ?? []).flatMap(within)];
}

/** What a person reads of a row. */
function readOf({ label, description = "", tooltip = "", spoken }: Row): string[] {
  return [label, description, tooltip, spoken];
}

function run(text: string) {
  const update: EventBody = {
    type: "update",
    iteration: 1,
    component: "retriever",
    decision: "rejected",
    reason: text,
    before: text,
    after: `${text}.`,
    scorer: "local",
    rewardBefore: 0,
    rewardAfter: 1,
    validation: { before: [0], after: [0], exampleIds: [text] },
  };
  const own = { ...started({ text: () => text }), model: text };
  const stopped = new LogWriter().add(own).add(update).add({ type: "run.interrupted", reason: text }).events;
  const info = { system: text, model: text, experiment: { path: text, given: text } };
  return [aKnownRun("stopped", stopped, { info }), aKnownRun("finished", finishedRun({ text: () => text }), { info })];
}

const context = { now: 0, language: "en", isOurs: () => false, l10n: english };

describe.each(hostileTexts)("of $name", ({ text }) => {
  const component = aComponent("writer", {
    name: text,
    description: text,
    inputs: [text],
    outputs: [text],
    variable: {
      kind: "options",
      space: { [text]: { kind: "choice", values: [text, 1] } },
      values: {},
    },
  });
  const system = aSystem("qa", [component], { name: text });
  const model = new WorkspaceModel([component, system, anExperiment("tuned", system, { name: text })]);
  const best = { value: { [text]: text }, validation: 0.5, n: 60, runFolder: "/w/r" };
  const facts = factsOf(known({ standing: { ...aStanding, best } }));

  test("rows of trees are lines that can be read", () => {
    const unreadableRun = { kind: "unreadable", id: text, folder: "/w/x", problem: text } as const;
    const coming = {
      id: "c",
      title: text,
      activity: { state: "queued", goal: "optimize", stop: {}, simulated: true },
    } as const;
    const rows = [
      ...runRows([...run(text), unreadableRun], [coming as never], context),
      ...updateRows(run(text), context),
      ...componentRows({ model, facts, pathOf: () => text, l10n: english }),
    ].flatMap(within);
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) {
      for (const words of readOf(row)) {
        expect(words).not.toMatch(unreadable);
        expect(words.length).toBeLessThan(LONGEST);
      }
      for (const line of [row.label, row.description ?? "", row.spoken]) expect(line).not.toMatch(/[\n\t]/);
    }
  });

  test("hovers hold no markup but ours", () => {
    for (const definition of [component, system]) {
      const markdown = hoverText(definition, { model, facts, trusted: true, l10n: english });
      // Commands are ours; what they are given is percent-encoded.
      const words = markdown.replaceAll(/\]\(command:optimas\.\w+\?[\w%.!~*-]*\)/g, "");
      expect(words.replaceAll(/<\/?(?:ins|del|br)>/g, "")).not.toMatch(/[<`!$@]|\]\(|https?:|javascript:/);
      expect(words).not.toContain(OUTSIDE);
      expect(words).not.toContain(`${STRUCK}=`);
      expect(words).not.toMatch(unreadable);
      expect(words.length).toBeLessThan(10 * LONGEST);
    }
  });

  test("trajectories keep it inside its place", () => {
    const given = trajectoryText(
      {
        kind: "example",
        exampleId: text,
        example: { id: text, [text]: text },
        score: 0.25,
        ms: 12,
        failure: { at: text, kind: "threw", message: text, exampleId: text } as never,
        steps: [{ component: text, input: { [text]: text }, output: { [text]: text }, value: text, localReward: 0.5 }],
      },
      { system: text, model: text, simulated: false, known: undefined },
      english,
    );
    expect(given.text).not.toMatch(unreadable);
    const headings = given.text.split("\n").filter((line) => /^\S/.test(line));
    expect(headings).toHaveLength(6);
  });
});
