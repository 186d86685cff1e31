import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";
import { conclude } from "../optimize/conclusion.ts";
import type { Experiment } from "../optimize/experiment.ts";
import { iterate } from "../optimize/iteration.ts";
import { drawLandscape } from "../optimize/landscape.ts";
import { measureStart } from "../optimize/measurement.ts";
import { Optimization } from "../optimize/optimization.ts";
import { runStarted } from "../optimize/runDescription.ts";
import type { SessionRequest } from "../optimize/session.ts";
import { parseSettings, type SettingsInput } from "../optimize/settings.ts";
import { runStageOne } from "../optimize/stageOne.ts";
import type { LocalRewards } from "../reward/localRewards.ts";
import { startTrainer } from "../reward/trainerClient.ts";
import { configurationFile, saveConfiguration } from "../run/configurationFile.ts";
import type { BodyOf, EventBody, EventOf, EventType, RunEvent } from "../run/events.ts";
import type { RunFolder } from "../run/runFolder.ts";
import { type Configuration, initialConfiguration } from "../system/configuration.ts";
import { seededRandom } from "../system/random.ts";
import { componentNamed } from "../system/system.ts";
import { UserError } from "../system/userError.ts";
import { newRunFolder, prepareExperiment } from "./preparation.ts";

/** How experiments are worked on from code. */
export interface WorkbenchOptions {
  /** File the experiment belongs to: relative data paths start in its folder, and `save` writes beside it. */
  readonly file?: string;
  /** Folder of runs; `.optimas/runs` in the working directory by default. */
  readonly out?: string;
  /** Override those of the experiment. */
  readonly settings?: SettingsInput;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Where local rewards are trained; a trainer process of its own by default. */
  readonly startRewards?: () => Promise<LocalRewards>;
}

interface Open {
  readonly optimization: Optimization;
  readonly folder: RunFolder;
  readonly rewards: LocalRewards;
}

/**
 * An experiment worked on step by step, from a script or a notebook: one run in a folder of its own, opened by the first
 * step. Steps wait for one another; each does first what it needs (an iteration fits the local rewards, fitting measures
 * the start). Close it to end the trainer process.
 */
export class Workbench {
  readonly #experiment: Experiment;
  readonly #options: WorkbenchOptions;
  readonly #events: RunEvent[] = [];
  #open: Promise<Open> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #configuration: Configuration;

  constructor(experiment: Experiment, options: WorkbenchOptions) {
    this.#experiment = experiment;
    this.#options = options;
    this.#configuration = initialConfiguration(experiment.system.components);
  }

  /** The configuration in force: the author's, with every accepted update. */
  get configuration(): Configuration {
    return this.#configuration;
  }

  /** Scores the start on the validation rows. */
  evaluate(): Promise<EventOf<"evaluation">> {
    return this.#step(async ({ optimization }) => {
      await measureStart(optimization);
      const start = this.#eventsOf("evaluation").findLast(
        ({ of, split }) => of === "unoptimized" && split === "validation",
      );
      if (start === undefined) throw new Error("the run has recorded no start");
      return start;
    });
  }

  /** Stage 1: collects preferences and fits one local reward function per component. */
  fitRewards(): Promise<EventOf<"rewards">[]> {
    return this.#step(async ({ optimization }) => {
      await this.#fitted(optimization);
      return this.#eventsOf("rewards");
    });
  }

  /**
   * One iteration of Algorithm 1.
   * @returns what became of its update; undefined when there was none, because the budget is spent or nothing is left to try
   */
  step(): Promise<EventOf<"update"> | undefined> {
    return this.#step(async ({ optimization }) => {
      const stop = await this.#iterate(optimization, optimization.state.iteration + 1);
      return stop === undefined ? this.#latest("update") : undefined;
    });
  }

  /** `iterations` more iterations, then start and result on the test rows. */
  optimize({ iterations }: { readonly iterations: number }): Promise<BodyOf<"summary">> {
    return this.#step(async ({ optimization }) => {
      const of = optimization.state.iteration + iterations;
      let stop: Awaited<ReturnType<typeof iterate>>;
      while (optimization.state.iteration < of && stop === undefined) stop = await this.#iterate(optimization, of);
      const summary = await conclude(optimization, stop ?? "iterations");
      optimization.session.record(summary);
      return summary;
    });
  }

  /** Local and global reward over the values of one option of a component. */
  landscape(component: string | { readonly name: string }, key: string): Promise<EventOf<"landscape">[]> {
    const name = typeof component === "string" ? component : component.name;
    return this.#step(async ({ optimization }) => {
      const chosen = componentNamed(this.#experiment.system, name);
      await this.#fitted(optimization);
      const before = this.#events.length;
      await drawLandscape(optimization, chosen, key);
      return this.#events.slice(before).flatMap((event) => (event.type === "landscape" ? [event] : []));
    });
  }

  /** Every update so far, accepted or not. */
  updates(): EventOf<"update">[] {
    return this.#eventsOf("update");
  }

  /**
   * Writes the configuration in force beside the experiment's file.
   * @returns the path of the file
   */
  save(file?: string): Promise<string> {
    return this.#step(async ({ optimization, folder }) => {
      const target = file ?? (this.#options.file && configurationFile(this.#options.file));
      if (target === undefined) throw new UserError('Name the file to save to: save("my.optimas.json").');
      const { gate } = optimization.state;
      const average = (scores: readonly number[]) => scores.reduce((sum, score) => sum + score, 0) / scores.length;
      const { model } = optimization.session.request;
      saveConfiguration(resolve(target), {
        configuration: this.#configuration,
        ...(gate && {
          origin: {
            system: this.#experiment.system.name,
            run: folder.runId,
            model: model.simulated ? `${model.name} (simulated model)` : model.name,
            validation: { unoptimized: average(gate.initial), optimized: average(gate.scores), n: gate.scores.length },
          },
        }),
      });
      return resolve(target);
    });
  }

  /** Ends the trainer process and closes the run's folder; a further step opens a new run. */
  async close(): Promise<void> {
    const open = await this.#open?.catch(() => undefined);
    this.#open = undefined;
    await open?.rewards.dispose();
    open?.folder.close();
  }

  async #fitted(optimization: Optimization): Promise<void> {
    await measureStart(optimization);
    if (optimization.session.settings.scorer !== "global") {
      await runStageOne(optimization, optimization.session.optimizable());
    }
  }

  async #iterate(optimization: Optimization, of: number): ReturnType<typeof iterate> {
    await this.#fitted(optimization);
    const components = optimization.session.optimizable();
    if (components.length === 0) throw new UserError("No component of this system has a variable to optimize.");
    const stop = await iterate(optimization, components, of);
    this.#configuration = optimization.state.configuration;
    return stop;
  }

  #step<T>(action: (open: Open) => Promise<T>): Promise<T> {
    const step = this.#last.then(async () => {
      this.#open ??= this.#start();
      const open = await this.#open.catch((thrown: unknown) => {
        this.#open = undefined;
        throw thrown;
      });
      return action(open);
    });
    // The next step waits for this one however it ends; its error belongs to its caller alone.
    this.#last = step.catch(() => undefined);
    return step;
  }

  async #start(): Promise<Open> {
    const experiment = this.#experiment;
    const { file = "", signal = new AbortController().signal, startRewards = startTrainer } = this.#options;
    const settings = parseSettings({ ...experiment.settings, ...this.#options.settings });
    const baseDirectory = file === "" ? process.cwd() : resolve(file, "..");
    const prepared = await prepareExperiment(experiment, settings, { baseDirectory }, signal);
    const folder = newRunFolder(
      prepared,
      {
        out: this.#options.out ?? join(".optimas", "runs"),
        experiment: { path: file === "" ? "" : resolve(file), given: file },
      },
      Date.now,
      seededRandom(randomUUID()),
    );
    folder.onEvent((event) => {
      if (event.type !== "progress") this.#events.push(event);
      this.#options.onEvent?.(event);
    });
    const rewards = await startRewards().catch((thrown: unknown) => {
      folder.close();
      throw thrown;
    });
    const request: SessionRequest = { ...prepared, experimentPath: file, rewards, recorder: folder, signal };
    const optimization = await Optimization.open(request, this.#configuration);
    optimization.session.record(runStarted(request, this.#configuration) satisfies EventBody);
    return { optimization, folder, rewards };
  }

  #eventsOf<T extends EventType>(type: T): EventOf<T>[] {
    return this.#events.filter((event): event is EventOf<T> => event.type === type);
  }

  #latest<T extends EventType>(type: T): EventOf<T> {
    const event = this.#eventsOf(type).at(-1);
    if (event === undefined) throw new Error(`the run has recorded no ${type}`);
    return event;
  }
}
