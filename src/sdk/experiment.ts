import type { ExampleOf, Row, SplitSources } from "../data/source.ts";
import type { LanguageModel } from "../models/languageModel.ts";
import type { Experiment, PreparedRows } from "../optimize/experiment.ts";
import { layeredSettings, type SettingsInput } from "../optimize/settings.ts";
import type { Component, Fields } from "../system/component.ts";
import { type Configuration, initialConfiguration } from "../system/configuration.ts";
import type { Reward } from "../system/evaluation.ts";
import { type Route, type System, wireSystem } from "../system/system.ts";
import { UserError } from "../system/userError.ts";
import { calledFrom } from "./calledFrom.ts";
import { type Declared, knownExperiment } from "./declaredExperiments.ts";
import { displayed } from "./display/displayed.ts";
import { sheetBundle } from "./display/sheet.ts";
import { experimentSheet, systemSheet } from "./display/systemSheets.ts";
import type { TrialBench, TrialOptions } from "./trialBench.ts";
import type { Workbench, WorkbenchOptions } from "./workbench.ts";

/** Marks the default export of an experiment file, across installations of this package. */
export const EXPERIMENT_BRAND = Symbol.for("optimas.experiment");
/** Raised when an older command line could not run what a newer `experiment()` returns. */
export const EXPERIMENT_FORMAT = 1;

type OutputsOf<C> = C extends { readonly fieldTypes?: { readonly outputs: infer O } } ? O : never;
type UnionToIntersection<U> = (U extends unknown ? (member: U) => void : never) extends (member: infer I) => void
  ? I
  : never;
/** All fields that the components write, with their types. */
type WrittenFields<C extends readonly Component[]> = UnionToIntersection<OutputsOf<C[number]>>;

/** A system that knows the types of its final output fields. */
export type TypedSystem<O> = System & { readonly outputTypes?: O };

/**
 * Wires components by field names; a misspelt output is a compile error.
 * @throws UserError at construction for a cycle, a field written twice, an unknown output, a repeated name
 */
export function system<
  const C extends readonly Component[],
  const N extends keyof WrittenFields<C> & string,
>(declaration: {
  readonly name: string;
  readonly components: C;
  readonly outputs: readonly N[];
  readonly route?: Route;
}): TypedSystem<Pick<WrittenFields<C>, N>> {
  const made = wireSystem(declaration) as TypedSystem<Pick<WrittenFields<C>, N>>;
  return displayed(made, () => sheetBundle(systemSheet(made)));
}

export interface ExperimentDeclaration<O, T extends Row> {
  readonly system: TypedSystem<O>;
  readonly data: SplitSources<T>;
  /** Scores the final output of one example; higher is better, normally in [0, 1]. */
  readonly reward: (
    output: O,
    example: ExampleOf<T>,
    context: { readonly signal: AbortSignal },
  ) => number | Promise<number>;
  readonly prepare?: (rows: PreparedRows, signal: AbortSignal) => void | Promise<void>;
  readonly groundTruth?: (example: ExampleOf<T>) => Fields | undefined;
  readonly model?: string | LanguageModel;
  readonly proposer?: string | LanguageModel;
  /**
   * On what local rewards are learned: `{ backbone: "lexical" }`, as by default, or a transformer as ONNX, by the path of its
   * folder from the experiment's, or by its name on the hub, `"hub:owner/name"`. The same as `rewards` among the settings.
   */
  readonly rewards?: SettingsInput["rewards"];
  readonly settings?: SettingsInput;
}

/**
 * An experiment: what a run needs to know, and the steps of one, for scripts and notebooks. The first step opens a run in
 * `.optimas/runs`; `open` gives a workbench with other choices; `close` ends the processes behind it.
 */
export interface WorkableExperiment extends Experiment {
  /** A run of its own with the options given. */
  open(options?: WorkbenchOptions): Promise<Workbench>;
  /** A bench for trying values by hand, outside of any run. */
  trials(options?: TrialOptions): Promise<TrialBench>;
  readonly configuration: Configuration;
  evaluate: Workbench["evaluate"];
  fitRewards: Workbench["fitRewards"];
  step: Workbench["step"];
  optimize: Workbench["optimize"];
  landscape: Workbench["landscape"];
  updates: Workbench["updates"];
  save: Workbench["save"];
  close: Workbench["close"];
}

/** Binds a system to data and a reward: what a run needs to know. Export it as the default of an experiment file. */
export function experiment<O, T extends Row = Row>(declaration: ExperimentDeclaration<O, T>): WorkableExperiment {
  const { system, data, reward, prepare, groundTruth, model = "simulated:text", proposer } = declaration;
  if (typeof reward !== "function") {
    throw new UserError("experiment({ reward }) must be a function (output, example) => number.");
  }
  if (!data || !("train" in data) || !("validation" in data)) {
    throw new UserError("experiment({ data }) must name a train and a validation source.");
  }
  const described: Experiment = {
    system,
    data,
    // Rows and outputs are checked where they are read and made, which makes the declared types true here.
    reward: reward as unknown as Reward,
    prepare,
    groundTruth: groundTruth as Experiment["groundTruth"],
    model,
    proposer,
    settings: layeredSettings(declaration.settings, declaration.rewards && { rewards: declaration.rewards }),
  };
  const made = workable(described);
  Object.defineProperty(made, EXPERIMENT_BRAND, { value: EXPERIMENT_FORMAT });
  return displayed(made, () => sheetBundle(experimentSheet(described)));
}

/** Adds the steps; what they need is loaded by the first one, so that a file which only declares stays light. */
function workable(described: Experiment): WorkableExperiment {
  let own: Promise<Workbench> | undefined;
  let opened: Workbench | undefined;
  let declared: () => Declared | undefined = () => undefined;
  const open = async (options: WorkbenchOptions = {}) => {
    const { Workbench } = await import("./workbench.ts");
    return new Workbench(described, options, () => declared());
  };
  const bench = async () => {
    own ??= open();
    opened = await own;
    return opened;
  };
  const made: WorkableExperiment = {
    ...described,
    open,
    trials: async (options = {}) => {
      const { TrialBench } = await import("./trialBench.ts");
      return new TrialBench(described, options, () => declared());
    },
    get configuration() {
      return opened?.configuration ?? initialConfiguration(described.system.components);
    },
    evaluate: () => calledFrom(async () => (await bench()).evaluate()),
    fitRewards: () => calledFrom(async () => (await bench()).fitRewards()),
    step: () => calledFrom(async () => (await bench()).step()),
    optimize: (given) => calledFrom(async () => (await bench()).optimize(given)),
    landscape: (component, key) => calledFrom(async () => (await bench()).landscape(component, key)),
    updates: () => opened?.updates() ?? [],
    save: (file) => calledFrom(async () => (await bench()).save(file)),
    close: async () => (await own)?.close(),
  };
  declared = knownExperiment(made);
  return made;
}
