import { describe, expect, test } from "vitest";
import { searchCost } from "../../src/optimize/localSearch.ts";
import { collectCandidates, collectionCost } from "../../src/optimize/preferenceCollection.ts";
import { Session } from "../../src/optimize/session.ts";
import { preferencePairs } from "../../src/reward/preferencePair.ts";
import { initialConfiguration } from "../../src/system/configuration.ts";
import { component, modelChoice } from "../../src/system/declaration.ts";
import { worstCaseRuns } from "../../src/system/evaluation.ts";
import { executeSystem } from "../../src/system/execution.ts";
import { llm } from "../../src/system/llm.ts";
import { componentNamed, wireSystem } from "../../src/system/system.ts";
import { type Toy, type ToyRun, toy, toyRequest } from "./toySystem.ts";

async function sessionOf(given: ToyRun) {
  const request = await toyRequest(given);
  return { session: new Session(request), request };
}

async function collect(
  name: string,
  given: ToyRun & { readonly otherPrompts?: readonly string[]; readonly start?: object } = {},
) {
  const made: Toy = given.toy ?? toy();
  const settings = { samples: 3, tellingSamples: 3, triesPerSample: 1, ...given.settings };
  const { session, request } = await sessionOf({ ...given, settings, toy: made });
  const configuration = { ...initialConfiguration(session.system.components), ...given.start };
  const base = await Promise.all(
    request.splits.train.examples.slice(0, 3).map((example) =>
      executeSystem(session.system, example, {
        ...session.execution(configuration, 0, "validation"),
        charge: () => {},
      }),
    ),
  );
  made.executions.clear();
  const sets = await collectCandidates({
    session,
    component: componentNamed(session.system, name),
    base,
    configuration,
    otherPrompts: given.otherPrompts ?? [],
    iteration: 0,
    purpose: "offline pairs",
    onInput: () => {},
  });
  return { sets, session, base, executions: made.executions, configuration };
}

test("the plan of one iteration adds up to the published worked example", async () => {
  // Five equal components in a row, all stochastic; n = 20 inputs, S = 3 samples, u = S + 1 distinct candidates, R = 3
  // rollouts, three prompts scored on 20 inputs, 10 rows at the gate. The example scores three new prompts; here two new
  // ones beside the current one, which is scored too. Its gate measures the challenger only.
  const names = ["one", "two", "three", "four", "five"];
  const components = names.map((name, index) =>
    llm({
      name,
      description: "",
      inputs: [index === 0 ? "question" : `f${index - 1}`],
      outputs: [`f${index}`],
      prompt: "Go.",
      temperature: 0.6,
    }),
  );
  const system = wireSystem({ name: "row", components, outputs: ["f4"] });
  const { session } = await sessionOf({
    toy: { system, executions: new Map() },
    settings: { samples: 3, tellingSamples: 3, triesPerSample: 1, rollouts: 3, promptCandidates: 2 },
  });
  const configuration = initialConfiguration(system.components);
  const rows = system.components.map((each) => {
    const collection = collectionCost(session, each, configuration);
    const samples = 3 * session.share(each.name);
    const round = (value: number) => Math.round(value * 1e6) / 1e6;
    const row = {
      base: 20 * worstCaseRuns(system, configuration),
      samples: 20 * samples,
      downstream: 20 * (collection - samples),
      search: searchCost(session, each, configuration, "local", 20, 0),
      gate: 10 * worstCaseRuns(system, configuration),
    };
    return [...Object.values(row), Object.values(row).reduce((sum, value) => sum + value, 0)].map(round);
  });
  expect(rows).toEqual([
    [20, 12, 192, 12, 10, 246],
    [20, 12, 144, 12, 10, 198],
    [20, 12, 96, 12, 10, 150],
    [20, 12, 48, 12, 10, 102],
    [20, 12, 0, 12, 10, 54],
  ]);
});

describe("the cost of collecting", () => {
  test("needs one rollout where everything behind the component is deterministic, and none of the recorded output", async () => {
    const { session } = await sessionOf({
      settings: { samples: 3, tellingSamples: 3, triesPerSample: 1, rollouts: 5 },
    });
    const configuration = initialConfiguration(session.system.components);
    // Three samples of a third each, and three times the last third.
    expect(collectionCost(session, componentNamed(session.system, "picker"), configuration)).toBeCloseTo(2, 9);
    expect(collectionCost(session, componentNamed(session.system, "answerer"), configuration)).toBeCloseTo(1, 9);
  });

  test("counts every model of a choice per input behind the component", async () => {
    const { session } = await sessionOf({ settings: { samples: 3, tellingSamples: 3, triesPerSample: 1 } });
    const configuration = {
      ...initialConfiguration(session.system.components),
      answerer: { perInput: true, fallback: "fake:small" } as const,
    };
    expect(collectionCost(session, componentNamed(session.system, "picker"), configuration)).toBeCloseTo(1 + 2, 9);
  });
});

describe("collecting candidates", () => {
  test("of options takes other points of the space, scores each by what follows, and the recorded output last", async () => {
    const { sets, executions, base } = await collect("picker");
    expect(sets.map(({ exampleId }) => exampleId)).toEqual(["train0", "train1", "train2"]);
    for (const [index, set] of sets.entries()) {
      const recorded = base[index]?.steps.get("picker");
      expect(set.candidates.length).toBeGreaterThan(1);
      expect(set.candidates.at(-1)).toEqual({ output: recorded?.output, options: { k: 1, loud: false }, score: 0 });
      for (const { options: point, score } of set.candidates) {
        expect(score).toBeCloseTo(0.3 * ({ 1: 0, 2: 0.5, 4: 1, 8: 0.5 }[Number(point?.k)] ?? -1), 9);
      }
    }
    // Three points for each of three inputs; what is behind ran once for each that differs from the recorded output.
    expect(executions.get("picker")).toBe(9);
    expect(executions.get("answerer")).toBe(sets.reduce((sum, { candidates }) => sum + candidates.length - 1, 0));
    expect(executions.get("drafter")).toBeUndefined();
  });

  test("of models takes the others", async () => {
    const { sets } = await collect("answerer");
    for (const { candidates } of sets) expect(candidates.map(({ score }) => score)).toEqual([0.2, 0]);
  });

  test("of prompts takes outputs of other prompts, and re-samples for the rest", async () => {
    const { sets, executions } = await collect("drafter", { otherPrompts: ["verify cite", "verify cite compare"] });
    expect(executions.get("drafter")).toBe(9);
    for (const { candidates } of sets) {
      const scores = candidates.map(({ score }) => Number((score * 6).toFixed(6)));
      expect(scores).toEqual(expect.arrayContaining([2, 3, 0]));
    }
  });

  test("that all came out alike runs nothing behind them and compares nothing", async () => {
    const same = toy({
      change: (made) => (made.name === "picker" ? { ...made, run: () => ({ passages: "passage" }) } : made),
    });
    const { sets, executions } = await collect("picker", { toy: same });
    expect(sets.map(({ candidates }) => candidates)).toEqual([[], [], []]);
    expect(executions.get("answerer")).toBeUndefined();
  });

  test("runs what is behind equal outputs once", async () => {
    const two = toy({
      change: (made) =>
        made.name === "picker"
          ? {
              ...made,
              run: (_inputs, { variable }) => ({
                passages: JSON.stringify(variable).includes('"k":1') ? "passage" : "none",
              }),
            }
          : made,
    });
    const { sets, executions } = await collect("picker", { toy: two, settings: { samples: 7 } });
    for (const { candidates } of sets) expect(candidates).toHaveLength(2);
    expect(executions.get("answerer")).toBe(3);
  });

  test("keeps tied outputs as candidates, which make no pair", async () => {
    const { sets, session } = await collect("picker", { experiment: { reward: () => 0.5 } });
    for (const set of sets) {
      expect(set.candidates.length).toBeGreaterThan(1);
      expect(preferencePairs("picker", set.exampleId, set.input, set.candidates, session.settings.pairRule)).toEqual(
        [],
      );
    }
  });

  test("leaves out outputs that the component fails to give", async () => {
    const fragile = toy({
      change: (made) =>
        made.name === "picker"
          ? {
              ...made,
              run: (inputs, context) => {
                if (JSON.stringify(context.variable).includes('"k":4')) throw new Error("four");
                return made.run(inputs, context);
              },
            }
          : made,
    });
    const { sets } = await collect("picker", { toy: fragile, settings: { samples: 7 } });
    for (const { candidates } of sets) {
      expect(candidates.length).toBeGreaterThan(1);
      expect(candidates.some(({ options: point }) => point?.k === 4)).toBe(false);
    }
  });

  test("scores an output that makes a later component fail with 0", async () => {
    const fragile = toy({
      change: (made) =>
        made.name === "answerer"
          ? {
              ...made,
              run: (inputs, context) => {
                if (String(inputs.passages).split("passage").length > 4) throw new Error("too many");
                return made.run(inputs, context);
              },
            }
          : made,
    });
    const { sets } = await collect("picker", { toy: fragile, settings: { samples: 7 } });
    for (const { candidates } of sets) {
      expect(candidates.filter(({ options: point }) => Number(point?.k) >= 4).map(({ score }) => score)).toEqual([
        0, 0, 0, 0,
      ]);
    }
  });

  test("averages rollouts where what follows is left to chance, with other chance in each", async () => {
    const rolls: number[] = [];
    const chancy = toy({
      change: (made) =>
        made.name === "answerer"
          ? {
              ...made,
              deterministic: false,
              run: (_inputs, { sample }) => {
                rolls.push(sample);
                return { answer: `from ${sample % 2 === 0 ? 4 : 1} by none` };
              },
            }
          : made,
    });
    const { sets } = await collect("picker", { toy: chancy, settings: { samples: 1, rollouts: 4 } });
    // Three inputs, two candidates, four rollouts; both candidates of an input meet the same chance.
    const own = rolls.slice(3);
    expect(own).toHaveLength(24);
    expect(new Set(own).size).toBe(12);
    for (const { candidates } of sets) {
      const [one, two] = candidates.map(({ score }) => score);
      expect(one).toBe(two);
      expect([0, 0.075, 0.15, 0.225, 0.3]).toContainEqual(expect.closeTo(one ?? -1, 9));
    }
  });

  test("spends no more than planned", async () => {
    for (const name of ["drafter", "picker", "answerer"]) {
      for (const start of [{}, { answerer: { perInput: true, fallback: "fake:small" } }]) {
        const { session, configuration, executions } = await collect(name, {
          start,
          otherPrompts: ["verify", "cite", "compare"],
          settings: { samples: 7 },
        });
        const planned = 3 * collectionCost(session, componentNamed(session.system, name), configuration);
        const executed = [...executions.values()].reduce((sum, count) => sum + count / 3, 0);
        expect(executed).toBeLessThanOrEqual(planned + 1e-9);
        expect(session.ledger.spentOn("offline pairs")).toBeCloseTo(executed, 5);
      }
    }
  });

  test("offers the ground truth to the component that writes the final output, with the highest score", async () => {
    const groundTruth = ({ id }: { readonly id: string }) => ({ answer: `truth of ${id}` });
    const given = { experiment: { groundTruth }, settings: { groundTruth: true } };
    const { sets } = await collect("answerer", given);
    for (const { candidates, exampleId } of sets) {
      expect(candidates.at(-1)).toEqual({ output: { answer: `truth of ${exampleId}` }, options: undefined, score: 1 });
    }
    const before = await collect("picker", given);
    for (const { candidates } of before.sets) expect(candidates.some(({ score }) => score === 1)).toBe(false);
    const off = await collect("answerer", { experiment: { groundTruth } });
    for (const { candidates } of off.sets) expect(candidates.some(({ score }) => score === 1)).toBe(false);
  });
});

test("prompts and model names are no part of what a local reward sees", async () => {
  const seen = await collect("answerer");
  expect(JSON.stringify(seen.sets)).not.toContain('"fake:small"');
  const made = component({
    name: "chooser",
    description: "",
    inputs: ["question"],
    outputs: ["answer"],
    variable: modelChoice(["m:a", "m:b"]),
    run: (_inputs, { variable }) => ({ answer: variable === "m:a" ? "short" : "long" }),
  });
  const system = wireSystem({ name: "one", components: [made], outputs: ["answer"] });
  const { sets } = await collect("chooser", {
    toy: { system, executions: new Map() },
    experiment: { reward: ({ answer }) => (answer === "long" ? 1 : 0) },
  });
  expect(sets[0]?.candidates).toEqual([
    { output: { answer: "long" }, options: undefined, score: 1 },
    { output: { answer: "short" }, options: undefined, score: 0 },
  ]);
});

describe("spending samples where they tell", () => {
  test("draws more alternatives only where the first ones differ in their rewards", async () => {
    const settings = { samples: 1, tellingSamples: 3, triesPerSample: 1 };
    const telling = await collect("picker", { settings });
    for (const { candidates } of telling.sets) {
      const differ = candidates.slice(0, 1).some(({ score }) => score !== candidates.at(-1)?.score);
      expect(candidates.length - 1).toBe(differ ? 3 : 1);
    }
  });

  test("tries again where an output only repeats another, without paying for what is behind it", async () => {
    const settings = { samples: 2, tellingSamples: 2, triesPerSample: 2 };
    const same = ["verify cite", "verify  cite", "Verify cite"];
    const { executions, sets } = await collect("drafter", { settings, otherPrompts: same });
    const distinct = sets.reduce((sum, { candidates }) => sum + Math.max(0, candidates.length - 1), 0);
    expect(executions.get("drafter")).toBeGreaterThan(distinct);
    expect(executions.get("answerer") ?? 0).toBeLessThanOrEqual(distinct);
  });
});
