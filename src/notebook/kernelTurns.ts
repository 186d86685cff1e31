import { type CancellationToken, ErrorCodes, ResponseError } from "vscode-jsonrpc/node";
import type * as z from "zod";
import { GateClosed, openGate, type Permit, type RequestGate } from "../models/requestGate.ts";
import { type ClosedGate, enterSchema, leaveSchema, type waitsSchema } from "./kernelProtocol.ts";

/** The turns that one kernel has, waits for, and gives back: the parent's side of the gate. */
export class KernelTurns {
  readonly #gate: RequestGate;
  readonly #held = new Map<number, Permit>();
  readonly #end = new AbortController();

  /** @param gate serves all kernels of the process; without one, whoever asks may send at once */
  constructor(gate: RequestGate = openGate) {
    this.#gate = gate;
  }

  /**
   * Waits for the turn that a kernel asks for.
   * @param tell says to the kernel why it does not come for a while
   * @throws ResponseError with `ClosedGate` when the provider asked for a very long pause; the reason when the kernel took
   * the question back or ended
   */
  async enter(
    params: unknown,
    token: CancellationToken,
    tell?: (waits: z.infer<typeof waitsSchema>) => void,
  ): Promise<{ readonly waitedMs: number }> {
    const { turn, ...entry } = enterSchema.parse(params);
    const takenBack = new AbortController();
    const cancelled = token.onCancellationRequested(() => takenBack.abort());
    if (token.isCancellationRequested) takenBack.abort();
    try {
      const permit = await this.#gate.enter(
        entry,
        AbortSignal.any([this.#end.signal, takenBack.signal]),
        tell && (({ provider, why, perMinute, ms }) => tell({ turn, wait: { provider, why, perMinute, ms } })),
      );
      // An answer to a question that was taken back is read by nobody.
      if (this.#end.signal.aborted || takenBack.signal.aborted || this.#held.has(turn)) {
        permit.leave({ kind: "unused" });
        throw new Error(`turn ${turn} came when nobody waited for it`);
      }
      this.#held.set(turn, permit);
      return { waitedMs: permit.waitedMs };
    } catch (thrown) {
      if (!(thrown instanceof GateClosed)) throw thrown;
      const { provider, retryAfterMs } = thrown;
      throw new ResponseError<ClosedGate>(ErrorCodes.InternalError, thrown.message, { provider, retryAfterMs });
    } finally {
      cancelled.dispose();
    }
  }

  leave(params: unknown): void {
    const { turn, passage } = leaveSchema.parse(params);
    const permit = this.#held.get(turn);
    this.#held.delete(turn);
    permit?.leave(passage);
  }

  /** The kernel computes and reads no answers, or does so again: other kernels need not wait for its requests meanwhile. */
  responsive(responsive: boolean): void {
    for (const permit of this.#held.values()) permit.stepAside?.(!responsive);
  }

  /** The kernel is gone: what it had or waited for is free again. */
  end(): void {
    this.#end.abort(new Error("the kernel is gone"));
    for (const permit of this.#held.values()) permit.leave({ kind: "failed" });
    this.#held.clear();
  }
}
