import { diskProblem } from "../run/diskError.ts";
import { errorMessage } from "../system/userError.ts";
import type { AnswerRecord, RecordedRequest } from "./answerRecord.ts";
import type { Completion, CompletionRequest, LanguageModel } from "./languageModel.ts";
import { ModelFailure } from "./modelFailure.ts";
import { requestKey } from "./record/requestKey.ts";
import { notesOf } from "./requestNotes.ts";
import { wrappedModel } from "./wrappedModel.ts";

/** An answer that was paid for and that the record could not take. */
export interface BlockedAnswer {
  readonly error: unknown;
  /** What it comes to, about. */
  readonly bytes: number;
  /** Tries again. @throws the file system's error */
  readonly write: () => Promise<void>;
}

export interface Recording {
  readonly record: AnswerRecord;
  /** Address of the server of a model, where its name alone does not say it. */
  readonly server?: ((name: string) => string | undefined) | undefined;
  /** Milliseconds that a request to a model may take, where the workspace says it. */
  readonly timeoutMs?: ((name: string) => number | undefined) | undefined;
  /** Whether answers of the model are kept; all are by default. */
  readonly keeps?: ((name: string) => boolean) | undefined;
  /** Stands for the run that asks: what stops one run, such as its budget, stops no other that waits for the same. */
  readonly run?: object;
  /**
   * An answer cannot be written for now (the disk is full, the folder read-only): resolves once it is. Where this is absent,
   * or waiting would mend nothing, it is a warning.
   * @param signal aborted when nobody waits any longer; the answer is still worth to be written
   * @throws what is then thrown to all who wait
   */
  readonly onBlocked?: ((blocked: BlockedAnswer, signal: AbortSignal) => Promise<void>) | undefined;
}

/**
 * `model` answering requests from a record of earlier answers, where they are marked as `recorded`. Equal requests that are
 * under way at the same time, of whichever run of the process, are sent once: one of those who wait gets the answer as it
 * came, the others get it as recorded. It is broken off only when all who waited have gone. Where the record is shared by
 * processes, equal requests of another one are waited for.
 */
export function recordedModel(model: LanguageModel, recording: Recording): LanguageModel {
  const { record, server, keeps, run = recording } = recording;
  const requests = sharedRequests(record);
  return wrappedModel(model, async (request, signal) => {
    const name = request.model ?? model.name;
    if (keeps?.(name) === false) return model.complete(request, signal);
    const recorded: RecordedRequest = { ...request, model: name, server: server?.(name) };
    const key = requestKey(recorded);
    for (;;) {
      signal.throwIfAborted();
      const running = requests.get(key);
      const shared = running ?? new SharedRequest(run);
      const answer = shared.join(run, signal);
      if (running === undefined) {
        requests.set(key, shared);
        const asked = (ending: AbortSignal) => answered(model, request, { key, recorded }, recording, ending);
        // Whoever comes after the end finds the answer in the record; whoever comes after all have gone asks anew.
        shared.begin(asked, () => {
          if (requests.get(key) === shared) requests.delete(key);
        });
      }
      const came = await answer;
      if (came !== "again") return came;
    }
  });
}

async function answered(
  model: LanguageModel,
  request: CompletionRequest,
  { key, recorded }: { readonly key: string; readonly recorded: RecordedRequest },
  recording: Recording,
  signal: AbortSignal,
): Promise<Completion> {
  const { record, timeoutMs } = recording;
  const found = await (record.claim?.(key, recorded, signal, timeoutMs?.(recorded.model)) ??
    record.find(key, recorded));
  if (found !== undefined && "text" in found) return { ...found, recorded: true };
  try {
    return await sent(model, request, { key, recorded }, recording, signal);
  } finally {
    found?.release();
  }
}

async function sent(
  model: LanguageModel,
  request: CompletionRequest,
  { key, recorded }: { readonly key: string; readonly recorded: RecordedRequest },
  recording: Recording,
  signal: AbortSignal,
): Promise<Completion> {
  signal.throwIfAborted();
  // The caller's own may be under way more than once.
  const single = { ...request };
  const notes = notesOf(single);
  let isKept = false;
  notes.key = key;
  notes.keep = async (answer, id) => {
    isKept = true;
    await kept(recorded, { key, answer, id }, recording, signal);
  };
  const completion = await model.complete(single, signal);
  if (completion.recorded !== true && !isKept) await notes.keep(completion, undefined);
  return completion;
}

async function kept(
  request: RecordedRequest,
  { key, answer, id }: { readonly key: string; readonly answer: Completion; readonly id: string | undefined },
  { record, onBlocked }: Recording,
  signal: AbortSignal,
): Promise<void> {
  const { text, stop, usage } = answer;
  const write = () => record.keep(key, request, { text, stop, usage }, id);
  try {
    await write();
  } catch (error) {
    if (onBlocked === undefined || diskProblem(error)?.passes !== true) warnOnce(record, error);
    else await unblocked(record, onBlocked({ error, bytes: Buffer.byteLength(text), write }, signal), signal);
  }
}

async function unblocked(record: AnswerRecord, written: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await written;
  } catch (thrown) {
    signal.throwIfAborted();
    warnOnce(record, thrown);
  }
}

/** A request of which all records know the end, and some who wait for it. */
class SharedRequest {
  readonly #run: object;
  /** In the order in which they came. */
  readonly #waiters = new Set<Waiter>();
  readonly #ending = new AbortController();
  #forget: () => void = () => {};

  /** @param run whose layers the request goes through */
  constructor(run: object) {
    this.#run = run;
  }

  /**
   * "again": what it came to is nothing for this caller, who has to ask for himself.
   * @throws what the request came to; the signal's reason once it is aborted
   */
  join(run: object, signal: AbortSignal): Promise<Completion | "again"> {
    return new Promise((resolve, reject) => {
      const gone = (): void => {
        this.#waiters.delete(waiter);
        reject(signal.reason);
        if (this.#waiters.size > 0) return;
        this.#forget();
        this.#ending.abort(signal.reason);
      };
      const leave = (): void => signal.removeEventListener("abort", gone);
      const waiter: Waiter = {
        run,
        resolve: (came) => {
          leave();
          resolve(came);
        },
        reject: (thrown) => {
          leave();
          reject(thrown);
        },
      };
      signal.addEventListener("abort", gone, { once: true });
      this.#waiters.add(waiter);
    });
  }

  begin(ask: (signal: AbortSignal) => Promise<Completion>, forget: () => void): void {
    this.#forget = forget;
    ask(this.#ending.signal).then(
      (completion) => {
        forget();
        this.#answer(completion);
      },
      (thrown: unknown) => {
        forget();
        this.#fail(thrown);
      },
    );
  }

  #answer(completion: Completion): void {
    const { text, stop, usage } = completion;
    const again: Completion = { text, stop, usage, recorded: true };
    let next = completion;
    for (const waiter of this.#waiters) {
      waiter.resolve(next);
      next = again;
    }
  }

  #fail(thrown: unknown): void {
    for (const { run, resolve, reject } of this.#waiters) {
      if (run === this.#run || thrown instanceof ModelFailure) reject(thrown);
      else resolve("again");
    }
  }
}

interface Waiter {
  readonly run: object;
  resolve(came: Completion | "again"): void;
  reject(thrown: unknown): void;
}

const underWay = new WeakMap<AnswerRecord, Map<string, SharedRequest>>();

function sharedRequests(record: AnswerRecord): Map<string, SharedRequest> {
  const known = underWay.get(record);
  if (known !== undefined) return known;
  const requests = new Map<string, SharedRequest>();
  underWay.set(record, requests);
  return requests;
}

const warned = new WeakSet<AnswerRecord>();

function warnOnce(record: AnswerRecord, error: unknown): void {
  if (warned.has(record)) return;
  warned.add(record);
  process.emitWarning(
    `An answer of a model could not be recorded, and would be paid for again: ${errorMessage(error)}. The run goes on.`,
  );
}
