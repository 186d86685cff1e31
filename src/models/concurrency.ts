/** Requests that may be under way at once before anything is known of a provider. */
const AT_FIRST = 8;

/** Where nothing is said about it. */
export const MOST_AT_ONCE = 64;

/**
 * How many requests may be under way at the same time: one more for each round trip in which all places were used, half as
 * many when the provider says that there are too many. What was sent before a halving says nothing about what came after.
 */
export class Concurrency {
  #allowed = AT_FIRST;
  #underWay = 0;
  #halvedAt = Number.NEGATIVE_INFINITY;
  /** When all places were used the last time. */
  #fullAt = Number.NEGATIVE_INFINITY;

  get allowed(): number {
    // Thirds that are added three times are a little less than one.
    return Math.max(1, Math.floor(this.#allowed + 1e-9));
  }

  hasRoom(most: number): boolean {
    return this.#underWay < Math.min(this.allowed, most);
  }

  enter(most: number, now: number): void {
    this.#underWay++;
    if (!this.hasRoom(most)) this.#fullAt = now;
  }

  leave(): void {
    this.#underWay--;
  }

  /** One that had left is under way again, whether there is room for it or not. */
  comeBack(): void {
    this.#underWay++;
  }

  /** An answer came to a request that was sent at `enteredAt`: with places for all, more of them are of no use. */
  grow(most: number, enteredAt: number): void {
    if (enteredAt <= this.#fullAt && this.#allowed < most) this.#allowed += 1 / this.allowed;
  }

  /** @param enteredAt when the request was sent that was one too many. Called before it leaves. */
  halve(enteredAt: number, now: number): void {
    if (enteredAt < this.#halvedAt) return;
    this.#allowed = Math.max(1, Math.min(this.#allowed, this.#underWay) / 2);
    this.#halvedAt = now;
  }
}
