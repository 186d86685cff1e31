import { describe, expect, test } from "vitest";
import { modelSelection } from "../../src/optimize/optimizers/modelSelection.ts";
import { opro } from "../../src/optimize/optimizers/opro.ts";
import { isOptimizable, optimizerFor } from "../../src/optimize/optimizers/optimizers.ts";
import { optionSearch } from "../../src/optimize/optimizers/optionSearch.ts";
import { choice, modelChoice, options, prompt, range } from "../../src/system/declaration.ts";
import { isPerInputModel, type OptionValues } from "../../src/system/variable.ts";
import { describeOptimizer, search } from "./optimizerContract.ts";
import { completing, GOOD_WORDS, toyProposer } from "./toySystem.ts";

const promptProblem = {
  variable: prompt("Write a draft."),
  proposer: toyProposer,
  reward: (value: unknown, input: number) =>
    GOOD_WORDS.filter((word) => String(value).includes(word)).length + 0.1 * input,
};
const gridProblem = {
  variable: options({ k: choice([1, 4, 8]), loud: choice([false, true]) }),
  reward: (value: unknown, input: number) => ((value as OptionValues).k === 4 ? 2 : 0) - 0.1 * input,
};
const halvingProblem = {
  variable: options({ rate: range(0.001, 1, { log: true }), k: choice([1, 2, 4, 8]) }),
  reward: (value: unknown, input: number) => {
    const { rate, k } = value as OptionValues;
    return 3 - Math.abs(Math.log10(Number(rate) / 0.1)) - Math.abs(Number(k) - 4) / 4 + 0.01 * input;
  },
};
const modelProblem = {
  variable: modelChoice(["m:a", "m:b", "m:c"]),
  reward: (value: unknown, input: number) => (value === "m:b" ? 2 : value === "m:c" ? 1 : 0) - 0.1 * input,
};

describeOptimizer("prompts by proposals", opro, promptProblem);
describeOptimizer("prompts, some of them tried before", opro, {
  ...promptProblem,
  seeds: ["Try this.", "Write a DRAFT.", "Try  this."],
});
describeOptimizer("options on a grid", optionSearch, gridProblem);
describeOptimizer("options by successive halving", optionSearch, halvingProblem);
describeOptimizer("models by local rewards", modelSelection, modelProblem);
describeOptimizer("models by global rewards", modelSelection, { ...modelProblem, local: false });
describeOptimizer("models, from a choice per input", modelSelection, {
  ...modelProblem,
  current: { perInput: true, fallback: "m:a" },
  reward: (value, input) => (value === "m:b" ? 2 : 0) - 0.1 * input,
});

describe("prompts by proposals", () => {
  test("shows the proposer the current prompt and all earlier ones with their rewards", async () => {
    const shown: string[] = [];
    const proposer = completing("p", (request) => {
      shown.push(request.messages.at(-1)?.content ?? "");
      return `<prompt>Write a draft number ${shown.length}. verify</prompt>`;
    });
    const history = [{ value: "An old one.", reward: 0.123, perInput: [] }];
    await search(opro, { ...promptProblem, proposer, history });
    expect(shown[0]).toContain("Write a draft.");
    expect(shown[0]).toContain('<attempt score="0.123">\nAn old one.');
    expect(shown.at(-1)).toContain("number 1.");
  });

  test("scores as many new prompts as asked for, and none twice", async () => {
    const { scored } = await search(opro, { ...promptProblem, settings: { promptCandidates: 5 } });
    expect(scored).toHaveLength(6);
    expect(new Set(scored.map(({ value }) => value)).size).toBe(6);
  });

  test("scores the prompts that were tried unscored first, and then as many new ones as asked for", async () => {
    const seeds = ["Try this.", "write a draft. ", "verify"];
    const { scored, most } = await search(opro, { ...promptProblem, seeds });
    const values = scored.map(({ value }) => value);
    expect(values.slice(0, 3)).toEqual(["Write a draft.", "Try this.", "verify"]);
    expect(values).toHaveLength(6);
    expect(most).toBe(7 * 4);
  });

  test("does not score what differs from a known prompt in white space or capitals only", async () => {
    const answers = ["write  a DRAFT.", "an old\none.", "New.", "new. "];
    let next = 0;
    const proposer = completing("p", () => `<prompt>${answers[next++ % answers.length]}</prompt>`);
    const history = [{ value: "An old one.", reward: 0.1, perInput: [] }];
    const { scored } = await search(opro, { ...promptProblem, proposer, history });
    expect(scored.map(({ value }) => value)).toEqual(["Write a draft.", "New."]);
  });

  test("gives up after three tries per prompt when nothing usable is proposed", async () => {
    let asked = 0;
    const proposer = completing("p", () => {
      asked += 1;
      return asked % 2 === 0 ? "no idea" : `<prompt>${"long ".repeat(1000)}</prompt>`;
    });
    const { best, current } = await search(opro, { ...promptProblem, proposer });
    expect(best).toEqual(current);
    expect(asked).toBe(9);
  });
});

describe("options", () => {
  test("on a grid are all scored once", async () => {
    const { scored, best } = await search(optionSearch, gridProblem);
    expect(scored).toHaveLength(6);
    expect(best.value).toEqual({ k: 4, loud: false });
  });

  test("go on from a current value that is on the grid only up to rounding", async () => {
    const variable = options({ t: range(0, 1, { step: 0.1 }) }, { t: 0.1 + 0.2 });
    const { current } = await search(optionSearch, { variable, reward: (value) => Number((value as OptionValues).t) });
    expect(current.value).toEqual({ t: 0.1 + 0.2 });
  });

  test("beyond the grid limit are halved: all points on few inputs, the best quarter on more", async () => {
    const rounds: number[] = [];
    await search(optionSearch, { ...halvingProblem, inputs: 16, onScore: (values) => rounds.push(values.length) });
    expect(rounds).toEqual([1, 64, 16, 4]);
  });

  test("are not thrown into disorder by rewards that are no numbers", async () => {
    // Equal on all inputs, so the best point of the first round must come out.
    const reward = (value: unknown) =>
      Number((value as OptionValues).k) > 2 ? Number.NaN : halvingProblem.reward(value, 0);
    for (const seed of [1, 2, 3, 4, 5]) {
      const { best, scored } = await search(optionSearch, { ...halvingProblem, reward, seed });
      const rewards = scored.map((each) => each.reward).filter((each) => !Number.isNaN(each));
      expect(best.reward).toBeCloseTo(Math.max(...rewards), 12);
    }
  });

  test("of whole numbers without a grid that could be listed are searched too", async () => {
    const variable = options({ seed: range(1, 2_000_000_000, { integer: true }) });
    const { best } = await search(optionSearch, {
      variable,
      reward: (value) => Math.log10(Number((value as OptionValues).seed)),
    });
    expect(Number((best.value as OptionValues).seed)).toBeGreaterThan(1e8);
  });
});

describe("models", () => {
  const perInputReward = (value: unknown, input: number) => {
    // Each model is good on every other input.
    const good = value === "m:a" ? input % 2 === 0 : input % 2 === 1;
    return good ? 6 : -6;
  };
  const variable = modelChoice(["m:a", "m:b"]);

  test("are chosen per input where the local reward says that no model is best for all", async () => {
    const { best } = await search(modelSelection, { variable, reward: perInputReward, inputs: 6 });
    expect(best.value).toEqual({ perInput: true, fallback: "m:a" });
    // Each input draws the good model with probability 1 / (1 + exp(-12)): 6 times sigmoid(6).
    expect(best.reward).toBeCloseTo(1 / (1 + Math.exp(-6)), 6);
  });

  test("are never chosen per input without a trusted local reward", async () => {
    const { best } = await search(modelSelection, { variable, reward: perInputReward, inputs: 6, local: false });
    expect(isPerInputModel(best.value)).toBe(false);
  });

  test("of which there is one only leave nothing to choose", async () => {
    const { best, current } = await search(modelSelection, { variable: modelChoice(["m:a"]), reward: () => 1 });
    expect(best).toEqual(current);
  });
});

test("every kind of variable that can be improved has an optimizer that refuses other kinds", async () => {
  expect([prompt("x"), options({ k: choice([1]) }), modelChoice(["a"])].every(isOptimizable)).toBe(true);
  expect(isOptimizable({ kind: "none" })).toBe(false);
  expect(() => optimizerFor({ kind: "none" })).toThrow(/no optimizer improves a variable of kind "none"/);
  const wrong = { ...gridProblem, variable: prompt("x"), current: "x" };
  await expect(search(optimizerFor(gridProblem.variable), wrong)).rejects.toThrow(/handed a prompt variable/);
});
