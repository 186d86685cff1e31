/** So many of the last requests must be refused before a limit is believed in: single refusals have other causes. */
const TOO_MANY = { refused: 10, of: 50 };

/** The same for one that is kept to: it is measured anew, roughly at first. */
const STILL_TOO_MANY = { refused: 3, of: 60 };

/** What each refusal leaves of a limit that is believed in. */
const LESS = 0.94;

const MINUTE_MS = 60_000;
/** What is measured over less is chance. */
const LEAST_MEASURED_MS = 1_000;
const LEAST_MEASURED_AGAIN_MS = 3_000;
const LEAST_MEASURED_REQUESTS = 15;
/** Where nothing was sent for longer, nobody wanted to. */
const IDLE_MS = 5_000;

/** By how much more is tried of a pace that was measured roughly, until it is refused: in a second, and by each request. */
const MORE_EACH_SECOND = 0.08;
const MORE_EACH_REQUEST = 0.02;
/** What is tried first of a rough measure. */
const TRIED = 0.97;
/** A measure that differs by no more from the one before it is good. */
const ALIKE = 0.03;
/** How long a limit is measured again and again, and how often it is refused for that at most. */
const MEASURING_MS = 45_000;
const MOST_MEASURED = 6;

/** Refusals that come although so much less is sent have nothing to do with the pace. */
const FAR_LESS = 0.5;

/** What is used of a limit that was only measured. */
const USED = 0.97;

/** How long a measured limit is kept to before a higher one is tried, and by how much in each minute from then on. */
const KEPT_MS = 5 * MINUTE_MS;
const MORE_EACH_MINUTE = 0.05;

/** A pace that was measured, in requests a minute. */
type Measured =
  /** More and more of it is tried, and it is measured again. */
  | { readonly kind: "rough"; readonly perMinute: number; readonly tried: number; readonly times: number }
  | { readonly kind: "kept"; readonly perMinute: number; readonly keptMs: number };

/** A request that was sent. */
export interface PacedRequest {
  answered(): void;
  /** The provider let no more through. */
  refused(now: number): void;
  /** It came to nothing that tells of a limit. */
  gone(): void;
}

interface Sent {
  readonly at: number;
  fate: "under way" | "answered" | "refused" | "gone";
}

/**
 * A limit that nobody told. At each refusal nothing was left of what the provider allows, so that between two of them it let
 * through what flows in, however much may come at once. What is measured so from the first refusals is rough: many were
 * refused, and came back later. Little by little more is sent until it is refused again, and two measures are alike. Then the
 * pace is kept to for minutes, and a higher one is felt for from below; a refusal above it sets it back at once.
 */
export class LearntPace {
  /** The last minute, at least. */
  readonly #sent: Sent[] = [];
  #elapsed = { busyMs: 0, at: Number.NEGATIVE_INFINITY };
  /** Whether the last requests were refused. */
  #refused: boolean[] = [];
  #measured: Measured | undefined;
  /** When it was begun to measure, and when the last measure was taken. */
  #begunAt = 0;
  #measuredAt = 0;
  /** What refusals since have left of it, and when the last of them was heard of: what was sent before was sent before that. */
  #left = 1;
  #heardAt = 0;
  /** The most that came out when it was measured with some certainty. */
  #most = 0;

  /** Requests a minute; Infinity while no limit has shown itself. */
  perMinute(now: number): number {
    return this.#paceAt(this.#busyMs(now));
  }

  #paceAt(now: number): number {
    const measured = this.#measured;
    if (measured === undefined) return Number.POSITIVE_INFINITY;
    const perMinute = measured.perMinute * this.#left;
    if (measured.kind === "rough") return perMinute * measured.tried;
    const beyond = Math.max(0, now - this.#measuredAt - measured.keptMs) / MINUTE_MS;
    return perMinute * USED * (1 + MORE_EACH_MINUTE * beyond);
  }

  /** A request is sent at the pace of now. */
  enter(at: number): PacedRequest {
    const now = this.#busyMs(at);
    this.#elapsed = { busyMs: now, at };
    this.#endMeasuring(now);
    const sent: Sent = { at: now, fate: "under way" };
    this.#sent.push(sent);
    this.#forget(now);
    return {
      answered: () => {
        sent.fate = "answered";
        this.#answered(now);
      },
      refused: (heardAt) => {
        sent.fate = "refused";
        this.#refusedAt(now, this.#busyMs(heardAt));
      },
      gone: () => {
        sent.fate = "gone";
      },
    };
  }

  /** The time in which requests were sent: what is told of moments below is told in it. */
  #busyMs(at: number): number {
    return this.#elapsed.busyMs + Math.min(IDLE_MS, Math.max(0, at - this.#elapsed.at));
  }

  #answered(enteredAt: number): void {
    this.#told(false);
    const measured = this.#measured;
    if (measured?.kind !== "rough" || enteredAt < this.#heardAt) return;
    const more = Math.min(MORE_EACH_REQUEST, (MORE_EACH_SECOND * 60) / this.#paceAt(enteredAt));
    this.#measured = { ...measured, tried: measured.tried * (1 + more) };
  }

  #refusedAt(enteredAt: number, now: number): void {
    const measured = this.#measured;
    if (measured === undefined) {
      this.#told(true);
      if (this.#isTooMany(TOO_MANY)) this.#believe(enteredAt, now);
      return;
    }
    if (enteredAt < this.#heardAt) return;
    this.#told(true);
    if (measured.kind === "rough") this.#measureAgain(measured, enteredAt, now);
    else this.#setBack(measured, now);
  }

  /** The first measure: what was let through since the first refusal. */
  #believe(enteredAt: number, now: number): void {
    const first = this.#sent.find(({ at, fate }) => fate === "refused" && at >= now - MINUTE_MS);
    this.#beginMeasuring(Math.min(first?.at ?? enteredAt, enteredAt - LEAST_MEASURED_MS), enteredAt, now);
  }

  #beginMeasuring(from: number, to: number, now: number): void {
    const perMinute = this.#let(from, to);
    // Where nothing was let through at all, there is no pace to learn.
    if (perMinute === 0) return;
    this.#begunAt = now;
    this.#keep({ kind: "rough", perMinute, tried: TRIED, times: 1 }, now);
  }

  #measureAgain(measured: Measured & { readonly kind: "rough" }, enteredAt: number, now: number): void {
    if (!this.#isMeasured(this.#measuredAt, enteredAt)) {
      // It was far too much: less is tried until there is something to measure.
      this.#measured = { ...measured, tried: TRIED };
      this.#less(now);
      return;
    }
    const perMinute = Math.min(this.#paceAt(enteredAt), this.#let(this.#measuredAt, enteredAt));
    this.#most = Math.max(this.#most, perMinute);
    const times = measured.times + 1;
    const isGood = Math.abs(perMinute - measured.perMinute) <= ALIKE * perMinute || times >= MOST_MEASURED;
    this.#keep(
      isGood ? { kind: "kept", perMinute, keptMs: KEPT_MS } : { kind: "rough", perMinute, tried: TRIED, times },
      now,
    );
  }

  /** Whoever has measured for long was refused enough: what was let through since the last refusal is allowed for certain. */
  #endMeasuring(now: number): void {
    const measured = this.#measured;
    if (measured?.kind !== "rough" || now - this.#begunAt < MEASURING_MS) return;
    const perMinute = this.#isMeasured(this.#measuredAt, now)
      ? this.#let(this.#measuredAt, now)
      : Math.min(measured.perMinute * this.#left, this.#paceAt(now));
    this.#keep({ kind: "kept", perMinute, keptMs: KEPT_MS }, now);
  }

  #setBack({ perMinute, keptMs }: Measured & { readonly kind: "kept" }, now: number): void {
    const since = now - this.#measuredAt;
    if (since > keptMs) {
      this.#keep({ kind: "kept", perMinute: perMinute * this.#left, keptMs: 2 * keptMs }, now);
    } else if (since >= LEAST_MEASURED_AGAIN_MS && this.#isTooMany(STILL_TOO_MANY)) {
      // The limit is another one by now, or refusals have other causes.
      this.#beginMeasuring(Math.max(this.#measuredAt, now - MINUTE_MS), now, now);
    } else {
      this.#less(now);
    }
  }

  #keep(measured: Measured, now: number): void {
    this.#measured = measured;
    this.#measuredAt = now;
    this.#left = 1;
    this.#heardAt = now;
    this.#refused = [];
  }

  #less(now: number): void {
    this.#left *= LESS;
    this.#heardAt = now;
    if (this.#paceAt(now) >= FAR_LESS * this.#most) return;
    // What was believed in was no limit, or is another one by now, which will show itself.
    this.#measured = undefined;
    this.#most = 0;
    this.#refused = [];
  }

  #isTooMany({ refused, of }: typeof TOO_MANY): boolean {
    return this.#refused.slice(-of).filter(Boolean).length >= refused;
  }

  #isMeasured(from: number, to: number): boolean {
    return to - from >= LEAST_MEASURED_AGAIN_MS && this.#count(from, to) >= LEAST_MEASURED_REQUESTS;
  }

  /** Requests a minute that were let through of those sent between two moments. */
  #let(from: number, to: number): number {
    return (this.#count(from, to) * MINUTE_MS) / (to - from);
  }

  /** What is under way is likely to be let through. */
  #count(from: number, to: number): number {
    const passes = ({ at, fate }: Sent) => at > from && at <= to && (fate === "answered" || fate === "under way");
    return this.#sent.filter(passes).length;
  }

  #told(refused: boolean): void {
    this.#refused.push(refused);
    if (this.#refused.length > STILL_TOO_MANY.of) this.#refused.shift();
  }

  /** Seldom, and many at once: nobody looks further back than a minute. */
  #forget(now: number): void {
    const [first] = this.#sent;
    if (first === undefined || first.at >= now - 2 * MINUTE_MS) return;
    const kept = this.#sent.findIndex(({ at }) => at >= now - MINUTE_MS);
    this.#sent.splice(0, kept < 0 ? this.#sent.length : kept);
  }
}
