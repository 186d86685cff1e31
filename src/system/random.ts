import { createHash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/**
 * A seeded generator with a name. Every concern that needs chance (component choice, input sampling, splits,
 * model noise, ...) derives a generator of its own, so that drawing more numbers in one never shifts another and
 * a resumed run draws what the uninterrupted one would have drawn.
 */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, bound). @throws RangeError unless bound is a positive integer. */
  integer(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /** One element, uniformly. @throws RangeError when empty. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** min(count, items.length) distinct elements, in drawn order. */
  sample<T>(items: readonly T[], count: number): T[];
  /** Index drawn in proportion to `weights` (non-negative, finite, sum > 0). */
  weighted(weights: readonly number[]): number;
  /** A generator that depends on this one's seed and `path` only, never on how much was drawn from this one. */
  derive(...path: readonly (string | number)[]): Random;
}

/** A generator for `seed`; equal seeds give equal sequences on every platform. */
export function seededRandom(seed: string | number): Random {
  return new NamedRandom(String(seed));
}

/** 31-bit integer that depends on all of `parts`; used where a plain number must name a random stream. */
export function seedFrom(...parts: readonly (string | number)[]): number {
  return digest(parts.join("\u001f")).readUInt32LE(0) >>> 1;
}

function digest(name: string): Buffer {
  return createHash("sha256").update(name).digest();
}

class NamedRandom implements Random {
  readonly #name: string;
  #generator: ReturnType<typeof xoroshiro128plus> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  next(): number {
    this.#generator ??= xoroshiro128plus(digest(this.#name).readInt32LE(0));
    return uniformFloat64(this.#generator);
  }

  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound <= 0) throw new RangeError(`bound must be a positive integer, got ${bound}`);
    return Math.floor(this.next() * bound);
  }

  normal(): number {
    // Box-Muller; 1 - next() keeps the logarithm away from 0.
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("cannot pick from an empty list");
    return items[this.integer(items.length)] as T;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let last = copy.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      [copy[last], copy[other]] = [copy[other] as T, copy[last] as T];
    }
    return copy;
  }

  sample<T>(items: readonly T[], count: number): T[] {
    return this.shuffle(items).slice(0, count);
  }

  weighted(weights: readonly number[]): number {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0) || !Number.isFinite(total))
      throw new RangeError(`weights must sum to a positive number: ${weights}`);
    let left = this.next() * total;
    for (const [index, weight] of weights.entries()) {
      left -= weight;
      if (left < 0) return index;
    }
    return weights.findLastIndex((weight) => weight > 0);
  }

  derive(...path: readonly (string | number)[]): Random {
    return new NamedRandom([this.#name, ...path].join("\u001f"));
  }
}
