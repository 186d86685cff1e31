import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import * as z from "zod";
import { configurationSchema } from "../../run/events.ts";
import { learntRewards } from "../../run/learntRewards.ts";
import type { RunPanelMessage } from "../../run/panel/panelMessage.ts";
import type { Rerun, RerunOf } from "../../run/panel/rerun.ts";
import { fileDigest, readRunInfo } from "../../run/runInfo.ts";
import { liveOwner } from "../../run/runLock.ts";
import { errorMessage, UserError } from "../../system/userError.ts";
import { startKernelIn } from "../notebook/kernelStart.ts";
import { settleUnsaved } from "../runs/unsavedFiles.ts";
import { trialSpending } from "../spending/trialSpending.ts";
import { TrialKernel } from "../trials/trialKernel.ts";
import { mayRun } from "../workspaceTrust.ts";
import { rerunPlan } from "./rerunPlan.ts";
import { RowRerun } from "./rowRerun.ts";

/** What the page of examples was told of the cell that is looked at. */
const toldSchema = z.object({
  selected: z.object({
    exampleId: z.string(),
    under: z.object({ iteration: z.number().int() }),
    configuration: configurationSchema,
    components: z.array(z.unknown()),
  }),
});

export interface CellDeedsParts {
  /** Absolute path of the run's folder. */
  readonly folder: string;
  readonly context: vscode.ExtensionContext;
  readonly log: Pick<vscode.LogOutputChannel, "info" | "error" | "warn">;
  readonly onChange: (rerun: Rerun) => void;
}

/** Runs rows of a run again, as the page of examples asks for it. */
export class CellDeeds {
  readonly #parts: CellDeedsParts;
  readonly #rerun: RowRerun;
  readonly #spending = trialSpending();
  /** A question is open: a second press does not ask it again. */
  #isAsking = false;
  /** Its panel is closed: what still ends is told to nobody. */
  #isDisposed = false;

  constructor(parts: CellDeedsParts) {
    this.#parts = parts;
    const { context, log, folder } = parts;
    const name = basename(folder);
    this.#rerun = new RowRerun({
      kernel: (plan) =>
        new TrialKernel({
          plan,
          start: (listener) =>
            startKernelIn({ folder: dirname(plan.file) }, context, listener, { consent: this.#spending.forKernel() }),
          l10n: vscode.l10n,
          onLog: (line) => log.info(`row of ${name}: ${line}`),
        }),
      l10n: vscode.l10n,
      onChange: (rerun) => {
        if (!this.#isDisposed) parts.onChange(rerun);
      },
      onLog: (line) => log.error(`row of ${name}: ${line}`),
    });
  }

  /** How running a row again stands. */
  get rerun(): Rerun {
    return this.#rerun.state;
  }

  /** @param told what the page was told last: the configuration is taken from there, not from the page */
  async run(of: RerunOf, told: Extract<RunPanelMessage, { type: "shown" }> | undefined): Promise<void> {
    if (this.#rerun.isUnderWay || this.#isAsking) return;
    const cell = told?.page === "examples" ? toldSchema.safeParse(told.shown).data?.selected : undefined;
    if (cell === undefined || cell.exampleId !== of.exampleId || cell.under.iteration !== of.iteration) {
      throw new UserError(
        vscode.l10n.t("The row was not run: another cell is looked at by now. Open its cell and run it from there."),
      );
    }
    this.#isAsking = true;
    try {
      await this.#start(of, cell);
    } catch (error) {
      this.#rerun.refuse(of, errorMessage(error));
    } finally {
      this.#isAsking = false;
    }
  }

  stop(): void {
    this.#rerun.stop();
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.#rerun.dispose();
  }

  async #start(of: RerunOf, cell: z.infer<typeof toldSchema>["selected"]): Promise<void> {
    const { l10n } = vscode;
    if (!mayRun(l10n.t("Running a row executes code of this workspace."))) {
      const message = l10n.t("Nothing runs in Restricted Mode. Trust the workspace, then run the row again.");
      this.#rerun.refuse(of, message, "trust");
      return;
    }
    const { folder } = this.#parts;
    const info = readRunInfo(folder);
    // The weights of a run at work may be replaced while they are read.
    const hasRewards = liveOwner(folder) === undefined && this.#hasLearnt();
    const { configuration } = cell;
    const planned = rerunPlan({ folder, info, configuration, hasRewards, digestOf: fileDigest }, l10n);
    if (planned.kind === "refused") {
      this.#rerun.refuse(of, planned.message);
      return;
    }
    const { plan, file, hasChanged } = planned;
    if (!(await settleUnsaved(vscode.Uri.file(file)))) return;
    if (hasChanged && !(await this.#agreed(of, file))) return;
    if (this.#isDisposed) return;
    void this.#rerun.run(of, plan, cell.components.length);
  }

  /** What differs may come from the change instead of from chance, so nobody should meet it unasked. */
  async #agreed(of: RerunOf, file: string): Promise<boolean> {
    const { l10n } = vscode;
    const name = basename(file);
    const anyway = l10n.t("Run Changed Version");
    const message = l10n.t("{0} was changed since this run began.", name);
    const detail = l10n.t(
      "The row would run with the values of the run in the code of today, and what differs may come from either. To compare with the run alone, undo the change first.",
    );
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, anyway)) === anyway) return true;
    this.#rerun.refuse(
      of,
      l10n.t(
        "{0} was changed since this run began, and nothing was run. Undo the change, or run the changed version.",
        name,
      ),
    );
    return false;
  }

  #hasLearnt(): boolean {
    const { folder, log } = this.#parts;
    try {
      return learntRewards(folder) !== undefined;
    } catch (error) {
      log.warn(errorMessage(error));
      return false;
    }
  }
}
