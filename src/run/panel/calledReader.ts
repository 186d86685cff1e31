import type { CallLines } from "./callLines.ts";
import type { CallTimeline } from "./callTimeline.ts";
import type { Reading, RunReader } from "./runReader.ts";

type Reader = Pick<RunReader, "readOn" | "shown" | "event">;

/** The reader of a run, and of when its calls were made: both are read on beside each other, a block at a time. */
export class CalledReader implements Reader {
  readonly #own: Reader;
  readonly #lines: Pick<CallLines, "readOn">;
  readonly #timeline: CallTimeline;

  /** @param timeline is given what `lines` reads */
  constructor(own: Reader, lines: Pick<CallLines, "readOn">, timeline: CallTimeline) {
    this.#own = own;
    this.#lines = lines;
    this.#timeline = timeline;
  }

  /** @throws as `RunReader.readOn` */
  async readOn(): Promise<Reading> {
    const reading = await this.#own.readOn();
    const { lines, more } = await this.#lines.readOn();
    for (const line of lines) this.#timeline.add(line);
    return { ...reading, changed: reading.changed || lines.length > 0, more: reading.more || more };
  }

  shown(page: string, query: unknown): unknown {
    return this.#own.shown(page, query);
  }

  event(...given: Parameters<Reader["event"]>): ReturnType<Reader["event"]> {
    return this.#own.event(...given);
  }
}
