import { resolve } from "node:path";
import { conclude } from "../optimize/conclusion.ts";
import type { Experiment } from "../optimize/experiment.ts";
import { iterate } from "../optimize/iteration.ts";
import { drawLandscape, landscapeValues } from "../optimize/landscape.ts";
import { measureStart } from "../optimize/measurement.ts";
import type { Optimization } from "../optimize/optimization.ts";
import type { SettingsInput } from "../optimize/settings.ts";
import { runStageOne } from "../optimize/stageOne.ts";
import type { LocalRewards } from "../reward/localRewards.ts";
import { saveConfiguration } from "../run/configurationFile.ts";
import type { BodyOf, EventOf, RunEvent } from "../run/events.ts";
import { type Configuration, initialConfiguration } from "../system/configuration.ts";
import { componentNamed } from "../system/system.ts";
import { UserError } from "../system/userError.ts";
import { calledFrom } from "./calledFrom.ts";
import { currentCell } from "./cellHost.ts";
import type { Declared } from "./declaredExperiments.ts";
import { displayed } from "./display/displayed.ts";
import {
  evaluationSheet,
  landscapeSheet,
  landscapeView,
  rewardsSheet,
  summarySheet,
  updateSheet,
} from "./display/runSheets.ts";
import { type Block, sheetBundle } from "./display/sheet.ts";
import type { OpenedRun } from "./openedRun.ts";
import { plannedFrom } from "./resumption.ts";
import { RunStopped } from "./runStopped.ts";
import { Step } from "./step.ts";
import { valuesPlace } from "./valuesPlace.ts";
import { type StepWork, WorkedRun } from "./workedRun.ts";

/** How experiments are worked on from code. */
export interface WorkbenchOptions {
  /**
   * File the experiment belongs to: relative data paths start in its folder, and every accepted value is written into
   * `<name>.optimas.json` beside it, which `save` writes as well.
   *
   * In a notebook accepted values are kept without it: those of `const tuning = experiment({ ... })` in
   * `<notebook>.tuning.optimas.json` beside the notebook, those of an experiment that cells import from a file beside that.
   */
  readonly file?: string;
  /**
   * Where a new run starts. `saved`, the default where there is such a file: the values accepted before, in
   * `<name>.optimas.json`; `source`, the default elsewhere: the author's; or these values, such as those in force after an
   * update of another run: the author's hold for components that they leave out. What a run accepts that does not start
   * from the saved values takes their place.
   */
  readonly start?: "saved" | "source" | Configuration;
  /** False: what the run accepts is kept in its own folder alone. */
  readonly save?: boolean;
  /** Folder of runs; `.optimas/runs` in the notebook's folder or the working directory by default. */
  readonly out?: string;
  /** Folder of an interrupted run of the same experiment, which the first step goes on with instead of starting one. */
  readonly resume?: string;
  /** Override those of the experiment. */
  readonly settings?: SettingsInput;
  /** Stops the step under way, and every later one. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Where local rewards are trained; a trainer process of its own by default. */
  readonly startRewards?: () => Promise<LocalRewards>;
}

/** Whoever redefines an experiment forgets the old one: its trainer and the lock of its run must not stay behind. */
const forgotten = new FinalizationRegistry<WorkedRun>((run) => void run.close());

/**
 * An experiment worked on step by step, from a script or a notebook: one run in a folder of its own, opened by the first
 * step. Steps wait for one another; each does first what it needs (an iteration fits the local rewards, fitting measures
 * the start).
 *
 * A step stops when its `signal` or that of the notebook cell which called it aborts: it throws `RunStopped`, everything
 * up to the last checkpoint is kept, and the next step goes on there as if nothing had happened. So it is after a
 * failure, also that of the trainer process.
 */
export class Workbench {
  readonly #experiment: Experiment;
  readonly #options: WorkbenchOptions;
  readonly #declared: () => Declared | undefined;
  readonly #run: WorkedRun;
  #last: Promise<unknown> = Promise.resolve();

  /** @param declared where the experiment was declared, as far as that is known by now */
  constructor(experiment: Experiment, options: WorkbenchOptions, declared: () => Declared | undefined) {
    this.#experiment = experiment;
    this.#options = options;
    this.#declared = declared;
    this.#run = new WorkedRun(experiment, options, declared);
    forgotten.register(this, this.#run);
  }

  /** The configuration in force: the author's, with every accepted update. */
  get configuration(): Configuration {
    return this.#run.configuration;
  }

  /** Scores the start on the validation rows. */
  evaluate(): Promise<EventOf<"evaluation">> {
    return this.#step({ kind: "evaluate" }, async ({ optimization }) => {
      await measureStart(optimization);
      const start = this.#run.history
        .of("evaluation")
        .findLast(({ of, split }) => of === "unoptimized" && split === "validation");
      if (start === undefined) throw new Error("the run has recorded no start");
      return shown({ ...start }, evaluationSheet(start, this.#run.history.view));
    });
  }

  /** Stage 1: collects preferences and fits one local reward function per component. */
  fitRewards(): Promise<EventOf<"rewards">[]> {
    return this.#step({ kind: "rewards" }, async ({ optimization }) => {
      await fitted(optimization);
      const rewards = this.#run.history.of("rewards");
      return shown(rewards, rewardsSheet(rewards, this.#run.history.view));
    });
  }

  /**
   * One iteration of Algorithm 1.
   * @returns what became of its update; undefined when there was none, because the budget is spent or nothing is left to try
   */
  step(): Promise<EventOf<"update"> | undefined> {
    return this.#step({ kind: "optimize", iterations: 1 }, async ({ optimization }) => {
      await fitted(optimization);
      optimization.session.record({ type: "phase", phase: "iterating" });
      const stop = await this.#iterate(optimization, optimization.state.iteration + 1);
      if (stop !== undefined) return undefined;
      const update = this.#run.history.latest("update");
      return shown({ ...update }, updateSheet(update, this.#run.history.view));
    });
  }

  /**
   * `iterations` more iterations, then start and result on the test rows. Asked for the same again after an interruption,
   * it goes on to the end that it had then.
   * @param given.iterations as many as the settings say by default
   * @throws UserError when `iterations` is no whole number from 0
   */
  async optimize(given: { readonly iterations?: number } = {}): Promise<BodyOf<"summary">> {
    const { iterations: wanted } = given;
    if (wanted !== undefined && (!Number.isInteger(wanted) || wanted < 0)) {
      throw new UserError(`optimize({ iterations }) must be a whole number from 0, but is ${String(wanted)}.`);
    }
    const work = { kind: "optimize" as const, ...(wanted !== undefined && { iterations: wanted }) };
    return this.#step(work, async ({ optimization }) => {
      const { session, state } = optimization;
      const iterations = wanted ?? session.settings.iterations;
      await fitted(optimization);
      const from = plannedFrom(this.#run.history.events, iterations) ?? state.iteration;
      const of = from + iterations;
      session.record({ type: "phase", phase: "iterating", plan: { from, of } });
      let stop: Awaited<ReturnType<typeof iterate>>;
      while (state.iteration < of && stop === undefined) stop = await this.#iterate(optimization, of);
      const summary = await conclude(optimization, stop ?? "iterations");
      session.record(summary);
      // The test rows were paid for: what comes next must not lose them. What a budget broke off is done again from its beginning.
      if (stop !== "budget") await optimization.checkpoint();
      await this.#run.report();
      return shown({ ...summary }, summarySheet(this.#run.history.view));
    });
  }

  /**
   * Local and global reward over the values of one option of a component.
   * @throws UserError when there is no such component or option
   */
  async landscape(component: string | { readonly name: string }, key: string): Promise<EventOf<"landscape">[]> {
    const name = typeof component === "string" ? component : component.name;
    const chosen = componentNamed(this.#experiment.system, name);
    landscapeValues(chosen, key, this.configuration[name] ?? null);
    return this.#step({ kind: "landscape", component: name, key }, async ({ optimization }) => {
      await fitted(optimization);
      optimization.session.record({ type: "phase", phase: "measuring" });
      const before = this.#run.history.of("landscape").length;
      await drawLandscape(optimization, chosen, key);
      const points = this.#run.history.of("landscape").slice(before);
      const drawn = landscapeView(points);
      if (drawn === undefined) return points;
      const { landscapePictures } = await import("./display/landscapePicture.ts");
      return shown(points, landscapeSheet(points, this.#run.history.view, landscapePictures(drawn)));
    });
  }

  /** Every update so far, accepted or not. */
  updates(): EventOf<"update">[] {
    return this.#run.history.of("update");
  }

  /**
   * Writes the configuration in force to a file, by default where accepted values are kept.
   * @returns the path of the file
   */
  async save(file?: string): Promise<string> {
    const place = valuesPlace(this.#options.file ?? "", this.#declared(), currentCell());
    const target = file ?? (place.kind === "file" ? place.file : undefined);
    if (target === undefined) throw new UserError('Name the file to save to: save("my.optimas.json").');
    const { experiment } = place.kind === "file" && place.file === target ? place : {};
    return this.#step(undefined, async ({ optimization, folder }, base) => {
      const { gate } = optimization.state;
      const average = (scores: readonly number[]) => scores.reduce((sum, score) => sum + score, 0) / scores.length;
      const { model } = optimization.session.request;
      const path = resolve(base, target);
      saveConfiguration(path, {
        configuration: this.configuration,
        replaces: initialConfiguration(this.#experiment.system.components),
        ...(experiment && { experiment }),
        ...(gate && {
          origin: {
            system: this.#experiment.system.name,
            run: folder.runId,
            model: model.simulated ? `${model.name} (simulated model)` : model.name,
            validation: { unoptimized: average(gate.initial), optimized: average(gate.scores), n: gate.scores.length },
          },
        }),
      });
      return path;
    });
  }

  /** Waits for the steps asked for, then ends the trainer process and closes the run's folder; a further step opens a new run. */
  close(): Promise<void> {
    const closing = this.#last.then(() => this.#run.close());
    this.#last = closing.catch(() => undefined);
    return closing;
  }

  async #iterate(optimization: Optimization, of: number): ReturnType<typeof iterate> {
    const components = optimization.session.optimizable();
    if (components.length === 0) throw new UserError("No component of this system has a variable to optimize.");
    const stop = await iterate(optimization, components, of);
    this.#run.accept(optimization);
    return stop;
  }

  /** @param work what it may spend money on; undefined for nothing */
  #step<T>(work: StepWork | undefined, action: (run: OpenedRun, base: string) => Promise<T>): Promise<T> {
    const step = new Step(this.#options.signal);
    const turn = this.#last;
    const done = calledFrom(() =>
      this.#inTurn(step, turn, work, (run) => action(run, step.cell?.folder ?? process.cwd())),
    );
    // The next step waits for this one however it ends, and for those before it; its error belongs to its caller alone.
    this.#last = Promise.allSettled([turn, done]).then(() => undefined);
    return done;
  }

  async #inTurn<T>(
    step: Step,
    turn: Promise<unknown>,
    work: StepWork | undefined,
    action: (run: OpenedRun) => Promise<T>,
  ): Promise<T> {
    try {
      await step.unlessStopped(turn).catch((thrown: unknown) => {
        throw new RunStopped("Stopped before this step began.", undefined, thrown);
      });
      return await this.#run.during(step, work, action);
    } finally {
      step.end();
    }
  }
}

async function fitted(optimization: Optimization): Promise<void> {
  await measureStart(optimization);
  if (optimization.session.settings.scorer === "global") return;
  await runStageOne(optimization, optimization.session.optimizable());
}

/** The blocks are made now: what a step gave must not change its look with what the run does later. */
function shown<T extends object>(value: T, blocks: readonly Block[]): T {
  return displayed(value, () => sheetBundle(blocks));
}
