import type { Completion, CompletionRequest } from "./languageModel.ts";

/** A request as a record knows it: everything that its answer depends on. */
export interface RecordedRequest extends CompletionRequest {
  /** `provider:model`; never the run's default. */
  readonly model: string;
  /** Address of the server, where the name alone does not say it. */
  readonly server?: string | undefined;
}

/**
 * What an answer came to. All that were paid for are kept, also those that were cut off, refused, filtered or empty: at
 * temperature 0 asking again brings the same, and above it another sample number asks afresh. Failures are never kept.
 */
export type RecordedAnswer = Pick<Completion, "text" | "stop" | "usage">;

/** The right to send a request. */
export interface RequestClaim {
  /** Gives it back: at once where nothing was answered, else as soon as others can find the answer. */
  release(): void;
}

/** Answers to requests made before, by this and by other runs and processes. */
export interface AnswerRecord {
  /**
   * The answer to an equal request; undefined where there is none that can be read. Never fails.
   * @param key of the request, by `requestKey`
   */
  find(key: string, request: RecordedRequest): Promise<RecordedAnswer | undefined>;
  /**
   * As `find`; but where there is no answer, no other process sends an equal request until the claim is given back. Another
   * that is about to send one is waited for, though no longer than a request may take. Absent where no other process has
   * this record.
   * @param timeoutMs what a request to this model may take, where it is not what others may
   * @throws the signal's reason once it is aborted
   */
  claim?(
    key: string,
    request: RecordedRequest,
    signal: AbortSignal,
    timeoutMs?: number,
  ): Promise<RecordedAnswer | RequestClaim>;
  /**
   * On return the answer outlives the process.
   * @param sent id of the request that brought the answer, by which `answerTo` finds it
   * @throws the file system's error where it cannot be written; it is found all the same as long as the process lives
   */
  keep(key: string, request: RecordedRequest, answer: RecordedAnswer, sent?: string): Promise<void>;
  /** What the request of that id brought, where that is kept under the key. Never fails. */
  answerTo?(key: string, sent: string): Promise<RecordedAnswer | undefined>;
}
