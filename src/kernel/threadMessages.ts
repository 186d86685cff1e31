import type { GateWait } from "../models/gateWait.ts";
import type { Execute, ExecuteResult, Initialize, Outputs, TrainerHealth } from "../notebook/kernelProtocol.ts";

/**
 * The two threads of a kernel process. The main thread evaluates cells, so that user code has a whole process to itself.
 * A worker, the channel thread, speaks with the parent: it hears an interrupt, shows output and notices the parent's death
 * also while a cell keeps the main thread in synchronous code.
 */
export type ToEvaluation =
  | { readonly type: "initialize"; readonly request: Initialize }
  | { readonly type: "execute"; readonly request: Execute }
  | { readonly type: "interrupt"; readonly order: number; readonly force: boolean }
  /** Synchronous code was terminated while this cell ran. What it awaited may never settle. */
  | { readonly type: "terminated"; readonly order: number }
  /** Answered by `pong`: a thread that does not answer is in synchronous code. */
  | { readonly type: "ping"; readonly number: number }
  /** The parent's answer to `ask` of that number. */
  | { readonly type: "answer"; readonly number: number; readonly answer: ParentAnswer }
  /** It is the turn of `ask` of that number; whoever still wants it says `here`. */
  | { readonly type: "turn"; readonly number: number }
  /** The turn of `ask` of that number does not come for a while. */
  | { readonly type: "waits"; readonly number: number; readonly wait: GateWait }
  /** The parent closed the channel or died. */
  | { readonly type: "parent gone" };

/** What the parent answered, or why it did not. */
export type ParentAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly message: string; readonly data: unknown };

export type ToChannel =
  | { readonly type: "ready" }
  | ({ readonly type: "outputs" } & Outputs)
  | { readonly type: "ended"; readonly order: number; readonly result: ExecuteResult }
  | { readonly type: "pong"; readonly number: number }
  | { readonly type: "log"; readonly text: string }
  | { readonly type: "trainer"; readonly health: TrainerHealth }
  /** A request to the parent: a method of the protocol with its parameters. */
  | { readonly type: "ask"; readonly number: number; readonly method: string; readonly params: object }
  /** Nobody waits for the answer any more. */
  | { readonly type: "unask"; readonly number: number }
  /** A notification to the parent. */
  | { readonly type: "tell"; readonly method: string; readonly params: object }
  /** The main thread is awake and takes the turn of that number. */
  | { readonly type: "here"; readonly number: number }
  /** The process is about to exit and waits for everything said so far to be handed on. */
  | { readonly type: "exiting" };

/** Memory that both threads see, for what must be known while one of them is in synchronous code. */
export interface SharedCounts {
  /** Messages to the channel thread that it has not read yet. */
  readonly unread: Int32Array;
  /** 1 once the channel thread has handed on everything before `exiting`. */
  readonly drained: Int32Array;
  /** Order of the latest cell whose synchronous code was terminated. */
  readonly terminated: Int32Array;
}

const bytes = Int32Array.BYTES_PER_ELEMENT;

export function newSharedMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(3 * bytes);
}

export function sharedCounts(memory: SharedArrayBuffer): SharedCounts {
  const [unread, drained, terminated] = [0, 1, 2].map((place) => new Int32Array(memory, place * bytes, 1));
  if (!unread || !drained || !terminated) throw new Error("the shared memory is too small");
  return { unread, drained, terminated };
}
