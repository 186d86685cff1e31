import type { SpillFile } from "./spillFile.ts";

export interface StreamLimits {
  /** Characters of one stream of one cell that are shown as they come. */
  readonly shown: number;
  /** Characters of the end that follow when the cell has ended. */
  readonly tail: number;
}

export const streamLimits: StreamLimits = { shown: 1024 * 1024, tail: 64 * 1024 };

/**
 * What is shown of a stream: all of it up to a limit, then a notice, and its last lines once the cell has ended. The
 * whole text is in a file that the notice names.
 */
export class StreamLimit {
  readonly #limits: StreamLimits;
  readonly #openSpill: () => SpillFile | undefined;
  /** What was shown, until it is clear whether the file has to begin with it. */
  #head: string[] = [];
  #headLength = 0;
  #over: Over | undefined;

  constructor(openSpill: () => SpillFile | undefined, limits: StreamLimits = streamLimits) {
    this.#openSpill = openSpill;
    this.#limits = limits;
  }

  /** @returns what is to be shown now */
  write(text: string): string {
    if (this.#over !== undefined) {
      this.#over.take(text);
      return "";
    }
    const room = this.#limits.shown - this.#headLength;
    if (text.length <= room) {
      this.#head.push(text);
      this.#headLength += text.length;
      return text;
    }
    const shown = text.slice(0, beforeHalfCharacter(text, room));
    this.#over = new Over(this.#openSpill(), [...this.#head, shown], this.#limits.tail);
    this.#head = [];
    this.#over.take(text.slice(shown.length));
    return `${shown}${this.#over.notice(this.#limits.shown)}`;
  }

  /** @returns what is to be shown when the cell has ended */
  end(): string {
    return this.#over?.end() ?? "";
  }
}

/** The part of a stream beyond its limit. */
class Over {
  readonly #spill: SpillFile | undefined;
  readonly #tailLength: number;
  #complete: boolean;
  #tail = "";
  #length = 0;

  constructor(spill: SpillFile | undefined, head: readonly string[], tailLength: number) {
    this.#spill = spill;
    this.#tailLength = tailLength;
    this.#complete = spill !== undefined;
    for (const text of head) this.#keep(text);
  }

  take(text: string): void {
    this.#length += text.length;
    this.#keep(text);
    const joined = this.#tail + text.slice(-2 * this.#tailLength);
    // Cut seldom: each cut copies the tail.
    this.#tail = joined.length > 2 * this.#tailLength ? joined.slice(-this.#tailLength) : joined;
  }

  notice(shown: number): string {
    const where = this.#spill === undefined ? "" : ` All of it goes to ${this.#spill.path}.`;
    return `\n... More than ${size(shown)}: the rest is left out here, its last lines follow at the end of the cell.${where}\n`;
  }

  end(): string {
    const tail = wholeLines(this.#tail.slice(-this.#tailLength), this.#length > this.#tailLength);
    const leftOut = this.#length - tail.length;
    this.#length = 0;
    this.#tail = "";
    this.#spill?.close();
    const where = this.#complete ? `; all of it is in ${this.#spill?.path}` : ", and no file holds all of it";
    return leftOut > 0 ? `... ${size(leftOut)} left out${where}.\n${tail}` : tail;
  }

  #keep(text: string): void {
    this.#complete = this.#complete && (this.#spill?.write(text) ?? false);
  }
}

/** Begins at the start of a line where there is one. */
function wholeLines(text: string, cut: boolean): string {
  if (!cut) return text;
  const start = text.indexOf("\n") + 1;
  return start === 0 || start === text.length ? text : text.slice(start);
}

/** A place at which cutting tears no surrogate pair apart. */
function beforeHalfCharacter(text: string, length: number): number {
  const code = text.charCodeAt(length - 1);
  return code >= 0xd800 && code <= 0xdbff ? length - 1 : length;
}

function size(characters: number): string {
  const megabytes = characters / (1024 * 1024);
  return megabytes >= 1 ? `${megabytes.toFixed(1)} MB` : `${Math.ceil(characters / 1024)} KB`;
}
