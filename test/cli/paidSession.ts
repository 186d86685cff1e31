import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { startKernel } from "../../src/notebook/kernelClient.ts";
import { KernelSession } from "../../src/notebook/kernelSession.ts";
import type { Output } from "../../src/notebook/output.ts";
import type { Clock } from "../../src/system/clock.ts";
import type { End, Life } from "./killedRuns.ts";
import { childOf, paidEnvironment } from "./paidCommand.ts";
import type { PaidPlace } from "./paidPlace.ts";

const entry = fileURLToPath(new URL("../../dist/kernel.js", import.meta.url));

const OPENING = 'import tuned from "./paid.ts";\nconst bench = await tuned.open();';
const WORKING = "await bench.optimize({ iterations: 3 });";

/** A thousand times as fast as time itself: no death comes soon after a start, and no start is put off for long. */
const fastClock: Clock = {
  now: () => performance.now() * 1_000,
  after: (ms, action) => {
    const timer = setTimeout(action, ms / 1_000);
    return () => clearTimeout(timer);
  },
};

/**
 * A notebook that is open in a place, as in the editor: a kernel that died is followed by another, which is told the run to
 * go on with; a kernel whose trainer died goes on itself.
 */
export class PaidSession {
  readonly #place: PaidPlace;
  readonly #session: KernelSession;

  constructor(place: PaidPlace) {
    this.#place = place;
    const { PATH = "", HOME = "" } = process.env;
    const environment = { PATH, HOME, ...paidEnvironment };
    this.#session = new KernelSession({
      clock: fastClock,
      start: (listener) => startKernel({ entry, folder: place.cwd, environment, listener }),
    });
    onTestFinished(() => this.#session.dispose());
  }

  /** Runs the cells, or those that still have to be run. */
  run(target: "kernel" | "trainer"): Life {
    const victim = (): number | undefined => {
      const kernel = childOf(process.pid, "kernel");
      return kernel === undefined || target === "kernel" ? kernel : childOf(kernel, "trainer");
    };
    return { victim, end: this.#cells() };
  }

  async #cells(): Promise<End> {
    const { kind } = this.#session.state;
    const cells = kind === "dead" || kind === "not started" ? [OPENING, WORKING] : [WORKING];
    for (const code of cells) {
      const why = await this.#cell(code);
      if (why !== undefined) return { kind: "failed", why };
    }
    await this.#session.dispose();
    return { kind: "well" };
  }

  /** @returns why it failed, undefined when it did not */
  #cell(code: string): Promise<string | undefined> {
    let error: Extract<Output, { type: "error" }> | undefined;
    return new Promise((resolve) => {
      this.#session.run({
        id: code,
        code,
        language: "typescript",
        resume: this.#place.run,
        onStarted: () => undefined,
        onOutputs: (outputs) => {
          error = outputs.findLast((output) => output.type === "error") ?? error;
        },
        onEnded: ({ status }) => resolve(status === "succeeded" ? undefined : `${status}: ${error?.message}`),
      });
    });
  }
}
