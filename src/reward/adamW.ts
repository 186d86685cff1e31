export interface AdamWSettings {
  readonly learningRate: number;
  /** Decoupled weight decay λ per parameter, shape (D): each step takes learningRate · λ of the weight away. */
  readonly decay: Float64Array;
  /** Decay rates β₁, β₂ of the moment estimates, in [0, 1). */
  readonly firstDecay?: number;
  readonly secondDecay?: number;
  readonly epsilon?: number;
}

/**
 * AdamW (arXiv 1711.05101, algorithm 2, without a schedule): Adam's bias-corrected step, with the decay applied to the
 * weights themselves instead of through the gradient, so that it is not divided by the gradient's size.
 */
export class AdamW {
  readonly #settings: Required<AdamWSettings>;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #steps = 0;

  constructor(settings: AdamWSettings) {
    this.#settings = { firstDecay: 0.9, secondDecay: 0.999, epsilon: 1e-8, ...settings };
    this.#first = new Float64Array(settings.decay.length);
    this.#second = new Float64Array(settings.decay.length);
  }

  /** Changes `weights` in place by one step against `gradient`; both of shape (D). */
  step(weights: Float64Array, gradient: Float64Array): void {
    const { learningRate, decay, firstDecay, secondDecay, epsilon } = this.#settings;
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
