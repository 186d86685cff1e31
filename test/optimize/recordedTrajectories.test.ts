import { describe, expect, test } from "vitest";
import { RecordedTrajectories } from "../../src/optimize/recordedTrajectories.ts";
import { Session } from "../../src/optimize/session.ts";
import { field } from "../../src/system/component.ts";
import { initialConfiguration } from "../../src/system/configuration.ts";
import { component } from "../../src/system/declaration.ts";
import { wireSystem } from "../../src/system/system.ts";
import { type Toy, toy, toyRequest } from "./toySystem.ts";

async function opened(made: Toy = toy()) {
  const request = await toyRequest({ toy: made });
  const session = new Session(request);
  return {
    session,
    recorded: new RecordedTrajectories(session),
    examples: request.splits.train.examples.slice(0, 3),
    start: initialConfiguration(session.system.components),
    executions: made.executions,
  };
}
const better = { k: 4, loud: false };

describe("recorded trajectories", () => {
  test("are made once and cost nothing while the configuration stays", async () => {
    const { recorded, session, examples, start } = await opened();
    expect(recorded.cost(examples, start)).toBeCloseTo(3, 9);
    const first = await recorded.refresh(examples, start, "fresh pairs", 0);
    expect(session.ledger.spent).toBe(3);
    expect(recorded.cost(examples, start)).toBe(0);
    expect(await recorded.refresh(examples, start, "fresh pairs", 1)).toEqual(first);
    expect(session.ledger.spent).toBe(3);
    expect(first.map(({ example }) => example.id)).toEqual(examples.map(({ id }) => id));
  });

  test("run again from the component that changed", async () => {
    const { recorded, examples, start, executions } = await opened();
    await recorded.refresh(examples, start, "fresh pairs", 0);
    const changed = { ...start, picker: better };
    expect(recorded.cost(examples, changed)).toBeCloseTo(2, 9);
    executions.clear();
    const [trajectory] = await recorded.refresh(examples, changed, "fresh pairs", 0);
    expect(Object.fromEntries(executions)).toEqual({ picker: 3, answerer: 3 });
    expect(trajectory?.steps.get("picker")?.value).toEqual(better);
    expect(String(trajectory?.steps.get("answerer")?.output.answer)).toContain("from 4");
  });

  test("may be older behind and beside the component whose inputs are asked for, not before it", async () => {
    const { recorded, examples, start, executions } = await opened();
    await recorded.refresh(examples, start, "fresh pairs", 0);
    executions.clear();
    const changed = { ...start, picker: better };
    await recorded.refresh(examples, changed, "local search", 0, { upTo: "drafter" });
    await recorded.refresh(examples, changed, "local search", 0, { upTo: "picker" });
    expect(executions.size).toBe(0);
    await recorded.refresh(examples, changed, "local search", 0, { upTo: "answerer" });
    expect(executions.get("answerer")).toBe(3);
  });

  test("survive a stop exactly: inputs, outputs, values and failures", async () => {
    const optional = component({
      name: "checker",
      description: "",
      inputs: { question: field<string>(), answer: field<string>({ optional: true }) },
      outputs: ["verdict"],
      run: ({ question }) => {
        if (question.endsWith("2")) throw new Error("not two");
        return { verdict: question };
      },
    });
    const answerer = component({
      name: "answerer",
      description: "",
      inputs: ["question"],
      outputs: ["answer"],
      run: ({ question }) => ({ answer: question }),
    });
    // The rows hold the right answer under the name of an output that the route leaves out for some.
    const system = wireSystem({
      name: "checked",
      components: [answerer, optional],
      outputs: ["verdict"],
      route: ({ question }) => (String(question).endsWith("1") ? ["checker"] : ["answerer", "checker"]),
    });
    const made = { system, executions: new Map<string, number>() };
    const { recorded, start } = await opened(made);
    const examples = [0, 1, 2].map((index) => ({ id: `r${index}`, question: `question ${index}`, answer: "right" }));
    const before = await recorded.refresh(examples, start, "fresh pairs", 0);
    expect(before.map(({ failure }) => failure?.at)).toEqual([undefined, undefined, "checker"]);
    const again = await opened(made);
    again.recorded.restore(
      JSON.parse(JSON.stringify(recorded.saved())),
      new Map(examples.map((example) => [example.id, example])),
    );
    expect(again.recorded.cost(examples, start)).toBe(0);
    expect(await again.recorded.refresh(examples, start, "fresh pairs", 0)).toEqual(before);
    expect(before[1]?.steps.get("checker")?.input).toEqual({ question: "question 1" });
  });

  test("of an example that is not there any more are refused", async () => {
    const { recorded, examples, start } = await opened();
    await recorded.refresh(examples, start, "fresh pairs", 0);
    const saved = recorded.saved();
    expect(() => recorded.restore(saved, new Map())).toThrow(/"train0" belongs to no example/);
  });
});
