import { endMessage, type ProcessEnd } from "../system/processEnd.ts";
import type { Execute, ExecuteResult, TrainerHealth } from "./kernelProtocol.ts";
import type { Output } from "./output.ts";

/** How a kernel process came to its end. */
export type KernelEnd = ProcessEnd;

/** What a kernel tells besides the answers to what it is asked. */
export interface KernelListener {
  /** Lines that belong to no cell: what the process wrote natively, and what work that nobody began printed. */
  onLog(line: string): void;
  /** Outputs of work that the cell of this order began, which came after the cell had ended. */
  onLateOutputs(cell: string, order: number, outputs: readonly Output[]): void;
  /** False once the running cell has kept the process in synchronous code for half a second; true when it answers again. */
  onResponsive(responsive: boolean): void;
  /** A trainer of the kernel was started, or died. */
  onTrainer(health: TrainerHealth): void;
}

/** A running kernel process, after the handshake. */
export interface Kernel {
  readonly pid: number;
  /** Version of the product that the process runs. */
  readonly version: string;
  /**
   * Runs one cell; the next one is sent after the answer.
   * @param onOutputs gets outputs in order, the next ones after what it returned has settled
   * @throws KernelDied when the process ends before the answer
   */
  execute(
    request: Execute,
    onOutputs: (outputs: readonly Output[]) => void | PromiseLike<void>,
  ): Promise<ExecuteResult>;
  /**
   * Asks the running cell to stop. It ends at once when nothing in it heeds an abort signal, at its next safe point when
   * something does; synchronous code that does not come to an end is terminated after a few seconds.
   * @param force do not wait: terminate synchronous code now, and end the cell even though something in it is still stopping
   */
  interrupt(cell: string, force?: boolean): void;
  /** Resolves once the process is gone; never rejects. */
  readonly ended: Promise<KernelEnd>;
  /**
   * Ends the process: asked to by closing its channel, which aborts a running cell, and killed when it has not gone after
   * two seconds. Resolves when it is gone.
   */
  dispose(reason?: string): Promise<void>;
}

/** What whoever waits for a kernel gets when it ends. */
export class KernelDied extends Error {
  override readonly name = "KernelDied";
  readonly end: KernelEnd;

  constructor(end: KernelEnd) {
    super(endMessage(end));
    this.end = end;
  }
}
