import { diskErrorCode } from "../run/diskError.ts";
import { type Clock, pause, systemClock } from "../system/clock.ts";
import type { AnswerRecord, RecordedAnswer, RecordedRequest, RequestClaim } from "./answerRecord.ts";
import { REQUEST_TIMEOUT_MS } from "./providers/provider.ts";
import { AnswerJournal, journaledAnswers, type Segment } from "./record/answerJournal.ts";
import { AnswerStore, touch } from "./record/answerStore.ts";
import { AnswerUses } from "./record/answerUses.ts";
import { bytesOnDisk, evict, TOUCH_MS } from "./record/eviction.ts";
import { RecentAnswers } from "./record/recentAnswers.ts";
import { makeRecordFolder, recordLimit } from "./record/recordFolder.ts";
import { RequestClaims } from "./record/requestClaims.ts";
import { answerOf, type StoredAnswer, storedAnswer } from "./record/storedAnswer.ts";
import type { FoundAnswer } from "./record/storedEntry.ts";

/** Bytes of answers in memory, those asked for last. */
const RECENT_BYTES = 32 * 1024 * 1024;
/** Answers that are read from the disk one after another before others have a turn: some milliseconds. */
const READS_AT_ONCE = 64;
/** Entries that are written at the same time. */
const WRITERS = 2;
/** How long answers gather before their entries are written: the caller has his by then, and goes on undisturbed. */
const GATHER_MS = 20;
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;
/** How often it is looked whether another process has the answer: at first, and later. */
const FIRST_LOOK_MS = 5;
const LATER_LOOKS_MS = 200;
/** Share of the limit that a process may write before it looks whether the limit is kept. */
const UNSEEN_SHARE = 1 / 64;
/** Bytes of answers on their way that stay in memory; those above are read from the journal by the next process. */
const PENDING_BYTES = 64 * 1024 * 1024;

export interface CachedAnswersOptions {
  readonly clock?: Clock;
  /** Answers used at this time or later (milliseconds since 1970) are never evicted: runs that go on need them. */
  readonly keptSince?: () => number;
}

interface Pending {
  readonly answer: StoredAnswer;
  readonly segment: Segment;
}

/**
 * Answers in a folder that all runs and processes share. A kept answer is appended to the journal of the process, found at
 * once, and put into the record beside everything else; what a killed process did not put there, the next one does. What is
 * damaged counts as never kept.
 */
export class CachedAnswers implements AnswerRecord {
  readonly folder: string;
  readonly #clock: Clock;
  readonly #keptSince: (() => number) | undefined;
  readonly #store: AnswerStore;
  readonly #journal: AnswerJournal;
  readonly #uses: AnswerUses;
  readonly #claims: RequestClaims;
  readonly #recent = new RecentAnswers(RECENT_BYTES);
  readonly #pending = new Map<string, StoredAnswer>();
  #pendingBytes = 0;
  readonly #waiting: Pending[] = [];
  #writers = 0;
  #gathering = false;
  #failures = 0;
  #resting = false;
  #opened = false;
  /** Bytes written since the size was last looked at; undefined before it was. */
  #unseen: number | undefined;
  #evicting = false;
  /** Answers read from the disk since others had their turn. */
  #readAtOnce = 0;
  readonly #settled: (() => void)[] = [];

  /** Nothing is read or written before the first request. */
  constructor(folder: string, options: CachedAnswersOptions = {}) {
    this.folder = folder;
    this.#clock = options.clock ?? systemClock;
    this.#keptSince = options.keptSince;
    this.#store = new AnswerStore(folder);
    this.#journal = new AnswerJournal(folder);
    this.#uses = new AnswerUses(folder, this.#clock.now());
    this.#claims = new RequestClaims(folder);
  }

  async find(key: string, request: RecordedRequest): Promise<RecordedAnswer | undefined> {
    const found = await this.#find(key);
    this.#uses.count(request.model, found === undefined ? "missed" : "found", this.#clock.now());
    return found;
  }

  async claim(
    key: string,
    request: RecordedRequest,
    signal: AbortSignal,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<RecordedAnswer | RequestClaim> {
    const found = (await this.#find(key)) ?? (await this.#foundWhenClaimed(key, signal, timeoutMs));
    this.#uses.count(request.model, found === undefined ? "missed" : "found", this.#clock.now());
    return found ?? { release: () => this.#release(key) };
  }

  keep(key: string, request: RecordedRequest, answer: RecordedAnswer, sent?: string): Promise<void> {
    // Synchronous up to the end: nothing comes between the answer and its line.
    try {
      this.#recent.set(key, answer);
      this.#open();
      const stored = storedAnswer(key, request, answer, this.#clock.now(), sent);
      this.#put({ answer: stored, segment: this.#append(stored) });
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async answerTo(key: string, sent: string): Promise<RecordedAnswer | undefined> {
    this.#openIfPossible();
    const stored = this.#pending.get(key) ?? (await this.#store.get(key))?.answer;
    return stored?.sent === sent ? answerOf(stored) : undefined;
  }

  /** Resolves once all that was kept is in the record, or cannot be put there for now. */
  async settled(): Promise<void> {
    this.#write();
    while (this.#writers > 0 || (this.#waiting.length > 0 && !this.#resting)) {
      await new Promise<void>((resolve) => this.#settled.push(resolve));
    }
    this.tidy();
  }

  /** Leaves nothing that the next process would have to clear away; at the end of the process. */
  tidy(): void {
    this.#uses.note();
    this.#journal.tidy();
    this.#claims.tidy();
  }

  /** @returns undefined, with the claim, where there is still no answer when nobody else is about to bring one */
  async #foundWhenClaimed(key: string, signal: AbortSignal, timeoutMs: number): Promise<RecordedAnswer | undefined> {
    const until = this.#clock.now() + timeoutMs;
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(2 * waitMs, LATER_LOOKS_MS)) {
      const taking = this.#claims.take(key);
      if (taking === "unknown" || (taking === "held" && this.#clock.now() >= until)) return undefined;
      if (taking !== "held") {
        // It may have come just before.
        const found = taking === "taken" ? await this.#find(key) : await this.#leftAnswer(key);
        if (found !== undefined) this.#release(key);
        return found;
      }
      await pause(this.#clock, waitMs, signal);
    }
  }

  /** What a process that is gone was answered: it lies in its journal, or in that of whoever has taken that over. */
  async #leftAnswer(key: string): Promise<RecordedAnswer | undefined> {
    try {
      this.#adopt();
      const left = this.#pending.has(key) ? undefined : journaledAnswers(this.folder).find((one) => one.key === key);
      // Whoever has it could not claim it: others wait for this process.
      if (left !== undefined) this.#put({ answer: left, segment: this.#append(left) });
    } catch {
      // Then it is found by nobody.
    }
    return this.#find(key);
  }

  /** What is on its way into the record is found by others once it is there. */
  #release(key: string): void {
    if (!this.#pending.has(key)) this.#claims.release(key);
  }

  #find(key: string): Promise<RecordedAnswer | undefined> | RecordedAnswer | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    this.#openIfPossible();
    const pending = this.#pending.get(key);
    return pending === undefined ? this.#stored(key) : this.#remembered(key, answerOf(pending));
  }

  async #stored(key: string): Promise<RecordedAnswer | undefined> {
    if (++this.#readAtOnce >= READS_AT_ONCE) await this.#breath();
    const found = await this.#store.get(key);
    if (found === undefined) return undefined;
    this.#touch(found);
    return this.#remembered(key, answerOf(found.answer));
  }

  /** Reading keeps the thread: whoever waits for anything else, such as a stop of the run, has turns between. */
  async #breath(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#readAtOnce = 0;
  }

  #remembered(key: string, answer: RecordedAnswer): RecordedAnswer {
    this.#recent.set(key, answer);
    return answer;
  }

  #openIfPossible(): void {
    try {
      this.#open();
    } catch {
      // Read-only folders can be read.
    }
  }

  /** @throws the file system's error; the next call tries again */
  #open(): void {
    if (this.#opened) return;
    makeRecordFolder(this.folder);
    this.#opened = true;
    // Read before: the answers to these are then taken over, too.
    const left = this.#claims.left();
    this.#adopt();
    this.#claims.remove(left);
    records.add(this);
  }

  /** @throws the file system's error */
  #adopt(): void {
    // Others wait until these answers are in the record, instead of asking for them once more.
    const claimed = (answers: readonly StoredAnswer[]): (() => void) => {
      const keys = answers.map(({ key }) => key).filter((key) => !this.#claims.holds(key));
      for (const key of keys) this.#claims.take(key);
      return () => {
        for (const key of keys) this.#claims.release(key);
      };
    };
    for (const left of this.#journal.adopt(this.#clock.now(), claimed)) this.#put(left);
  }

  #append(answer: StoredAnswer): Segment {
    try {
      return this.#journal.append(answer);
    } catch (error) {
      if (diskErrorCode(error) !== "ENOENT") throw error;
      // Somebody removed the folder.
      makeRecordFolder(this.folder);
      return this.#journal.append(answer);
    }
  }

  #put(pending: Pending): void {
    const { answer } = pending;
    this.#waiting.push(pending);
    this.#pending.set(answer.key, answer);
    this.#pendingBytes += weightOf(answer);
    for (const [oldest, { text }] of this.#pending) {
      if (this.#pendingBytes <= PENDING_BYTES) break;
      this.#pending.delete(oldest);
      this.#pendingBytes -= weightOf({ text });
    }
    if (this.#gathering || this.#writers > 0) return;
    this.#gathering = true;
    setTimeout(() => {
      this.#gathering = false;
      this.#write();
    }, GATHER_MS);
  }

  #write(): void {
    while (this.#writers < WRITERS && !this.#resting) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#writers++;
      void this.#written(next).then(() => {
        this.#writers--;
        this.#write();
        if (this.#writers === 0) for (const settled of this.#settled.splice(0)) settled();
      });
    }
  }

  /** What cannot be written now stays in the journal, and is tried again later. */
  async #written(pending: Pending): Promise<void> {
    const { answer, segment } = pending;
    try {
      await this.#store.put(answer);
    } catch {
      this.#waiting.unshift(pending);
      this.#rest();
      return;
    }
    this.#failures = 0;
    if (this.#pending.get(answer.key) === answer) {
      this.#pending.delete(answer.key);
      this.#pendingBytes -= weightOf(answer);
    }
    this.#claims.release(answer.key);
    this.#journal.done(segment);
    this.#watchSize(bytesOnDisk(weightOf(answer)));
  }

  #rest(): void {
    if (this.#resting) return;
    this.#resting = true;
    const ms = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** this.#failures++);
    // No process waits for it: the journal has it all.
    setTimeout(() => {
      this.#resting = false;
      this.#write();
    }, ms).unref();
  }

  #watchSize(bytes: number): void {
    if (this.#unseen !== undefined) this.#unseen += bytes;
    if (this.#evicting) return;
    if (this.#unseen !== undefined && this.#unseen < recordLimit(this.folder) * UNSEEN_SHARE) return;
    this.#evicting = true;
    this.#unseen = 0;
    void evict(this.folder, this.#clock.now(), this.#keptSince)
      // Whatever was in its way will be told by what has to be written.
      .catch(() => undefined)
      .then(() => {
        this.#evicting = false;
        // What came meanwhile may be too much again.
        this.#watchSize(0);
      });
  }

  #touch({ path, usedAt }: FoundAnswer): void {
    const now = this.#clock.now();
    if (usedAt === undefined || now - usedAt >= TOUCH_MS) touch(path, now);
  }
}

function weightOf({ text }: Pick<StoredAnswer, "text">): number {
  return 2 * text.length + 600;
}

/** Records that this process has opened. */
const records = new Set<CachedAnswers>();

process.once("exit", () => {
  for (const record of records) record.tidy();
});

const byFolder = new Map<string, CachedAnswers>();

/** The record of this process in a folder: one, so that all of its runs find at once what one of them was answered. */
export function cachedAnswers(folder: string, options: CachedAnswersOptions = {}): CachedAnswers {
  const known = byFolder.get(folder);
  if (known !== undefined) return known;
  const record = new CachedAnswers(folder, options);
  byFolder.set(folder, record);
  return record;
}
