import * as vscode from "vscode";
import type { RunPause } from "../../run/runPause.ts";
import type { RunStore } from "../components/runStore.ts";
import type { NotebookKernel } from "./notebookKernel.ts";

/** Restarts kernels for a person, who is asked first where a restart would lose what was paid for. */
export class KernelRestart {
  readonly #store: Pick<RunStore, "refresh" | "runs">;

  constructor(store: Pick<RunStore, "refresh" | "runs">) {
    this.#store = store;
  }

  /** @returns whether it was restarted */
  async restart(kernel: NotebookKernel): Promise<boolean> {
    const pause = await this.#pauseOf(kernel);
    if (pause !== undefined && !(await agrees(pause))) return false;
    await kernel.restart();
    return true;
  }

  /** Why the kernel cannot write answers that were paid for, and what to do; undefined where it holds none. */
  async whyHeld(kernel: NotebookKernel): Promise<string | undefined> {
    const pause = await this.#pauseOf(kernel);
    if (pause === undefined) return undefined;
    const { pauseText } = await import("../../run/views/pauseWords.ts");
    return pauseText(pause, vscode.l10n);
  }

  async #pauseOf(kernel: NotebookKernel): Promise<RunPause | undefined> {
    const pid = await kernel.pid();
    const isAtWork = kernel.state.kind === "busy" || kernel.state.kind === "stopping";
    if (pid === undefined || !isAtWork) return undefined;
    // The run may be younger than what was last looked for. Where nothing can be looked for, a restart is not held up.
    const looked = this.#store.refresh().catch(() => undefined);
    const [{ liveOwner }] = await Promise.all([import("../../run/runLock.ts"), looked]);
    const own = this.#store.runs().filter(({ folder }) => liveOwner(folder)?.pid === pid);
    const pauses = own.map((run) => (run.kind === "run" ? run.pause : undefined));
    return pauses.find((pause) => pause !== undefined && pause.held.answers > 0);
  }
}

async function agrees(pause: RunPause): Promise<boolean> {
  const { givenUpWarning, pauseText } = await import("../../run/views/pauseWords.ts");
  const lose = vscode.l10n.t("Restart and Lose Them");
  const options = { modal: true, detail: pauseText(pause, vscode.l10n) };
  return (await vscode.window.showWarningMessage(givenUpWarning(pause.held, vscode.l10n), options, lose)) === lose;
}
