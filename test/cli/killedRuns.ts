import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import { type Random, seededRandom } from "../../src/system/random.ts";
import { type LoopbackProcess, startLoopbackProcess } from "../models/loopback/loopbackProcess.ts";
import { AcceptedUpdates } from "./acceptedUpdates.ts";
import { type Course, courseOf } from "./paidCourse.ts";
import { PaidPlace } from "./paidPlace.ts";

/** Requests under way at most, as the experiment is set. */
const CONCURRENCY = 4;
/**
 * Shares of its log by which a run grows at most before a process is killed: it gets further only where a life is longer than
 * the work between two checkpoints, and many lives are to end soon.
 */
const LATEST_SHARES = [1 / 8, 1 / 2] as const;
/** Share of the kills that come by time alone, most of them while the process still starts. */
const EARLY_SHARE = 0.25;
/** How often a log is looked at, and whether the victim is there. */
const [LOOK_MS, SEEK_MS] = [5, 50];

/** How a process that took a run further has ended: well, or as it said. */
export type End = { readonly kind: "well" } | { readonly kind: "failed"; readonly why: string };

/** One process that takes a run further, from its start or from where it was left. */
export interface Life {
  /** Whom to kill; undefined as long as that is not there. */
  victim(): number | undefined;
  readonly end: Promise<End>;
}

/** Who works on a run, and whom of it a kill is meant for. */
export interface Manner {
  /** Begins a run, or goes on with the one that there is. */
  begin(place: PaidPlace): Life;
}

/** A moment in the life of a process: its run's log has grown by so many bytes, so many milliseconds ago. */
interface Moment {
  readonly bytes: number;
  readonly ms: number;
}

/** Runs that are killed at random moments, while a server with faults answers. */
export class KilledRuns {
  readonly #server: LoopbackProcess;
  readonly #random: Random;
  readonly #undisturbed: Course;
  #kills = 0;
  #runs = 0;

  private constructor(server: LoopbackProcess, random: Random, undisturbed: Course) {
    this.#server = server;
    this.#random = random;
    this.#undisturbed = undisturbed;
  }

  /** With the run that nobody disturbs, which all others have to come to the same end as. */
  static async prepare(seed: string, { begin }: Manner): Promise<KilledRuns> {
    const settings = { latencyMs: 10, share: 0.04 };
    const entry = fileURLToPath(new URL("paidToyServer.ts", import.meta.url));
    const server = await startLoopbackProcess(settings as never, entry);
    onTestFinished(() => server.close());
    const place = new PaidPlace(server.url);
    const before = await server.ledger();
    const random = seededRandom(seed);
    expect(await begin(place).end).toEqual({ kind: "well" });
    const after = await server.ledger();
    const undisturbed = courseOf(place, before, after);
    expect(Object.keys(after.faults)).not.toEqual([]);
    expect(undisturbed.result.accepted).toBeGreaterThan(1);
    expect(undisturbed.answers).toBe(undisturbed.calls);
    expect(undisturbed.serverTokens).toBe(undisturbed.tokens);
    return new KilledRuns(server, random, undisturbed);
  }

  get kills(): number {
    return this.#kills;
  }

  /** Kills so many processes in that manner. Every run comes to its end. */
  async kill(times: number, manner: Manner): Promise<void> {
    const until = this.#kills + times;
    while (this.#kills < until) await this.#course(until, manner);
  }

  async #course(until: number, { begin }: Manner): Promise<void> {
    const place = new PaidPlace(this.#server.url);
    const updates = new AcceptedUpdates(place);
    const random = this.#random.derive(`run ${this.#runs++}`);
    const before = await this.#server.ledger();
    let kills = 0;
    while (place.summary === undefined) {
      const life = begin(place);
      const struck = this.#kills < until && (await strike(place, life, this.#moment(random)));
      const ended = await life.end;
      if (ended.kind === "failed") {
        expect(struck, ended.why).toBe(true);
        expect(ended.why).toContain("SIGKILL");
        kills++;
        this.#kills++;
      }
      updates.look();
    }
    this.#compare(courseOf(place, before, await this.#server.ledger()), kills);
    updates.check(this.#undisturbed.result.accepted);
  }

  #moment(random: Random): Moment {
    if (random.next() < EARLY_SHARE) return { bytes: 0, ms: random.integer(500) };
    const bytes = 1 + random.integer(Math.ceil(this.#undisturbed.logged * random.pick(LATEST_SHARES)));
    return { bytes, ms: random.integer(25) };
  }

  #compare(killed: Course, kills: number): void {
    const undisturbed = this.#undisturbed;
    expect(killed.result).toEqual(undisturbed.result);
    // Every answer that came is counted once, and none is asked for again.
    expect(killed.paidAgain).toEqual([]);
    expect(killed.calls).toBe(undisturbed.calls);
    expect(killed.tokens).toBe(undisturbed.tokens);
    // What was answered beyond that was on its way to a process that was killed, and may have cost what is said of it.
    expect(killed.answers - killed.calls).toBeGreaterThanOrEqual(0);
    expect(killed.answers - killed.calls).toBeLessThanOrEqual(Math.min(kills * CONCURRENCY, killed.unanswered.calls));
    expect(killed.serverTokens - killed.tokens).toBeLessThanOrEqual(killed.unanswered.tokens);
  }
}

/** @returns whether a process was killed; false when the life was over before */
async function strike(place: PaidPlace, life: Life, { bytes, ms }: Moment): Promise<boolean> {
  let isOver = false;
  const over = life.end.then(() => {
    isOver = true;
  });
  const from = place.logged;
  while (!isOver && place.logged < from + bytes) await Promise.race([over, rest(LOOK_MS)]);
  await Promise.race([over, rest(ms)]);
  while (!isOver) {
    const pid = life.victim();
    if (pid !== undefined) return isKilled(pid);
    await Promise.race([over, rest(SEEK_MS)]);
  }
  return false;
}

function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
    return false;
  }
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
