import { type Kernel, KernelDied, type KernelEnd, type KernelListener } from "../../src/notebook/kernel.ts";
import type { Execute, ExecuteResult } from "../../src/notebook/kernelProtocol.ts";
import type { Output } from "../../src/notebook/output.ts";

export const killed: KernelEnd = {
  how: "signal",
  signal: "SIGKILL",
  reason: "The kernel ended on SIGKILL: it was killed.",
  lastLines: ["last words"],
};

interface Executing {
  readonly onOutputs: (outputs: readonly Output[]) => void | PromiseLike<void>;
  readonly resolve: (result: ExecuteResult) => void;
  readonly reject: (error: Error) => void;
}

/** A kernel that does what the test says. */
export class FakeKernel implements Kernel {
  readonly pid = 1;
  readonly version = "0";
  readonly listener: KernelListener;
  readonly ended: Promise<KernelEnd>;
  readonly executed: Execute[] = [];
  readonly interrupts: { readonly cell: string; readonly force: boolean }[] = [];
  #resolveEnded: (end: KernelEnd) => void = () => undefined;
  #end: KernelEnd | undefined;
  #current: Executing | undefined;

  constructor(listener: KernelListener) {
    this.listener = listener;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  execute(
    request: Execute,
    onOutputs: (outputs: readonly Output[]) => void | PromiseLike<void>,
  ): Promise<ExecuteResult> {
    this.executed.push(request);
    return new Promise((resolve, reject) => {
      if (this.#end === undefined) this.#current = { onOutputs, resolve, reject };
      else reject(new KernelDied(this.#end));
    });
  }

  interrupt(cell: string, force = false): void {
    this.interrupts.push({ cell, force });
  }

  async dispose(reason = "The kernel was ended."): Promise<void> {
    this.die({ how: "disposed", reason, lastLines: [] });
  }

  give(...outputs: Output[]): void {
    void this.#running().onOutputs(outputs);
  }

  answer(status: ExecuteResult["status"], names: Partial<ExecuteResult> = {}): void {
    this.#running().resolve({ status, declares: [], uses: [], ...names });
    this.#current = undefined;
  }

  fail(error: Error): void {
    this.#running().reject(error);
    this.#current = undefined;
  }

  die(end: KernelEnd = killed): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#resolveEnded(end);
    this.#current?.reject(new KernelDied(end));
    this.#current = undefined;
  }

  #running(): Executing {
    if (this.#current === undefined) throw new Error("no cell runs in the fake kernel");
    return this.#current;
  }
}
