import type { Completion, CompletionRequest } from "./languageModel.ts";

/** What the layers around a request tell each other of it. */
export interface RequestNotes {
  /** In the record of answers, where it has one. */
  key?: string;
  /**
   * Puts its answer into the record: who settles what the answer cost has that done before, so that a process that is killed
   * between the two has lost neither.
   * @param id of the request that brought the answer, where it has one
   */
  keep?: (answer: Completion, id: string | undefined) => Promise<void>;
  /**
   * To be called right before it is sent: what it may cost is on the disk by then.
   * @returns undefined where nothing is to be waited for
   * @throws (rejects) where it is not to be sent after all
   */
  sending?: (signal: AbortSignal) => Promise<void> | undefined;
}

/** A request itself is data, which may travel to other processes. */
const notes = new WeakMap<CompletionRequest, RequestNotes>();

export function notesOf(request: CompletionRequest): RequestNotes {
  const known = notes.get(request);
  if (known !== undefined) return known;
  const made: RequestNotes = {};
  notes.set(request, made);
  return made;
}
