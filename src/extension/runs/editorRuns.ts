import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Configuration } from "../../system/configuration.ts";
import { windowBackbones } from "../backbones/windowBackbones.ts";
import { askUser, startKernelIn } from "../notebook/kernelStart.ts";
import { mayRun } from "../workspaceTrust.ts";
import type { EditorRun } from "./editorRun.ts";
import { runsToStart } from "./editorRunQueue.ts";
import type { EditorRunPlan, EditorRunRequest } from "./editorRunRequest.ts";
import { RememberedGoals } from "./rememberedGoals.ts";

/**
 * The runs that were started from the editor, each in a kernel process of its own. They outlive every view; when the
 * editor goes, they stop at their last checkpoint and can go on later.
 */
export class EditorRuns implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #goals: RememberedGoals;
  readonly #onDidChange = new vscode.EventEmitter<EditorRun>();
  readonly #onDidStart = new vscode.EventEmitter<EditorRun>();
  readonly #subscriptions: readonly vscode.Disposable[];
  #runs: EditorRun[] = [];
  /** Runs whose folder is known and remembered. */
  readonly #begun = new Set<EditorRun>();
  #count = 0;
  #stopped = false;

  /** A run was queued, went on, or ended; it is told of ten times a second while it works. */
  readonly onDidChange = this.#onDidChange.event;
  /** A run was put into the queue. */
  readonly onDidStart = this.#onDidStart.event;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
    this.#goals = new RememberedGoals(context.workspaceState);
    this.#subscriptions = [
      this.#onDidChange,
      this.#onDidStart,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("optimas.runs.parallel")) this.#advance();
      }),
    ];
  }

  /** Runs that have not ended, queued ones included, oldest first. */
  get live(): readonly EditorRun[] {
    return this.#runs;
  }

  /** The live run that works in a run's folder. */
  ofFolder(folder: string): EditorRun | undefined {
    return this.#runs.find((run) => run.folder === folder);
  }

  /**
   * Starts a run of an experiment that lies in a file, or queues it behind others.
   * @returns undefined where nothing may run, where the request cannot be met, and when the user takes it back; the user
   *   has been told why
   */
  async start(request: EditorRunRequest): Promise<EditorRun | undefined> {
    if (request.goal.kind === "resume") return this.resume(request.goal.folder);
    if (!mayRun(vscode.l10n.t("A run executes code of this workspace."))) return undefined;
    const { experiment, goal } = request;
    const uri = vscode.Uri.parse(experiment.at.uri, true);
    if (uri.scheme !== "file" || experiment.at.cell !== undefined) {
      return refuse(
        vscode.l10n.t(
          "{0} is not on the disk of this machine. Save it there first: a run works with saved files.",
          uri.path,
        ),
      );
    }
    const file = uri.fsPath;
    const [name = ""] = experiment.exportedAs;
    if (name === "") {
      return refuse(
        vscode.l10n.t(
          "{0} does not export its experiment, so that nothing else can run it. Export it: export default experiment({ system, data, reward })",
          basename(file),
        ),
      );
    }
    const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(file);
    return this.#add({
      file,
      exported: { by: "name", name: experiment.exportedAs.includes("default") ? "default" : name },
      name: request.name ?? experiment.name ?? basename(file),
      out: join(folder, ".optimas", "runs"),
      goal,
      ...(request.settings && { settings: request.settings }),
    });
  }

  /**
   * Goes on with an interrupted or failed run, from its last checkpoint. A run of the command line goes on in a terminal.
   * @param folder absolute path of the run's folder
   * @returns undefined where it does not go on here; the user has been told why, or sees the terminal
   */
  async resume(folder: string): Promise<EditorRun | undefined> {
    if (!mayRun(vscode.l10n.t("A resumed run executes code of this workspace."))) return undefined;
    const live = this.ofFolder(folder);
    if (live !== undefined) return live;
    const [{ readRun }, { resumption }, { readEvents }, { eventsFile }] = await Promise.all([
      import("../../run/runList.ts"),
      import("./editorRunResumption.ts"),
      import("../../run/eventLog.ts"),
      import("../../run/leftovers.ts"),
    ]);
    const run = readRun(folder);
    if (run.kind === "unreadable") return refuse(run.problem);
    if (run.status === "finished") return refuse(vscode.l10n.t("{0} has come to its end.", run.id));
    if (run.held) return refuse(vscode.l10n.t("{0} is at work in another process.", run.id));
    const found = resumption(folder, run.info, this.#goals.of(folder), () => readEvents(eventsFile(folder)));
    switch (found.by) {
      case "editor":
        return this.#add(found.plan);
      case "command line": {
        const { resumeInTerminal } = await import("./resumeTask.ts");
        await resumeInTerminal(folder, this.#context);
        return undefined;
      }
      case "notebook": {
        const { resumeInNotebook } = await import("./resumeInNotebook.ts");
        if (await resumeInNotebook(folder, this.#context.workspaceState)) return undefined;
        return refuse(
          vscode.l10n.t(
            "{0} was begun by a cell of a notebook. Open the notebook and resume it below the cell.",
            run.id,
          ),
        );
      }
    }
  }

  /**
   * Starts a run that is asked for the same as an older one and begins with other values, or queues it.
   * @param folder absolute path of the older run's folder
   * @returns undefined where it does not begin here; the user has been told why
   */
  async branch(folder: string, start: Configuration): Promise<EditorRun | undefined> {
    if (!mayRun(vscode.l10n.t("A run executes code of this workspace."))) return undefined;
    const [{ readRunInfo }, { branching }, { readEvents }, { eventsFile }] = await Promise.all([
      import("../../run/runInfo.ts"),
      import("./editorRunResumption.ts"),
      import("../../run/eventLog.ts"),
      import("../../run/leftovers.ts"),
    ]);
    const info = readRunInfo(folder);
    const found = branching(folder, info, this.#goals.of(folder), () => readEvents(eventsFile(folder)), start);
    switch (found.by) {
      case "editor":
        return this.#add(found.plan);
      case "notebook":
        return refuse(
          vscode.l10n.t(
            "{0} was begun by code that lies in no file of its own. There, a new run begins with other values by open({ start: values }).",
            info.runId,
          ),
        );
      case "command line":
        return refuse(
          vscode.l10n.t(
            "{0} was given the data in {1} instead of its experiment's own. Begin the new run in a terminal, with --data and --configuration.",
            info.runId,
            found.dataDirectory,
          ),
        );
    }
  }

  /** Starts what a run does anew, from the values of the source, in its place: the run is ended. */
  async startFromSource(run: Pick<EditorRun, "plan" | "dispose">): Promise<EditorRun | undefined> {
    if (!mayRun(vscode.l10n.t("A run executes code of this workspace."))) return undefined;
    await run.dispose();
    const { resume: _, ...again } = run.plan;
    return this.#add({ ...again, start: "source" });
  }

  /** Takes queued runs back and ends live ones at their last checkpoint. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#runs.map((run) => run.dispose()));
  }

  dispose(): void {
    void this.stop();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #add(plan: EditorRunPlan): Promise<EditorRun | undefined> {
    const [{ settleUnsaved }, { EditorRun }, { editorRunCode }] = await Promise.all([
      import("./unsavedFiles.ts"),
      import("./editorRun.ts"),
      import("./editorRunCode.ts"),
    ]);
    const same = this.#same(plan);
    if (same !== undefined) {
      // A second click, or another lens on the same: what is asked for goes on already.
      await vscode.commands.executeCommand("notifications.showList");
      return same;
    }
    if (!(await settleUnsaved(vscode.Uri.file(plan.file))) || this.#stopped) return undefined;
    const id = `editor run ${++this.#count}`;
    const place = { folder: dirname(plan.file) };
    const backbones = windowBackbones(place);
    const run: InstanceType<typeof EditorRun> = new EditorRun({
      id,
      plan,
      code: editorRunCode(plan, vscode.l10n),
      start: (listener) =>
        startKernelIn(place, this.#context, listener, {
          consent: async (request, signal) => {
            const answer = await askUser(request, signal);
            if (answer.agreed === false) run.decline();
            return answer;
          },
          backbones: {
            ...backbones,
            mayDownload: async (download, signal) => {
              const agreed = await backbones.mayDownload(download, signal);
              if (agreed === false) run.decline();
              return agreed;
            },
          },
          // Told with the run's end.
          onMissingKey: ({ provider }) => run.lacksKey(provider),
        }),
      onChange: (changed) => this.#changed(changed),
      onLog: (line) => this.#log.info(`${id}: ${line}`),
    });
    this.#runs.push(run);
    this.#log.info(`${id}: ${JSON.stringify(plan.goal)} of ${plan.file}`);
    void run.ended.then((end) => this.#ended(run, end));
    this.#onDidStart.fire(run);
    this.#advance();
    return run;
  }

  #same(plan: EditorRunPlan): EditorRun | undefined {
    const askedBy = ({ file, goal, resume, start, settings }: EditorRunPlan) =>
      JSON.stringify([file, goal, resume?.folder, start, settings]);
    const asked = askedBy(plan);
    return this.#runs.find((run) => run.state.kind !== "stopping" && askedBy(run.plan) === asked);
  }

  #advance(): void {
    if (this.#stopped) return;
    const limit = vscode.workspace.getConfiguration("optimas.runs").get("parallel", 1);
    for (const run of runsToStart(this.#runs, limit)) void run.start();
  }

  #changed(run: EditorRun): void {
    const { folder, output, state } = run;
    if (folder !== undefined && output !== undefined) this.#remember(run, folder);
    if (state.kind === "ended") this.#runs = this.#runs.filter((other) => other !== run);
    this.#onDidChange.fire(run);
  }

  #remember(run: EditorRun, folder: string): void {
    const finished = run.state.kind === "ended" && run.state.end.kind === "finished";
    if (finished) {
      void this.#goals.forget(folder);
    } else if (!this.#begun.has(run)) {
      this.#begun.add(run);
      void this.#goals.remember(folder, run.plan);
    }
  }

  #ended(run: EditorRun, end: Awaited<EditorRun["ended"]>): void {
    this.#begun.delete(run);
    switch (end.kind) {
      case "failed":
        this.#log.error(`${run.id}: ${end.error.stack || end.error.message}`);
        break;
      case "died":
        this.#log.error(`${run.id}: ${end.end.reason}`, ...end.end.lastLines);
        break;
      default:
        this.#log.info(`${run.id}: ${end.kind}`);
    }
    this.#advance();
  }
}

function refuse(message: string): undefined {
  void vscode.window.showWarningMessage(message);
  return undefined;
}
