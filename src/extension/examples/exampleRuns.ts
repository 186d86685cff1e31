import * as vscode from "vscode";
import { KernelDied } from "../../notebook/kernel.ts";
import { pacedEvents } from "../../run/followedLog.ts";
import { eventsFile } from "../../run/leftovers.ts";
import { validationOf } from "../../run/views/knownRun.ts";
import { errorMessage } from "../../system/userError.ts";
import { settleUnsaved } from "../runs/unsavedFiles.ts";
import type { AgreedSpending } from "../spending/agreedSpending.ts";
import { askAboveUsd } from "../spending/runConsent.ts";
import { TrialStopped } from "../trials/trialKernel.ts";
import { mayRun } from "../workspaceTrust.ts";
import { exampleQuestion, moneyOf } from "./exampleQuestion.ts";
import {
  type ExampleRows,
  failureWords,
  type OpenedRows,
  placeOf,
  rowDescription,
  shownExperiment,
} from "./exampleRows.ts";
import { type ExampleScores, knownScore, type MeasuredScores, measuredScores } from "./exampleScores.ts";
import {
  comparisonOf,
  type ExampleOutput,
  isChanged,
  type KnownScore,
  scoreWords,
  type Verdict,
  verdictOf,
} from "./exampleVerdict.ts";
import type { Trajectories } from "./trajectories.ts";
import { trajectoryText } from "./trajectoryText.ts";

/** Menus at messages ask for it. */
const MESSAGE = "optimas.example";

/** How the last test of a row came off, in this window. */
export interface ExampleResult {
  readonly item: vscode.TestItem;
  readonly run: ExampleOutput;
  readonly verdict: Verdict;
  readonly known: KnownScore | undefined;
  readonly model: string;
  readonly trajectory: vscode.Uri;
  /** Line of the trajectory, from 0, that tells how it came off. */
  readonly line: number;
}

export interface ExampleRunsParts {
  readonly controller: vscode.TestController;
  readonly rows: ExampleRows;
  readonly scores: ExampleScores;
  readonly trajectories: Trajectories;
  /** What the user agrees to spend on rows. */
  readonly spending: Pick<AgreedSpending, "covers" | "agree" | "spentUsd">;
  readonly outputsOf: (opened: OpenedRows) => readonly string[] | undefined;
  readonly log: vscode.LogOutputChannel;
}

/** Runs rows as tests, as the editor asks for it. */
export class ExampleRuns {
  readonly #parts: ExampleRunsParts;
  readonly #results = new Map<string, ExampleResult>();
  /** Settle when nothing is under way in an experiment any more. */
  readonly #turns = new Map<string, Promise<void>>();
  readonly #measured = new Map<string, Promise<MeasuredScores | undefined>>();

  constructor(parts: ExampleRunsParts) {
    this.#parts = parts;
  }

  /** Those that do not pass first. */
  get results(): readonly ExampleResult[] {
    const rank = ({ verdict }: ExampleResult) => (verdict.kind === "passed" ? 1 : 0);
    return [...this.#results.values()].sort((a, b) => rank(a) - rank(b));
  }

  resultOf(item: string): ExampleResult | undefined {
    return this.#results.get(item);
  }

  async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    if (!mayRun(vscode.l10n.t("Running examples executes code of this workspace."))) return;
    const chosen = this.#chosen(request);
    for (const { uri } of chosen.keys()) {
      if (uri !== undefined && !(await settleUnsaved(uri))) return;
    }
    const opened: { readonly rows: OpenedRows; readonly items: readonly vscode.TestItem[] }[] = [];
    const failed: { readonly item: vscode.TestItem; readonly thrown: unknown }[] = [];
    try {
      for (const [item, wants] of chosen) {
        if (token.isCancellationRequested) return;
        try {
          const rows = await this.#parts.rows.read(item, token);
          opened.push({ rows, items: [...item.children].map(([, example]) => example).filter(({ id }) => wants(id)) });
        } catch (thrown) {
          if (thrown instanceof TrialStopped) return;
          failed.push({ item, thrown });
        }
      }
      if (!(await this.#agreed(opened)) || token.isCancellationRequested) return;
      const tests = this.#parts.controller.createTestRun(request);
      try {
        for (const { items } of opened) for (const item of items) tests.enqueued(item);
        for (const { item, thrown } of failed) tests.errored(item, messageOf(thrown, item.uri?.fsPath ?? "", item));
        for (const { rows, items } of opened) {
          await this.#inTurn(rows.definition.id, token, () => this.#runRows(rows, items, tests, token));
        }
      } finally {
        tests.end();
        this.#parts.trajectories.tell();
      }
    } finally {
      for (const { rows } of opened) rows.lease.release();
    }
  }

  /** One run of an experiment's rows after the other: who cancels one stops what is under way, and nothing else. */
  async #inTurn(experiment: string, token: vscode.CancellationToken, action: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(experiment) ?? Promise.resolve();
    const cancelled = new Promise<void>((resolve) => void token.onCancellationRequested(() => resolve()));
    const done = Promise.race([before, cancelled]).then(action);
    const turn = Promise.allSettled([before, done]).then(() => undefined);
    this.#turns.set(experiment, turn);
    await done;
    if (this.#turns.get(experiment) === turn) this.#turns.delete(experiment);
  }

  /** From now on the row passes with the score that it had last. @returns false where it was not run or failed */
  async accept(result: ExampleResult): Promise<boolean> {
    const { item, run, model, verdict } = result;
    const row = this.#parts.rows.rowOf(item);
    const { parent } = item;
    if (row === undefined || parent === undefined || verdict.kind === "errored") return false;
    await this.#keep(parent, [{ row, score: run.score }], model);
    this.#parts.controller.invalidateTestResults(item);
    return true;
  }

  /** Forgets what is known of an experiment's rows. */
  forget(experiment: string): void {
    for (const [id, { item }] of this.#results) if (item.parent?.id === experiment) this.#results.delete(id);
  }

  /** The experiments that are to be run, and which of their items. */
  #chosen({ include, exclude = [] }: vscode.TestRunRequest): Map<vscode.TestItem, (item: string) => boolean> {
    const excluded = new Set(exclude.map(({ id }) => id));
    const chosen = new Map<vscode.TestItem, Set<string> | "all">();
    const asked = include ?? [...this.#parts.controller.items].map(([, item]) => item);
    for (const item of asked) {
      const experiment = item.parent ?? item;
      if (excluded.has(experiment.id)) continue;
      if (item.parent === undefined) chosen.set(experiment, "all");
      const some = chosen.get(experiment) ?? new Set();
      if (some !== "all") chosen.set(experiment, some.add(item.id));
    }
    return new Map(
      [...chosen].map(([experiment, some]) => [
        experiment,
        (item) => !excluded.has(item) && (some === "all" || some.has(item)),
      ]),
    );
  }

  async #agreed(opened: readonly { rows: OpenedRows; items: readonly vscode.TestItem[] }[]): Promise<boolean> {
    const limits = opened.map(({ rows }) =>
      vscode.workspace.getConfiguration("optimas.tests", rows.item.uri ?? null).get("confirmAbove", 20),
    );
    const asked = opened.map(({ rows: { offer, ...rows }, items }) => ({
      experiment: shownExperiment({ offer, ...rows }),
      model: offer.model,
      simulated: offer.simulated,
      rows: items.length,
      ...(offer.rowUsd !== undefined && { usd: offer.rowUsd === null ? null : offer.rowUsd * items.length }),
    }));
    const { spending } = this.#parts;
    const limit = { rows: Math.min(...limits), usd: askAboveUsd(), spentUsd: spending.spentUsd };
    const usd = moneyOf(asked);
    const question = exampleQuestion(asked, { ...limit, isAgreed: spending.covers(usd) }, vscode.l10n);
    if (question === undefined) return true;
    const run = vscode.l10n.t("Run Examples");
    const { message, detail } = question;
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, run)) !== run) return false;
    // The kernels do not ask the same again.
    spending.agree(usd);
    return true;
  }

  async #runRows(
    opened: OpenedRows,
    items: readonly vscode.TestItem[],
    tests: vscode.TestRun,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const { definition, offer, item: experiment, file } = opened;
    const { kernel } = opened.lease;
    const { rows, log } = this.#parts;
    const waiting = new Map(
      items.flatMap((item) => {
        const row = rows.rowOf(item);
        return row === undefined ? [] : [[row.id, item] as const];
      }),
    );
    const rest = (tell: (item: vscode.TestItem) => void) => {
      for (const item of waiting.values()) tell(item);
    };
    if (token.isCancellationRequested) return rest((item) => tests.skipped(item));
    if (waiting.size === 0) return;
    if (offer.simulated)
      tests.appendOutput(`${vscode.l10n.t("{0} runs with the simulated model.", experiment.label)}\r\n`);
    const measured = await this.#measuredOf(opened);
    const passed: { row: { id: string; text: string }; score: number }[] = [];
    const shown: Promise<void>[] = [];
    const begun = new Set<vscode.TestItem>();
    const stop = stopping(token, () => kernel.interrupt());
    try {
      await kernel.runExamples([...waiting.keys()], {
        start: (id) => {
          const item = waiting.get(id);
          if (item === undefined) return;
          begun.add(item);
          tests.started(item);
        },
        run: (run) => {
          const item = waiting.get(run.exampleId);
          const row = item && rows.rowOf(item);
          if (item === undefined || row === undefined) return;
          waiting.delete(run.exampleId);
          const known = knownScore(row, offer, measured, this.#parts.scores.of(definition.id, row, offer.model));
          const verdict = verdictOf(
            run,
            { known, passAt: passAt(experiment.uri), simulated: offer.simulated },
            vscode.l10n,
          );
          if (verdict.kind === "passed") passed.push({ row, score: run.score });
          item.description = `${scoreWords(run, known)} · ${rowDescription(row.text)}`;
          shown.push(this.#show({ item, run, verdict, known }, opened, tests));
        },
      });
    } catch (thrown) {
      if (thrown instanceof TrialStopped) {
        rest((item) => tests.skipped(item));
      } else {
        log.error(`Examples of ${file}: ${errorMessage(thrown)}`);
        if (thrown instanceof KernelDied) for (const line of thrown.end.lastLines) tests.appendOutput(`${line}\r\n`);
        // Where none had begun, the reason would be told nowhere.
        const message = messageOf(thrown, file, experiment);
        rest((item) => (begun.has(item) || begun.size === 0 ? tests.errored(item, message) : tests.skipped(item)));
      }
    } finally {
      stop.dispose();
      await Promise.all(shown);
      await this.#keep(experiment, passed, offer.model);
    }
  }

  /** Writes the trajectory and tells the editor how the row came off. */
  async #show(
    given: Pick<ExampleResult, "item" | "run" | "verdict" | "known">,
    opened: OpenedRows,
    tests: vscode.TestRun,
  ): Promise<void> {
    const { item, run, verdict, known } = given;
    const { trajectories, outputsOf, log } = this.#parts;
    const { system, model, simulated } = opened.offer;
    const { text, line } = trajectoryText(run, { system, model, simulated, known }, vscode.l10n);
    const trajectory = trajectories.uriOf(item.id, `${system} ${run.exampleId}`);
    const at = new vscode.Location(trajectory, new vscode.Position(line, 0));
    try {
      await trajectories.keep(item.id, trajectory, text);
    } catch (thrown) {
      log.error(`A trajectory could not be written: ${errorMessage(thrown)}`);
    }
    this.#results.set(item.id, { ...given, model, trajectory, line });
    if (verdict.kind === "passed") {
      if (isChanged(run, known)) tests.appendOutput(`${item.label}: ${scoreWords(run, known)}\r\n`, at, item);
      tests.passed(item, run.ms);
      return;
    }
    const message = new vscode.TestMessage(verdict.words);
    message.location = at;
    message.contextValue = MESSAGE;
    const comparison = verdict.kind === "failed" ? comparisonOf(run, outputsOf(opened)) : undefined;
    if (comparison !== undefined) {
      message.expectedOutput = comparison.expected;
      message.actualOutput = comparison.actual;
    }
    if (verdict.kind === "failed") tests.failed(item, message, run.ms);
    else tests.errored(item, message, run.ms);
  }

  async #keep(
    experiment: vscode.TestItem,
    scores: readonly { readonly row: { readonly id: string; readonly text: string }; readonly score: number }[],
    model: string,
  ): Promise<void> {
    const rows = [...experiment.children].flatMap(([, item]) => this.#parts.rows.rowOf(item) ?? []);
    if (scores.length > 0) await this.#parts.scores.keep(experiment.id, scores, { rows, model, at: Date.now() });
  }

  /** What the newest run that measured validation rows says of them. */
  async #measuredOf({ definition, file }: OpenedRows): Promise<MeasuredScores | undefined> {
    const { rows, log } = this.#parts;
    const run = await rows.newestRun(definition, file, ({ outline }) => validationOf(outline).after !== undefined);
    if (run === undefined) return undefined;
    const key = `${run.folder} ${run.outline.lastAt ?? 0}`;
    let reading = this.#measured.get(key);
    if (reading === undefined) {
      this.#measured.clear();
      reading = pacedEvents(eventsFile(run.folder)).then(
        (events) => measuredScores(run, events),
        (thrown: unknown) => {
          log.warn(`The scores of ${run.id} cannot be read: ${errorMessage(thrown)}`);
          return undefined;
        },
      );
      this.#measured.set(key, reading);
    }
    return reading;
  }
}

function passAt(uri: vscode.Uri | undefined): number | undefined {
  return (
    vscode.workspace.getConfiguration("optimas.tests", uri ?? null).get<number | null>("passAt", null) ?? undefined
  );
}

/** Interrupts when the user cancels, and by force where that does not help in time: the editor offers no second press. */
function stopping(token: vscode.CancellationToken, interrupt: () => void): vscode.Disposable {
  let last: NodeJS.Timeout | undefined;
  const cancelled = token.onCancellationRequested(() => {
    interrupt();
    const seconds = vscode.workspace.getConfiguration("optimas.kernel").get("interruptGraceSeconds", 10);
    last = setTimeout(interrupt, seconds * 1000);
  });
  return new vscode.Disposable(() => {
    clearTimeout(last);
    cancelled.dispose();
  });
}

function messageOf(thrown: unknown, file: string, experiment: vscode.TestItem): vscode.TestMessage {
  const message = new vscode.TestMessage(failureWords(thrown));
  const place = placeOf(thrown, file);
  if (place !== undefined) {
    const at = new vscode.Position(Math.max(0, place.line - 1), Math.max(0, place.column - 1));
    message.location = new vscode.Location(vscode.Uri.file(place.file), at);
  } else if (experiment.uri !== undefined) {
    message.location = new vscode.Location(experiment.uri, experiment.range?.start ?? new vscode.Position(0, 0));
  }
  return message;
}
