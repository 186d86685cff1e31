/** Weights, in the precision that they are kept in. */
export type Weights = Float32Array | Float64Array;

export interface AdamWSettings {
  readonly learningRate: number;
  /**
   * Decoupled weight decay λ per parameter, shape (D): each step takes learningRate · λ of the weight away. What is
   * remembered of gradients is kept in the same precision.
   */
  readonly decay: Weights;
  /** Decay rates β₁, β₂ of the moment estimates, in [0, 1). */
  readonly firstDecay?: number;
  readonly secondDecay?: number;
  readonly epsilon?: number;
}

/** Running means of gradients and of their squares, shapes (D), after a number of steps. */
export interface AdamWMemory {
  readonly first: Weights;
  readonly second: Weights;
  readonly steps: number;
}

/**
 * AdamW (arXiv 1711.05101, algorithm 2): Adam's bias-corrected step, with the decay applied to the
 * weights themselves instead of through the gradient, so that it is not divided by the gradient's size.
 */
export class AdamW {
  readonly #settings: Required<AdamWSettings>;
  readonly #first: Weights;
  readonly #second: Weights;
  #steps = 0;

  constructor(settings: AdamWSettings) {
    this.#settings = { firstDecay: 0.9, secondDecay: 0.999, epsilon: 1e-8, ...settings };
    const zeros = () => settings.decay.slice().fill(0);
    this.#first = zeros();
    this.#second = zeros();
  }

  /** What is remembered of gradients, to go on from; not copied. */
  get memory(): AdamWMemory {
    return { first: this.#first, second: this.#second, steps: this.#steps };
  }

  /** @throws RangeError where it is of another number of weights */
  remember({ first, second, steps }: AdamWMemory): void {
    this.#first.set(first);
    this.#second.set(second);
    this.#steps = steps;
  }

  /**
   * Changes `weights` in place by one step against `gradient`; both of shape (D).
   * @param share of the learning rate that this step has, as a schedule says
   */
  step(weights: Weights, gradient: Weights, share = 1): void {
    const { decay, firstDecay, secondDecay, epsilon } = this.#settings;
    const learningRate = share * this.#settings.learningRate;
    const first = this.#first;
    const second = this.#second;
    this.#steps++;
    const firstCorrection = 1 / (1 - firstDecay ** this.#steps);
    const secondCorrection = 1 / (1 - secondDecay ** this.#steps);
    for (let index = 0; index < weights.length; index++) {
      const slope = gradient[index] as number;
      const m = firstDecay * (first[index] as number) + (1 - firstDecay) * slope;
      const v = secondDecay * (second[index] as number) + (1 - secondDecay) * slope * slope;
      first[index] = m;
      second[index] = v;
      const weight = weights[index] as number;
      const direction = (m * firstCorrection) / (Math.sqrt(v * secondCorrection) + epsilon);
      weights[index] = weight - learningRate * (direction + (decay[index] as number) * weight);
    }
  }
}
