import type { RecordedAnswer } from "../answerRecord.ts";

/** What an answer takes in memory besides its text, in bytes, roughly. */
const BESIDES_TEXT = 400;

/** The answers that were asked for last, in memory, up to a number of bytes. */
export class RecentAnswers {
  readonly #most: number;
  /** Least recently used first. */
  readonly #answers = new Map<string, RecordedAnswer>();
  #bytes = 0;

  /** @param most bytes, counted generously */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): RecordedAnswer | undefined {
    const answer = this.#answers.get(key);
    if (answer === undefined) return undefined;
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    return answer;
  }

  set(key: string, answer: RecordedAnswer): void {
    this.#remove(key);
    const bytes = bytesOf(answer);
    if (bytes > this.#most) return;
    this.#answers.set(key, answer);
    this.#bytes += bytes;
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.#most) break;
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const answer = this.#answers.get(key);
    if (answer === undefined) return;
    this.#answers.delete(key);
    this.#bytes -= bytesOf(answer);
  }
}

function bytesOf({ text }: RecordedAnswer): number {
  return 2 * text.length + BESIDES_TEXT;
}
