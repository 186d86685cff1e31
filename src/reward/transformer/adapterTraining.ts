import type { InferenceSession } from "onnxruntime-node";
import { openModel, type Runtime } from "../../onnx/runtime.ts";
import type { Feeds } from "../../onnx/shapes.ts";
import { elementsIn } from "../../onnx/tensor.ts";
import type { Random } from "../../system/random.ts";
import { AdamW, type AdamWMemory } from "../adamW.ts";
import type { ParameterValues } from "./adapter.ts";
import { backboneFeeds, type TokenBatch } from "./backboneInputs.ts";
import { type Parameter, type TrainingGraph, tensorNames } from "./rewardGraph.ts";

/** Sequences, and the pairs among them whose loss is meant. */
export interface PairBatch {
  readonly tokens: TokenBatch;
  /** (N, S): what each place counts towards the meaning of its sequence; rows sum to 1. */
  readonly poolWeights: Float32Array;
  /** Places of the chosen and of the rejected sequence of each of P pairs. */
  readonly pairs: readonly (readonly [chosen: number, rejected: number])[];
  /** (P, K): weight of a pair's loss for each head. */
  readonly pairWeights: Float32Array;
}

export interface AdapterTrainingSettings {
  readonly learningRate: number;
  readonly firstDecay?: number;
  readonly secondDecay?: number;
  readonly epsilon?: number;
  /** Decoupled weight decay, of heads and adapters alike. */
  readonly decay: number;
  /** Greatest length of the gradient of all parameters together; a longer one is shortened to it. */
  readonly greatestNorm: number;
}

/** Everything that training goes on from, by parameter. */
export interface AdapterTrainingState {
  readonly values: ParameterValues;
  readonly memories: ReadonlyMap<string, AdamWMemory>;
}

/**
 * Values to start from: A uniform in ±1/√inputs and B zero, as PEFT does, so that adapters change nothing at first; heads
 * uniform in ±1/√H, as a linear layer of PyTorch; weights of the backbone as they are in it.
 */
export function startValues({ parameters, start }: TrainingGraph, random: Random): Map<string, Float32Array> {
  return new Map(
    parameters.map(({ name, shape }) => {
      const own = start.get(name);
      if (own !== undefined) return [name, own];
      const drawn = random.derive("start", name);
      const bound = name.endsWith(".lora_B.weight") ? 0 : 1 / Math.sqrt(shape[1] as number);
      return [name, Float32Array.from({ length: elementsIn(shape) }, () => bound * (2 * drawn.next() - 1))];
    }),
  );
}

/** Parameters on their way: gradients are added up over micro-batches until a step is made. */
export class AdapterTraining {
  readonly #runtime: Runtime;
  readonly #graph: TrainingGraph;
  readonly #session: InferenceSession;
  readonly #settings: AdapterTrainingSettings;
  readonly #values: Map<string, Float32Array>;
  readonly #gradients: ReadonlyMap<string, Float32Array>;
  readonly #optimizers: ReadonlyMap<string, AdamW>;

  private constructor(
    runtime: Runtime,
    graph: TrainingGraph,
    session: InferenceSession,
    values: ParameterValues,
    settings: AdapterTrainingSettings,
  ) {
    this.#runtime = runtime;
    this.#graph = graph;
    this.#session = session;
    this.#settings = settings;
    this.#values = new Map([...values].map(([name, array]) => [name, array.slice()]));
    this.#gradients = new Map([...values].map(([name, { length }]) => [name, new Float32Array(length)]));
    this.#optimizers = new Map(
      [...values].map(([name, { length }]) => [
        name,
        new AdamW({ ...settings, decay: new Float32Array(length).fill(settings.decay) }),
      ]),
    );
  }

  /** @param threads that a step may use */
  static async open(
    runtime: Runtime,
    graph: TrainingGraph,
    values: ParameterValues,
    settings: AdapterTrainingSettings,
    threads: number,
  ): Promise<AdapterTraining> {
    // Patterns of memory are planned for one shape of inputs; without them a step takes as long and a third less memory.
    const session = await openModel(runtime, graph.model, { enableMemPattern: false, intraOpNumThreads: threads });
    return new AdapterTraining(runtime, graph, session, values, settings);
  }

  get values(): ParameterValues {
    return this.#values;
  }

  /** Adds the gradients of a micro-batch. @returns its loss, Σ w softplus(r⁻ - r⁺), in nats */
  async add(batch: PairBatch): Promise<number> {
    const results = await this.#session.run(trainingFeeds(this.#runtime, this.#graph, this.#values, batch));
    for (const { name, gradient } of this.#graph.parameters) {
      const sum = this.#gradients.get(name) as Float32Array;
      const part = results[gradient]?.data as Float32Array;
      for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] as number) + (part[at] as number);
    }
    return Number(results[tensorNames.loss]?.data[0]);
  }

  /**
   * One step of AdamW against what was added up since the last one.
   * @param share of the learning rate, in [0, 1], as a schedule says
   * @returns the length of the gradient before it was shortened
   */
  step(share = 1): number {
    const norm = Math.sqrt([...this.#gradients.values()].reduce((sum, gradient) => sum + squaredLength(gradient), 0));
    const { greatestNorm } = this.#settings;
    const scale = norm > greatestNorm ? greatestNorm / norm : 1;
    for (const [name, gradient] of this.#gradients) {
      if (scale !== 1) for (let at = 0; at < gradient.length; at++) gradient[at] = (gradient[at] as number) * scale;
      this.#optimizers.get(name)?.step(this.#values.get(name) as Float32Array, gradient, share);
      gradient.fill(0);
    }
    return norm;
  }

  /** r⁺ − r⁻ of each pair by each head, (P, K); gradients stay as they are. */
  async margins(batch: PairBatch): Promise<Float64Array> {
    const feeds = trainingFeeds(this.#runtime, this.#graph, this.#values, batch);
    const rewards = (await this.#session.run(feeds, [tensorNames.rewards]))[tensorNames.rewards]?.data as Float32Array;
    const heads = rewards.length / batch.tokens.sequences;
    const margins = new Float64Array(batch.pairs.length * heads);
    for (const [row, [chosen, rejected]] of batch.pairs.entries())
      for (let head = 0; head < heads; head++)
        margins[row * heads + head] =
          (rewards[chosen * heads + head] as number) - (rewards[rejected * heads + head] as number);
    return margins;
  }

  /** All that training goes on from after a step; not copied. */
  get state(): AdapterTrainingState {
    const memories = new Map([...this.#optimizers].map(([name, { memory }]) => [name, memory]));
    return { values: this.#values, memories };
  }

  /** @throws Error where it is of other parameters */
  restore({ values, memories }: AdapterTrainingState): void {
    for (const [name, optimizer] of this.#optimizers) {
      const [value, memory] = [values.get(name), memories.get(name)];
      if (value === undefined || memory === undefined) throw new Error(`nothing of "${name}"`);
      this.#values.get(name)?.set(value);
      optimizer.remember(memory);
    }
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** What a training graph is given for a micro-batch. */
export function trainingFeeds(
  runtime: Runtime,
  graph: TrainingGraph,
  values: ParameterValues,
  { tokens, poolWeights, pairs, pairWeights }: PairBatch,
): Feeds {
  const float = (data: Float32Array, shape: readonly number[]) => new runtime.Tensor("float32", data, shape);
  const signs = new Float32Array(pairs.length * tokens.sequences);
  for (const [row, [chosen, rejected]] of pairs.entries()) {
    signs[row * tokens.sequences + chosen] = 1;
    signs[row * tokens.sequences + rejected] = -1;
  }
  const held = ({ name, shape }: Parameter) => [name, float(values.get(name) as Float32Array, shape)] as const;
  return {
    ...backboneFeeds(runtime, graph.model.graph, tokens),
    [tensorNames.poolWeights]: float(poolWeights, [tokens.sequences, tokens.length]),
    [tensorNames.pairs]: float(signs, [pairs.length, tokens.sequences]),
    [tensorNames.pairWeights]: float(pairWeights, [pairs.length, pairWeights.length / pairs.length]),
    ...Object.fromEntries(graph.parameters.map(held)),
  };
}

function squaredLength(vector: Float32Array): number {
  let sum = 0;
  // Over millions of numbers, the loop by places takes a seventh of the time of the one by values.
  for (let at = 0; at < vector.length; at++) sum += (vector[at] as number) ** 2;
  return sum;
}
