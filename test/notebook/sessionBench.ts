import { expect } from "vitest";
import { KernelSession } from "../../src/notebook/kernelSession.ts";
import type { Output } from "../../src/notebook/output.ts";
import type { CellResult, CellRun, SessionNotice, SessionState } from "../../src/notebook/sessionState.ts";
import { FakeClock } from "./fakeClock.ts";
import { FakeKernel } from "./fakeKernel.ts";

/** Everything that a session told, in order: "a: started 1", "state busy", ... */
export class SessionBench {
  readonly clock = new FakeClock();
  readonly kernels: FakeKernel[] = [];
  readonly told: string[] = [];
  readonly states: SessionState[] = [];
  readonly notices: SessionNotice[] = [];
  readonly log: string[] = [];
  readonly results = new Map<string, CellResult>();
  readonly outputs = new Map<string, Output[]>();
  readonly late: Output[] = [];
  /** Thrown by the next starts instead of giving a kernel. */
  startFailures: Error[] = [];
  readonly session = new KernelSession({
    start: async (listener) => {
      const failure = this.startFailures.shift();
      if (failure !== undefined) throw failure;
      const kernel = new FakeKernel(listener);
      this.kernels.push(kernel);
      return kernel;
    },
    onChange: (state) => {
      this.states.push(state);
      this.told.push(`state ${state.kind}`);
    },
    onNotice: (notice) => this.notices.push(notice),
    onLog: (line) => this.log.push(line),
    clock: this.clock,
  });

  get kernel(): FakeKernel {
    const kernel = this.kernels.at(-1);
    if (kernel === undefined) throw new Error("no kernel was started");
    return kernel;
  }

  cell(id: string, more: Partial<CellRun> = {}): CellRun {
    return {
      id,
      code: `code of ${id}`,
      language: "typescript",
      onStarted: (order) => this.told.push(`${id}: started ${order}`),
      onOutputs: (outputs) => {
        this.outputs.set(id, [...(this.outputs.get(id) ?? []), ...outputs]);
      },
      onEnded: (result) => {
        expect(this.results.has(id)).toBe(false);
        this.results.set(id, result);
        this.told.push(`${id}: ${result.status}`);
      },
      ...more,
    };
  }

  async run(...ids: string[]): Promise<void> {
    for (const id of ids) {
      this.results.delete(id);
      this.session.run(this.cell(id));
    }
    await turns();
  }
}

/** Lets everything happen that waits for promises alone. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
