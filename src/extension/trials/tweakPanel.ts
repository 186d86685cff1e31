import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import {
  TWEAK_VERSION,
  type TweakMessage,
  type TweakOutcome,
  type TweakPhase,
  type TweakRequest,
  type TweakStanding,
  tweakRequestSchema,
} from "../../run/tweakMessage.ts";
import { errorMessage } from "../../system/userError.ts";
import type { VariableValue } from "../../system/variable.ts";
import type { RunStore } from "../components/runStore.ts";
import { extensionPage, pageOptions } from "../extensionPage.ts";
import type { ComponentIndex } from "../index/componentIndex.ts";
import { startKernelIn } from "../notebook/kernelStart.ts";
import { pageWords } from "../pageWords.ts";
import type { EditorRun } from "../runs/editorRun.ts";
import type { EditorRuns } from "../runs/editorRuns.ts";
import { experimentName } from "../runs/runChoice.ts";
import { settleUnsaved } from "../runs/unsavedFiles.ts";
import { trialSpending } from "../spending/trialSpending.ts";
import type { Updates } from "../updates/updateCommands.ts";
import { mayRun } from "../workspaceTrust.ts";
import { filesOf, SourceVersions } from "./sourceVersions.ts";
import { TrialKernel } from "./trialKernel.ts";
import { latestRewards, type TweakTarget } from "./tweakTarget.ts";
import { TweakWork, type WorkParts } from "./tweakWork.ts";

/** What panels need of the rest of the extension. */
export interface TweakParts {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly index: Pick<ComponentIndex, "ready" | "model" | "inDocument" | "refresh">;
  readonly runs: Pick<EditorRuns, "live" | "start" | "onDidStart">;
  readonly store: Pick<RunStore, "ready" | "runs">;
  readonly updates: Pick<Updates, "applyValues">;
}

/** The panel of one component: a page, and a kernel of its own that the page's wishes go to. */
export class TweakPanel implements vscode.Disposable {
  readonly #parts: TweakParts;
  readonly #panel: vscode.WebviewPanel;
  readonly #target: TweakTarget;
  readonly #work: TweakWork;
  readonly #versions = new SourceVersions();
  readonly #spending = trialSpending();
  readonly #subscriptions: vscode.Disposable[];
  /** Set where the workspace was not trusted when the kernel was to start. */
  #restricted = false;
  #learning: EditorRun | undefined;
  /** Folder of the run that this panel saw learning last: the store of runs hears of it a moment later. */
  #learned: string | undefined;
  #outcome: TweakOutcome = { kind: "none" };

  constructor(panel: vscode.WebviewPanel, target: TweakTarget, parts: TweakParts) {
    this.#parts = parts;
    this.#panel = panel;
    this.#target = target;
    const { log } = parts;
    const { component } = target;
    this.#work = new TweakWork({
      component: component.name,
      kernel: (rewardsFrom, onChange) =>
        new TrialKernel({
          plan: { file: target.file, exported: { by: "name", name: target.exported }, rewardsFrom },
          start: (listener) =>
            startKernelIn({ folder: dirname(target.file) }, parts.context, listener, {
              consent: this.#spending.forKernel(),
            }),
          l10n: vscode.l10n,
          onLog: (line) => log.info(`tweak ${component.name}: ${line}`),
          onChange,
        }),
      rewards: () => latestRewards(target, parts, this.#learned),
      l10n: vscode.l10n,
      onChange: (changed) => this.#changed(changed),
      onLog: (line) => log.error(`tweak ${component.name}: ${line}`),
    });
    this.#subscriptions = [
      this.#versions,
      this.#versions.onDidChange(() => this.#tellStanding()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#trusted()),
      parts.runs.onDidStart((run) => this.#watch(run)),
      panel.webview.onDidReceiveMessage((message: unknown) => void this.answer(message)),
      panel.onDidChangeViewState(() => {
        if (panel.visible) this.#tellAll();
      }),
      panel.onDidDispose(() => this.dispose()),
    ];
    for (const run of parts.runs.live) this.#watch(run);
    this.#restricted = !vscode.workspace.isTrusted;
    panel.title = vscode.l10n.t("Tweak {0}", component.name);
    panel.webview.options = pageOptions(parts.context);
    panel.webview.html = extensionPage(this.#panel, this.#parts.context, "tweak.js");
  }

  /** Puts the panel in front. */
  reveal(): void {
    this.#panel.reveal();
  }

  /** Opens the experiment in a new kernel, after asking what a run would ask. */
  async start(): Promise<void> {
    const { index } = this.#parts;
    this.#restricted = !mayRun(vscode.l10n.t("Trying values executes code of this workspace."));
    if (this.#restricted) {
      this.#tellStanding();
      return;
    }
    if (!(await settleUnsaved(vscode.Uri.file(this.#target.file)))) return;
    const files = filesOf(this.#target.experiment, index.model);
    // The kernel reads what is saved.
    await this.#versions.begin(files, true);
    await this.#work.start();
  }

  /** What the page is told, whole. */
  get told(): Omit<TweakMessage, "type" | "version"> {
    const { offer, trial, check } = this.#work.parts;
    return { standing: this.#standing(), offer, trial, check, outcome: this.#outcome };
  }

  /** Does what the page asks for. */
  async answer(message: unknown): Promise<void> {
    const request = tweakRequestSchema.safeParse(message);
    if (!request.success) {
      this.#parts.log.warn(`A page asked for something unknown: ${request.error.message}`);
      return;
    }
    try {
      await this.#do(request.data);
    } catch (error) {
      this.#tellOutcome({ kind: "refused", message: errorMessage(error) });
    }
  }

  /** Ends the kernel. */
  async stop(): Promise<void> {
    await this.#work.dispose();
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
    void this.stop();
  }

  async #do(request: TweakRequest): Promise<void> {
    const { executeCommand } = vscode.commands;
    switch (request.type) {
      case "ready": {
        const words = pageWords();
        if (words !== undefined) await this.#panel.webview.postMessage(words);
        this.#tellAll();
        return;
      }
      case "try":
        if (request.pressed === true) this.#spending.askAgain();
        this.#work.try({ value: request.value, example: request.example });
        return;
      case "check":
        await this.#work.check(request.value);
        return;
      case "stop":
        this.#work.stop();
        return;
      case "start":
        await this.start();
        return;
      case "save":
        await this.#save(request.value);
        return;
      case "apply":
        await this.#apply(request.value);
        return;
      case "learn":
        await this.#learn();
        return;
      case "manageTrust":
        await executeCommand("workbench.trust.manage");
        return;
      case "openFailure":
        await this.#openFailure();
        return;
      case "openDefinition":
        await executeCommand("optimas.goToDefinition", { definition: this.#target.component.id });
        return;
      case "showLog":
        this.#parts.log.show();
        return;
    }
  }

  async #save(value: VariableValue): Promise<void> {
    const source = this.#work.parts.offer?.components[0]?.source;
    if (source === undefined) return;
    const [{ saveByHand }, { configurationFile }] = await Promise.all([
      import("../../run/savedByHand.ts"),
      import("../../run/configurationFile.ts"),
    ]);
    const file = configurationFile(this.#target.file);
    saveByHand(file, [{ component: this.#target.component.name, value, source }]);
    await this.#work.keep(value, false);
    this.#tellOutcome({ kind: "saved", value, file: basename(file) });
  }

  async #apply(value: VariableValue): Promise<void> {
    const { updates } = this.#parts;
    const source = this.#work.parts.offer?.components[0]?.source;
    const before = this.#versions.areOthers;
    const outcome = await updates.applyValues([
      { definition: this.#target.component.id, value, ...(source !== undefined && { known: [source] }) },
    ]);
    switch (outcome.kind) {
      case "applied":
      case "unchanged":
        // But for this value, the source is what the kernel has loaded.
        if (!before) await this.#versions.begin(filesOf(this.#target.experiment, this.#parts.index.model), false);
        await this.#work.keep(value, true);
        this.#tellOutcome({ kind: "applied", value });
        return;
      case "saved":
        await this.#work.keep(value, false);
        this.#tellOutcome({ kind: "saved", value, file: basename(outcome.file) });
        return;
      case "refused":
      case "cancelled":
        this.#tellOutcome({ kind: "refused", message: vscode.l10n.t("The source was left as it is.") });
        return;
    }
  }

  async #learn(): Promise<void> {
    const { runs, index } = this.#parts;
    const { component, experiment } = this.#target;
    const name = experimentName(experiment, index.model);
    // Whoever watches runs hears of it.
    await runs.start({ experiment, goal: { kind: "rewards", components: [component.name] }, name });
  }

  /** A run that learns the component's local reward: its figures are taken over when it is done. */
  #watch(run: EditorRun): void {
    const { goal, file } = run.plan;
    if (file !== this.#target.file || goal.kind !== "rewards" || this.#learning !== undefined) return;
    if (goal.components !== undefined && !goal.components.includes(this.#target.component.name)) return;
    this.#learning = run;
    this.#tellStanding();
    void run.ended.then(async ({ kind }) => {
      this.#learning = undefined;
      if (kind === "finished") this.#learned = run.folder;
      this.#tellStanding();
      // A check is paid for: whoever wants the figures at once can reload after it.
      if (kind === "finished" && this.#work.parts.phase.kind === "ready" && !this.#work.isChecking)
        await this.#work.start();
    });
  }

  #trusted(): void {
    this.#restricted = false;
    this.#tellStanding();
  }

  async #openFailure(): Promise<void> {
    const place = this.#work.failurePlace;
    if (place === undefined) return;
    const at = new vscode.Position(Math.max(0, place.line - 1), Math.max(0, place.column - 1));
    await vscode.window.showTextDocument(vscode.Uri.file(place.file), {
      selection: new vscode.Range(at, at),
      viewColumn: vscode.ViewColumn.One,
    });
  }

  #changed({ phase, rewardsProblem, ...parts }: WorkParts): void {
    if (phase !== undefined || rewardsProblem !== undefined) this.#tell({ ...parts, standing: this.#standing() });
    else this.#tell(parts);
  }

  #standing(): TweakStanding {
    const { index } = this.#parts;
    const { component, experiment } = this.#target;
    const { phase, rewardsProblem } = this.#work.parts;
    const restricted: TweakPhase = { kind: "restricted" };
    return {
      definition: component.id,
      experiment: experiment.id,
      component: component.name,
      experimentName: experimentName(experiment, index.model) ?? basename(this.#target.file),
      file: vscode.workspace.asRelativePath(this.#target.file),
      phase: this.#restricted ? restricted : phase,
      sourceChanged: this.#versions.areOthers,
      computed: this.#target.computedIn(index.model),
      learning: this.#learning !== undefined,
      rewardsProblem,
    };
  }

  #tellStanding(): void {
    this.#tell({ standing: this.#standing() });
  }

  #tellOutcome(outcome: TweakOutcome): void {
    this.#outcome = outcome;
    this.#tell({ outcome, standing: this.#standing() });
  }

  #tellAll(): void {
    this.#tell(this.told);
  }

  /** A page that is hidden hears nothing; it is told all when it is seen again. */
  #tell(parts: Omit<TweakMessage, "type" | "version">): void {
    const message: TweakMessage = { type: "tweak", version: TWEAK_VERSION, ...parts };
    if (this.#panel.visible) void this.#panel.webview.postMessage(message);
  }
}
