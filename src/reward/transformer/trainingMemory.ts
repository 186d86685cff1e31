import { freemem, totalmem } from "node:os";
import { UserError } from "../../system/userError.ts";

/** What can be read of memory, in bytes. */
export interface MemoryReadings {
  /** What this process holds. */
  readonly held: () => number;
  /** What can be taken without writing other memory to disk; undefined where the system does not say. */
  readonly available: () => number | undefined;
  /** Of the machine, or of the container that the process runs in. */
  readonly total: number;
}

/** Share of the machine that a trainer takes at most where nothing is set: the editor and the programs it runs need the rest. */
const SHARE = 0.6;
/** What is left to others, whatever is set. */
const RESERVE_BYTES = 384 * 2 ** 20;
const MIB = 2 ** 20;

/** This process and this machine. */
export function ownMemory(): MemoryReadings {
  const constrained = process.constrainedMemory?.() ?? 0;
  const total = constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  return {
    held: () => process.memoryUsage.rss(),
    // On macOS what is not free is mostly files that can be let go of, which the system does not tell.
    available: () => (process.platform === "darwin" ? undefined : freemem()),
    total,
  };
}

/** Refuses what would make the machine swap, before it is begun. */
export class TrainingMemory {
  readonly #readings: MemoryReadings;
  readonly #limit: number;
  readonly #isSet: boolean;

  /** @param limitMb MiB that the process may hold; null for a share of the machine's */
  constructor(limitMb: number | null, readings: MemoryReadings = ownMemory()) {
    this.#readings = readings;
    this.#isSet = limitMb !== null;
    this.#limit = limitMb === null ? SHARE * readings.total : limitMb * MIB;
  }

  /** Bytes that can still be taken. */
  get room(): number {
    const { held, available } = this.#readings;
    const free = available();
    const ofLimit = this.#limit - held();
    return free === undefined ? ofLimit : Math.min(ofLimit, free - RESERVE_BYTES);
  }

  /**
   * @param taken bytes of these that the process holds already
   * @throws UserError where they are too many
   */
  demand(bytes: number, what: string, taken = 0): void {
    if (Math.max(0, bytes - taken) <= this.room) return;
    const { held, available } = this.#readings;
    const free = available();
    const isFull = free !== undefined && free - RESERVE_BYTES < this.#limit - held();
    const bound = isFull
      ? `this machine has ${shown(free)} MiB left, of which ${shown(RESERVE_BYTES)} stay for others`
      : `the trainer holds ${shown(held())} of ${shown(this.#limit)} MiB that ${this.#isSet ? "`rewards.memoryMb` allows" : "it may take of this machine"}`;
    const remedy = isFull ? "Close other programs" : "Raise `rewards.memoryMb`";
    throw new UserError(
      `${what} needs about ${shown(bytes)} MiB, and ${bound}. ${remedy}, choose a smaller backbone or a lower \`rewards.rank\`, ` +
        'or learn local rewards with `rewards.backbone` "lexical".',
    );
  }
}

const shown = (bytes: number): string => Math.max(0, Math.ceil(bytes / MIB)).toString();
