import { dirname, resolve } from "node:path";
import { dataDirectory } from "../data/dataDirectory.ts";
import type { Experiment } from "../optimize/experiment.ts";
import { Optimization } from "../optimize/optimization.ts";
import { layeredSettings, parseSettings, type SettingsInput } from "../optimize/settings.ts";
import type { TrialWork } from "../optimize/trialPlans.ts";
import { Trials, type ValueCheck, type ValueTrial } from "../optimize/trials.ts";
import type { LocalRewards } from "../reward/localRewards.ts";
import { startTrainer } from "../reward/trainerClient.ts";
import type { RunEvent } from "../run/events.ts";
import { MemoryRecorder } from "../run/memoryRecorder.ts";
import { readRunInfo } from "../run/runInfo.ts";
import { type SavedStart, savedStart, sourceStart, startFrom } from "../run/savedStart.ts";
import { type Configuration, initialConfiguration } from "../system/configuration.ts";
import { UserError } from "../system/userError.ts";
import type { VariableValue } from "../system/variable.ts";
import { rewardsOf } from "./backboneAccess.ts";
import { calledFrom } from "./calledFrom.ts";
import { type CellHost, recordUse } from "./cellHost.ts";
import type { Declared } from "./declaredExperiments.ts";
import { displayed } from "./display/displayed.ts";
import {
  checkBundle,
  exampleBundle,
  offerBundle,
  type TimedRun,
  type TrialOffer,
  trialBundle,
} from "./display/trialSheets.ts";
import { type PreparedExperiment, prepareExperiment } from "./preparation.ts";
import { changedSince } from "./resumption.ts";
import { Step } from "./step.ts";
import { TrialCosts } from "./trialCosts.ts";
import { type Learnt, learntIn, noRewards } from "./trialRewards.ts";
import { valuesPlace } from "./valuesPlace.ts";

export interface TrialOptions {
  /** File the experiment belongs to: relative data paths start in its folder, and accepted values lie beside it. */
  readonly file?: string;
  /**
   * Which values are in force: those accepted before (the default where they are kept in a file), the source's, or these:
   * the source's hold for components that they leave out.
   */
  readonly start?: "saved" | "source" | Configuration;
  /** Folder of a run of the same experiment: rows, model and settings are those of the run, or nothing is tried. */
  readonly asInRun?: string;
  /** Folder of a run of the same experiment, whose local rewards score outputs. */
  readonly rewardsFrom?: string;
  /** Override those of the experiment; a budget is not asked for, each step tells its cost before. */
  readonly settings?: SettingsInput;
  /** Where local rewards are computed; a trainer process of its own by default. */
  readonly startRewards?: () => Promise<LocalRewards>;
}

/** How far a step of trials is. */
export interface TrialProgress {
  /** What is being done, in the words of a run's log. */
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

interface Prepared {
  readonly experiment: PreparedExperiment;
  readonly costs: TrialCosts;
}

interface Opened {
  readonly trials: Trials;
  readonly optimization: Optimization;
  readonly rewards: LocalRewards | undefined;
  readonly controller: AbortController;
  readonly alignment: ReadonlyMap<string, number | undefined>;
  readonly costs: TrialCosts;
}

/**
 * Values tried by hand on single rows and at the gate, outside of any run: nothing is written, nothing is accepted by
 * itself. Steps wait for one another. One that is interrupted loses what was measured for the next check, and nothing else.
 */
export class TrialBench {
  readonly #experiment: Experiment;
  readonly #options: TrialOptions;
  readonly #declared: () => Declared | undefined;
  #prepared: Prepared | undefined;
  #start: SavedStart | undefined;
  #configuration: Configuration | undefined;
  #opened: Opened | undefined;
  /** Of the step under way. */
  #onProgress: ((progress: TrialProgress) => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param declared where the experiment was declared, as far as that is known by now */
  constructor(experiment: Experiment, options: TrialOptions, declared: () => Declared | undefined) {
    this.#experiment = experiment;
    this.#options = options;
    this.#declared = declared;
  }

  /** What can be tried: components with their variables and values, rows, and what trying costs. */
  offer(): Promise<TrialOffer> {
    return this.#step(async (opened) => {
      const offer = this.#offered(opened);
      return displayed(offer, () => offerBundle(offer));
    });
  }

  /**
   * Runs one component on the input that it gets for one row: with `value`, with the value in force, and with what lies
   * beside it in the search space. Each has its local reward where that has been learnt.
   * @param given.example id of a validation or training row; the first validation row by default
   * @param given.alone without the values that lie beside
   * @throws UserError when there is no such component, value or row, or nothing gets to the component
   */
  tryValue(
    component: string | { readonly name: string },
    value: VariableValue,
    given: { readonly example?: string; readonly alone?: boolean } = {},
  ): Promise<ValueTrial> {
    const name = nameOf(component);
    return this.#step(async (opened, step) => {
      const { trials } = opened;
      await this.#agree(opened, step, { kind: "value", component: name, alone: given.alone });
      const example = given.example ?? trials.examples[0]?.id ?? "";
      const trial = await trials.tryValue(name, value, example, given);
      return displayed({ ...trial }, () => trialBundle(trial));
    });
  }

  /**
   * Puts a value to the validation gate, as an update of a run would be. Nothing is accepted by it.
   * @param given.onProgress hears of every row as soon as it is measured
   * @throws UserError as `tryValue`
   */
  check(
    component: string | { readonly name: string },
    value: VariableValue,
    given: { readonly onProgress?: (progress: TrialProgress) => void } = {},
  ): Promise<ValueCheck> {
    const name = nameOf(component);
    return this.#step(async (opened, step) => {
      await this.#agree(opened, step, checkOf(opened, name));
      this.#onProgress = given.onProgress;
      try {
        const check = await opened.trials.check(name, value);
        return displayed({ ...check }, () => checkBundle(check));
      } finally {
        this.#onProgress = undefined;
      }
    });
  }

  /** From now on this value is in force in these trials. @throws UserError when it is none of the component's */
  keep(component: string | { readonly name: string }, value: VariableValue): Promise<TrialOffer> {
    return this.#step(async (opened) => {
      opened.trials.keep(nameOf(component), value);
      this.#configuration = opened.trials.configuration;
      const offer = this.#offered(opened);
      return displayed(offer, () => offerBundle(offer));
    });
  }

  /**
   * Runs the whole system on rows with the values in force.
   * @param onRun gets each as soon as it is done
   * @param onStart hears of each as soon as it is its turn
   * @param onStep hears of every component that has given its output for a row
   * @throws UserError when there is no such row
   */
  runExamples(
    ids: readonly string[],
    onRun?: (run: TimedRun) => void,
    onStart?: (id: string) => void,
    onStep?: (id: string, component: string) => void,
  ): Promise<TimedRun[]> {
    return this.#step(async (opened, step) => {
      await this.#agree(opened, step, { kind: "rows", rows: ids.length });
      const begun = new Map<string, number>();
      const timed: TimedRun[] = [];
      await opened.trials.runExamples(ids, {
        start: (id) => {
          begun.set(id, performance.now());
          onStart?.(id);
        },
        ...(onStep && { step: onStep }),
        run: (run) => {
          const one = { ...run, ms: performance.now() - (begun.get(run.exampleId) ?? Number.NaN) };
          timed.push(displayed(one, () => exampleBundle(one)));
          onRun?.(one);
        },
      });
      const place = new Map(ids.map((id, index) => [id, index]));
      return timed.sort((a, b) => (place.get(a.exampleId) ?? 0) - (place.get(b.exampleId) ?? 0));
    });
  }

  /** Waits for the steps asked for, then ends the trainer process. */
  close(): Promise<void> {
    const closing = this.#last.then(() => this.#letGo());
    this.#last = closing.catch(() => undefined);
    return closing;
  }

  #step<T>(action: (opened: Opened, step: Step) => Promise<T>): Promise<T> {
    const step = new Step(undefined);
    const turn = this.#last;
    const done = calledFrom(async () => {
      try {
        await step.unlessStopped(turn);
        return await this.#during(step, action);
      } finally {
        step.end();
      }
    });
    // The next step waits for this one however it ends, and for those before it.
    this.#last = Promise.allSettled([turn, done]).then(() => undefined);
    return done;
  }

  async #during<T>(step: Step, action: (opened: Opened, step: Step) => Promise<T>): Promise<T> {
    const { signal } = step;
    const abort = () => this.#opened?.controller.abort(signal.reason);
    signal.addEventListener("abort", abort);
    try {
      signal.throwIfAborted();
      if (this.#opened?.controller.signal.aborted) await this.#letGo();
      this.#opened ??= await this.#open(step);
      if (signal.aborted) abort();
      return await step.unlessStopped(action(this.#opened, step));
    } finally {
      signal.removeEventListener("abort", abort);
      if (this.#opened?.controller.signal.aborted) await this.#letGo();
    }
  }

  /** @throws UserError where nobody agrees to what it may cost */
  async #agree({ costs, optimization, trials }: Opened, step: Step, work: TrialWork): Promise<void> {
    await costs.agree(optimization, trials.configuration, work, step);
  }

  async #open(step: Step): Promise<Opened> {
    const { file = "" } = this.#options;
    const base = step.cell?.folder ?? process.cwd();
    this.#prepared ??= await step.unlessStopped(this.#prepare(base, step.cell, step.signal));
    this.#start ??= this.#startIn(step.cell);
    this.#configuration ??= this.#start.configuration;
    const { rewardsFrom } = this.#options;
    const learnt =
      rewardsFrom === undefined ? undefined : learntIn(resolve(base, rewardsFrom), base, this.#experiment.system);
    const rewards = learnt && (await step.unlessStopped(this.#startRewards(learnt, step)));
    const controller = new AbortController();
    void rewards?.ended?.then(
      () => controller.abort(new Error("The trainer ended; the next step starts another one.")),
      () => undefined,
    );
    try {
      const optimization = await Optimization.open(
        {
          ...this.#prepared.experiment,
          experimentPath: file,
          rewards: rewards ?? noRewards,
          recorder: new MemoryRecorder("trials", Date.now, (event) => this.#hear(event)),
          signal: controller.signal,
        },
        this.#configuration,
      );
      if (rewards && learnt) {
        await rewards.load(learnt.file);
        for (const name of learnt.alignment.keys()) optimization.session.rewarded.add(name);
      }
      const alignment = learnt?.alignment ?? new Map<string, number | undefined>();
      const { costs } = this.#prepared;
      return { trials: new Trials(optimization), optimization, rewards, controller, alignment, costs };
    } catch (thrown) {
      await rewards?.dispose();
      throw thrown;
    }
  }

  async #startRewards({ settings, place, file }: Learnt, step: Step): Promise<LocalRewards> {
    const { startRewards } = this.#options;
    if (startRewards !== undefined) return startRewards();
    const rewards = await rewardsOf(settings, place, step, file);
    return startTrainer({ rewards, onLog: (line) => step.cell?.onTrainer?.({ kind: "said", line }) });
  }

  async #prepare(base: string, cell: CellHost | undefined, signal: AbortSignal): Promise<Prepared> {
    const experiment = this.#experiment;
    const { file = "", asInRun } = this.#options;
    const run = asInRun === undefined ? undefined : readRunInfo(resolve(base, asInRun));
    // What the run was given is what it recorded; names and values are checked here again.
    const recorded = run?.settings as SettingsInput | undefined;
    const unlimited = { budgetRuns: null };
    const settings = parseSettings(
      layeredSettings(experiment.settings, recorded, this.#options.settings, recordUse(cell), unlimited),
    );
    const directory = run?.asked?.dataDirectory ?? null;
    const out = asInRun === undefined ? resolve(base, ".optimas", "runs") : dirname(resolve(base, asInRun));
    const given = {
      baseDirectory: file === "" ? base : dirname(resolve(base, file)),
      model: run?.model,
      models: cell?.models,
      out,
      ...(directory !== null && { data: dataDirectory(directory) }),
    };
    const prepared = await prepareExperiment(experiment, settings, given, signal);
    const changed = run && changedSince(run, prepared);
    if (run === undefined || changed === undefined) {
      return { experiment: prepared, costs: new TrialCosts(prepared, out) };
    }
    throw new UserError(
      `Since run ${run.runId} was started ${changed} changed, so that its rows cannot be run again as they were. Undo the change, or start a new run.`,
    );
  }

  #startIn(cell: CellHost | undefined): SavedStart {
    const { components } = this.#experiment.system;
    if (typeof this.#options.start === "object") return startFrom({ configuration: this.#options.start }, components);
    const { file = "", start = cell?.values?.start ?? "saved" } = this.#options;
    const place = valuesPlace(file, this.#declared(), cell);
    if (place.kind === "none" || start === "source") return sourceStart(components);
    return savedStart(place.file, components, place.experiment);
  }

  #hear(event: RunEvent): void {
    if (event.type !== "progress") return;
    const { label, done, total } = event;
    this.#onProgress?.({ label, done, total });
  }

  #offered(opened: Opened): TrialOffer {
    const { trials, optimization, alignment, costs } = opened;
    const most = (work: TrialWork) => {
      const estimate = costs.estimate(optimization, trials.configuration, work);
      return estimate && { usd: estimate.usd?.high ?? null };
    };
    const row = most({ kind: "rows", rows: 1 });
    const { session } = optimization;
    const { model, splits } = session.request;
    const source = initialConfiguration(session.system.components);
    const validation = new Set(splits.validation.examples);
    return {
      system: session.system.name,
      model: model.name,
      simulated: model.simulated,
      ...(row && { rowUsd: row.usd }),
      components: session.system.components.map(({ name, description, variable }) => ({
        ...(row && { tryUsd: most({ kind: "value", component: name })?.usd ?? null }),
        ...(row && { checkUsd: most(checkOf(opened, name))?.usd ?? null }),
        name,
        description,
        variable,
        source: source[name] ?? null,
        current: trials.configuration[name] ?? null,
        rewarded: trials.isRewarded(name),
        alignment: alignment.get(name),
        tryRuns: trials.tryCost(name),
        checkRuns: trials.checkCost(name),
      })),
      examples: trials.examples.map((example) => ({
        example,
        split: validation.has(example) ? "validation" : "train",
      })),
      checkRows: optimization.gateExamples().length,
      taken: this.#start?.taken ?? [],
      leftOut: this.#start?.leftOut ?? [],
    };
  }

  async #letGo(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    opened?.costs.closed(opened.optimization);
    await opened?.rewards?.dispose();
  }
}

function nameOf(component: string | { readonly name: string }): string {
  return typeof component === "string" ? component : component.name;
}

function checkOf({ optimization }: Opened, component: string): TrialWork {
  const { session, state } = optimization;
  const measuresStart = state.gate === undefined || !session.deterministic;
  return { kind: "check", component, rows: optimization.gateExamples().length, measuresStart };
}
