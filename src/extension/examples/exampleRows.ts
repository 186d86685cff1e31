import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import type { ExperimentDefinition } from "../../detection/definition.ts";
import { KernelDied } from "../../notebook/kernel.ts";
import type { TrialOutputOf } from "../../run/trialOutput.ts";
import type { KnownRun } from "../../run/views/knownRun.ts";
import { visibleLine, visibleText } from "../../run/views/visibleText.ts";
import { errorMessage } from "../../system/userError.ts";
import type { RunStore } from "../components/runStore.ts";
import { toldEnd } from "../processSentences.ts";
import { type FailurePlace, failurePlace } from "../runs/failurePlace.ts";
import { TrialFailed, type TrialPlan, TrialStopped } from "../trials/trialKernel.ts";
import type { ExampleKernels, KernelLease } from "./exampleKernels.ts";
import type { ScoredRow } from "./exampleScores.ts";
import type { ExperimentItems } from "./experimentItems.ts";

export interface ExampleRowsParts {
  readonly controller: vscode.TestController;
  readonly experiments: ExperimentItems;
  readonly kernels: ExampleKernels;
  readonly store: RunStore;
  readonly log: vscode.LogOutputChannel;
}

/** An experiment whose rows are known, with the kernel that can run them. */
export interface OpenedRows {
  readonly item: vscode.TestItem;
  readonly definition: ExperimentDefinition;
  /** Absolute path of the experiment's file. */
  readonly file: string;
  readonly lease: KernelLease;
  readonly offer: TrialOutputOf<"offer">;
}

/** Characters of a row that stand beside its name. */
const DESCRIPTION = 100;

/** Validation rows as test items below their experiment. Reading them runs the experiment's code. */
export class ExampleRows {
  readonly #parts: ExampleRowsParts;
  readonly #rows = new WeakMap<vscode.TestItem, ScoredRow>();

  constructor(parts: ExampleRowsParts) {
    this.#parts = parts;
  }

  /** The row that an item stands for; undefined for an experiment. */
  rowOf(item: vscode.TestItem): ScoredRow | undefined {
    return this.#rows.get(item);
  }

  /** Puts the rows below an experiment, or the reason why there are none. Never rejects. */
  async resolve(item: vscode.TestItem): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      item.error = restrictedWords();
      return;
    }
    try {
      const { lease } = await this.read(item, undefined);
      lease.release();
    } catch (thrown) {
      item.error = failureWords(thrown);
    }
  }

  /**
   * Opens the experiment and brings its items in line with its rows. Whoever calls it releases the kernel afterwards.
   * @throws TrialStopped, TrialFailed and KernelDied, as the kernel does; Error when it cannot be opened from here
   */
  async read(item: vscode.TestItem, token: vscode.CancellationToken | undefined): Promise<OpenedRows> {
    const { kernels, experiments, log } = this.#parts;
    const definition = experiments.definitionOf(item);
    if (definition === undefined) throw new Error(vscode.l10n.t("This experiment is there no more."));
    item.busy = true;
    try {
      const plan = await this.#plan(definition);
      const open = async (given: TrialPlan) => {
        const lease = kernels.lease(definition.id, given);
        try {
          return { item, definition, file: given.file, lease, offer: await unlessCancelled(lease, token) };
        } catch (thrown) {
          lease.release();
          throw thrown;
        }
      };
      const opened = await open(plan).catch((thrown: unknown) => {
        if (plan.rewardsFrom === undefined || !(thrown instanceof TrialFailed)) throw thrown;
        // Local rewards are an extra: what a run learnt for other components or another version must not hold up tests.
        log.warn(`Examples run without the local rewards of ${plan.rewardsFrom}: ${thrown.message}`);
        return open({ file: plan.file, exported: plan.exported });
      });
      this.#show(item, opened.offer);
      return opened;
    } catch (thrown) {
      if (thrown instanceof TrialFailed) log.error(thrown.error.stack || thrown.message);
      if (thrown instanceof KernelDied) log.error(thrown.message);
      throw thrown;
    } finally {
      item.busy = false;
    }
  }

  /** The newest run of an experiment, among those that `is` is true of. */
  async newestRun(
    definition: ExperimentDefinition,
    file: string,
    is: (run: KnownRun) => boolean,
  ): Promise<KnownRun | undefined> {
    const { store } = this.#parts;
    await store.ready;
    const runs = store.runs().filter((run) => run.kind === "run");
    return runs.find((run) => {
      const { path } = run.info.experiment;
      return (path === "" ? run.info.system === definition.system?.name : path === file) && is(run);
    });
  }

  async #plan(definition: ExperimentDefinition): Promise<TrialPlan> {
    const file = vscode.Uri.parse(definition.at.uri, true).fsPath;
    const [first] = definition.exportedAs;
    if (first === undefined) {
      throw new Error(
        vscode.l10n.t(
          "{0} does not export its experiment, so that nothing else can run it. Export it: export default experiment({ system, data, reward })",
          basename(file),
        ),
      );
    }
    const name = definition.exportedAs.includes("default") ? "default" : first;
    // The weights of a run at work may be replaced while they are read.
    const learnt = await this.newestRun(definition, file, ({ live, outline }) => {
      return !live && outline.components.some(({ localReward }) => localReward !== null);
    });
    return { file, exported: { by: "name", name }, ...(learnt && { rewardsFrom: learnt.folder }) };
  }

  #show(item: vscode.TestItem, offer: TrialOutputOf<"offer">): void {
    const { controller } = this.#parts;
    const rows = offer.examples.filter(({ split }) => split === "validation");
    item.error = undefined;
    const path = item.uri === undefined ? "" : vscode.workspace.asRelativePath(item.uri);
    item.description = offer.simulated ? vscode.l10n.t("{0} · simulated model", path) : path;
    const items = rows.map(({ id, text }, index) => {
      const itemId = `${item.id} ${id}`;
      const found = item.children.get(itemId);
      const before = found && this.#rows.get(found);
      const example = found ?? controller.createTestItem(itemId, visibleLine(id), item.uri);
      if (before?.text !== text) {
        example.description = rowDescription(text);
        // Under the same name stands another row now.
        if (before !== undefined) controller.invalidateTestResults(example);
      }
      example.sortText = String(index).padStart(7, "0");
      this.#rows.set(example, { id, text });
      return example;
    });
    item.children.replace(items);
  }
}

/** What the kernel offers, as long as the user waits for it. @throws TrialStopped when the user does not */
async function unlessCancelled(
  lease: KernelLease,
  token: vscode.CancellationToken | undefined,
): Promise<TrialOutputOf<"offer">> {
  const { kernel } = lease;
  let waiting: vscode.Disposable | undefined;
  const cancelled = new Promise<never>((_, reject) => {
    waiting = token?.onCancellationRequested(() => {
      if (lease.isAlone) kernel.interrupt();
      reject(new TrialStopped("The experiment was not opened."));
    });
  });
  try {
    return await Promise.race([kernel.offer(), cancelled]);
  } finally {
    waiting?.dispose();
  }
}

/** The beginning of a row, beside its name. */
export function rowDescription(text: string): string {
  const line = visibleLine(text);
  return line.length > DESCRIPTION ? `${line.slice(0, DESCRIPTION)}…` : line;
}

/** Why something could not be done, in words for the user. */
export function failureWords(thrown: unknown): string {
  if (thrown instanceof KernelDied) return toldEnd(thrown.end.reason, vscode.l10n);
  return visibleText(errorMessage(thrown));
}

/** Where the user has to look. */
export function placeOf(thrown: unknown, file: string): FailurePlace | undefined {
  return thrown instanceof TrialFailed ? failurePlace(thrown.error, dirname(file)) : undefined;
}

function restrictedWords(): vscode.MarkdownString {
  const words = vscode.l10n.t("Examples are read by code of this workspace. Nothing runs in Restricted Mode.");
  const manage = `[${vscode.l10n.t("Manage Workspace Trust")}](command:workbench.trust.manage)`;
  const text = new vscode.MarkdownString(`${words} ${manage}`);
  text.isTrusted = { enabledCommands: ["workbench.trust.manage"] };
  return text;
}

/** What people call an experiment in a sentence. */
export function shownExperiment({ item, file }: OpenedRows): string {
  return item.label === "" ? basename(file) : item.label;
}
