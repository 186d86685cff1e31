import type { PerInputModel, Variable } from "../../system/variable.ts";
import { softmax } from "../componentChoice.ts";
import { bestOf, type Optimizer, type ScoredValue } from "./optimizer.ts";

type ModelVariable = Extract<Variable, { kind: "model" }>;

/**
 * Model selection (paper, section 4.2): every model is scored on every input; a model for all inputs is one candidate
 * each. With a trusted local reward function there is one more, the choice per input: while searching, a model is drawn
 * for each input with probability proportional to exp(local reward); once in force, the arg-max is used.
 */
export const modelSelection: Optimizer<ModelVariable> = {
  name: "model selection",
  kind: "model",
  // A per-input value that is in force executes every model once more.
  evaluations: (variable, inputs) => 2 * variable.models.length * inputs,
  search: async (task) => {
    const models = task.variable.models;
    const scored = await task.score(models);
    const perInputNow = typeof task.current !== "string";
    const current = perInputNow
      ? (await task.score([task.current]))[0]
      : scored.find(({ value }) => value === task.current);
    if (current === undefined) throw new Error(`the current model of ${task.component.name} was not scored`);
    if (!task.local || perInputNow || models.length < 2) return { current, best: bestOf(current, scored) };
    const best = bestOf(current, scored);
    const value: PerInputModel = { perInput: true, fallback: String(best.value) };
    return { current, best: bestOf(best, [sampledChoice(value, scored, task.random.next.bind(task.random))]) };
  },
};

/** Expected rewards of drawing, for each input, one of the scored models by softmax of its reward. */
function sampledChoice(value: PerInputModel, scored: readonly ScoredValue[], draw: () => number): ScoredValue {
  const inputs = scored[0]?.perInput.length ?? 0;
  const led = scored.map(() => ({ inputs: 0, sum: 0 }));
  const perInput = Array.from({ length: inputs }, (_, input) => {
    const rewards = scored.map((model) => model.perInput[input] ?? Number.NEGATIVE_INFINITY);
    let left = draw();
    const chosen = softmax(rewards).findIndex((probability) => {
      left -= probability;
      return left < 0;
    });
    // Rounding may leave the last share a little short of 1.
    const model = chosen === -1 ? rewards.indexOf(Math.max(...rewards)) : chosen;
    const raw = rewards[model] ?? Number.NEGATIVE_INFINITY;
    const own = led[model];
    if (own !== undefined) own.inputs++;
    if (own !== undefined) own.sum += sigmoid(raw);
    return raw;
  });
  const reward = perInput.reduce((sum, raw) => sum + sigmoid(raw), 0) / Math.max(1, inputs);
  const models = led.map((own, model) => {
    const mean = own.inputs === 0 ? 0 : own.sum / own.inputs;
    return [String(scored[model]?.value), { inputs: own.inputs, reward: mean }] as const;
  });
  return { value, reward, perInput, models: Object.fromEntries(models) };
}

function sigmoid(raw: number): number {
  return 1 / (1 + Math.exp(-raw));
}
