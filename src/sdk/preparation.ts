import { readSplits, requireFields, type Splits } from "../data/splits.ts";
import type { AnswerRecord } from "../models/answerRecord.ts";
import { Waits } from "../models/gateWait.ts";
import type { LanguageModel } from "../models/languageModel.ts";
import type { ModelAccess, ModelDescriptions } from "../models/modelAccess.ts";
import { isSimulated } from "../models/modelNames.ts";
import { languageModel } from "../models/modelRegistry.ts";
import { settingsOf, settledModel, timeoutMsOf } from "../models/modelSettings.ts";
import { describedServer } from "../models/record/describedServer.ts";
import { recordFolder } from "../models/record/recordFolder.ts";
import { type Recording, recordedModel } from "../models/recordedModel.ts";
import { requireKeys } from "../models/requiredKeys.ts";
import { AnsweredRequests, retryingModel } from "../models/retryingModel.ts";
import type { Experiment } from "../optimize/experiment.ts";
import type { Blocked, SessionRequest } from "../optimize/session.ts";
import type { Settings } from "../optimize/settings.ts";
import type { RunEstimate } from "../run/events.ts";
import { productVersion } from "../run/productVersion.ts";
import type { RunFolder } from "../run/runFolder.ts";
import { fileDigest, type RunInfo } from "../run/runInfo.ts";
import { createRun } from "../run/runOpening.ts";
import { holdsSecret, redacted } from "../system/secrets.ts";
import { requiredInputs } from "../system/system.ts";
import { UserError } from "../system/userError.ts";
import type { CellModels } from "./cellHost.ts";
import { modelAccess } from "./modelAccess.ts";

/** An experiment with its data read and its models at hand: nothing has been spent yet. */
export interface PreparedExperiment {
  readonly experiment: Experiment;
  readonly settings: Settings;
  readonly splits: Splits;
  readonly model: LanguageModel;
  readonly proposer: LanguageModel;
  /** The layers around each request to a model. */
  readonly around: (model: LanguageModel, blocked: Blocked) => LanguageModel;
  /** What a request that an earlier process sent has brought, as far as the record has it. */
  readonly answerTo?: SessionRequest["answerTo"];
  /** Why requests are not sent for a while, for whoever wants to know. */
  readonly waits: Waits;
  /** Equal requests get equal answers: from the record, or because no provider is asked. */
  readonly repeatable: boolean;
  /** Names of models of providers among `model` and `proposer`: asking them may cost money. */
  readonly paid: ReadonlySet<string>;
  /** What the workspace says of its models. */
  readonly descriptions: ModelDescriptions;
  /** What a run was thought to come to, once that was asked for. */
  readonly estimate?: RunEstimate | undefined;
}

/**
 * Reads and checks the data, finds the models, and lets the experiment prepare itself: all that must be right before a
 * run may spend anything.
 * @param given `data` and `model` take the place of the experiment's own
 * @throws UserError for every mistake in data or models; what the experiment's own code throws
 */
export async function prepareExperiment(
  experiment: Experiment,
  settings: Settings,
  given: {
    readonly baseDirectory: string;
    readonly data?: Experiment["data"];
    readonly model?: string | undefined;
    readonly models?: CellModels | undefined;
    /** Folder of runs, absolute: where answers of models are recorded. Nothing is recorded where it is undefined. */
    readonly out: string | undefined;
    /** No model is going to be asked: keys are not looked for. */
    readonly estimateOnly?: boolean | undefined;
  },
  signal: AbortSignal,
): Promise<PreparedExperiment> {
  const waits = new Waits();
  const access = {
    ...modelAccess(given.models, given.baseDirectory, settings.cache === "on" ? given.out : undefined),
    waits,
  };
  const model = modelOf(access, experiment.model, given.model);
  const proposer = experiment.proposer === undefined ? model : modelOf(access, experiment.proposer);
  const context = { baseDirectory: given.baseDirectory, signal, seed: settings.seed };
  const splits = await readSplits(given.data ?? experiment.data, context);
  const { train, validation, test } = splits;
  for (const split of [train, validation, test]) if (split) requireFields(split, requiredInputs(experiment.system));
  const rows = { train: train.examples, validation: validation.examples, test: test?.examples ?? [] };
  await experiment.prepare?.(rows, signal);
  signal.throwIfAborted();
  // What a model of one's own does, and whether it repeats itself, is its own affair.
  const ofProviders = new Set(
    [[experiment.model, model] as const, [experiment.proposer, proposer] as const].flatMap(([own, made]) =>
      own !== undefined && own !== made && !made.simulated ? [made.name] : [],
    ),
  );
  // A wrong name is told before anything is spent.
  const named = ofProviders.has(model.name) ? namedModels(experiment) : [];
  for (const name of named) languageModel(name, access);
  if (given.estimateOnly !== true) await requireKeys([...ofProviders, ...named], access, signal);
  requireCleanNames(experiment);
  const answered = new AnsweredRequests();
  const recording = access.record && {
    record: access.record,
    run: answered,
    server: (name: string) => describedServer(name, access.descriptions),
    timeoutMs: (name: string) => timeoutMsOf(name, access.descriptions.models),
    keeps: (name: string) => !isSimulated(name),
  };
  const around = (asked: LanguageModel, blocked: Blocked): LanguageModel => {
    const retrying = retryingModel(asked, { answered, waits });
    if (recording === undefined) return retrying;
    const folder = recordFolder(given.out ?? "");
    const onBlocked: Recording["onBlocked"] = ({ error, bytes, write }, waiting) =>
      blocked({ folder, bytes, answers: 1, write }, error, waiting);
    return recordedModel(retrying, { ...recording, onBlocked });
  };
  return {
    experiment,
    settings,
    splits,
    model,
    proposer,
    around: (asked, blocked) =>
      ofProviders.has(asked.name)
        ? settledModel(around(asked, blocked), (name) => settingsOf(name, access.descriptions.models))
        : asked,
    ...(access.record && { answerTo: answersIn(access.record) }),
    repeatable: ofProviders.size === 0 || recording !== undefined,
    waits,
    paid: ofProviders,
    descriptions: access.descriptions,
  };
}

/**
 * A folder for a new run of a prepared experiment.
 * @param now milliseconds since 1970
 */
export function newRunFolder(
  prepared: PreparedExperiment,
  given: {
    readonly out: string;
    readonly runId: string;
    readonly experiment: RunInfo["experiment"];
    readonly asked?: RunInfo["asked"];
  },
  now: () => number,
): RunFolder {
  const { experiment, settings, splits, model } = prepared;
  const { train, validation, test } = splits;
  return createRun({
    out: given.out,
    runId: given.runId,
    clock: now,
    info: {
      product: productVersion,
      experiment: { ...given.experiment, ...fileMark(given.experiment.path) },
      system: experiment.system.name,
      settings,
      seed: settings.seed,
      model: model.name,
      simulated: model.simulated,
      data: { train: described(train), validation: described(validation), ...(test && { test: described(test) }) },
      ...(given.asked && { asked: given.asked }),
    },
  });
}

function answersIn(record: AnswerRecord): SessionRequest["answerTo"] {
  return async ({ id, key }) => (key === undefined ? undefined : (await record.answerTo?.(key, id))?.usage);
}

/** Nothing where no file can be read: what it would be good for is a warning only. */
function fileMark(path: string): { readonly digest?: string } {
  const digest = path === "" ? undefined : fileDigest(path);
  return digest === undefined ? {} : { digest };
}

function described({ examples, hash, source }: Splits["train"]) {
  return { n: examples.length, hash, source };
}

/** @param name takes the place of the experiment's own model, unless it is its name */
function modelOf(access: ModelAccess, own: Experiment["model"], name?: string): LanguageModel {
  if (typeof own === "string") return languageModel(name ?? own, access);
  return name === undefined || name === own.name ? own : languageModel(name, access);
}

/** Names stand in every file of a run, and must stay what they are when it is resumed. @throws UserError */
function requireCleanNames({ system }: Experiment): void {
  const names = [
    system.name,
    ...system.components.flatMap(({ name, inputs, outputs }) => [
      name,
      ...Object.keys(inputs),
      ...Object.keys(outputs),
    ]),
  ];
  const unclean = names.find(holdsSecret);
  if (unclean === undefined) return;
  throw new UserError(
    `The name "${redacted(unclean)}" holds an API key. Names are shown and written: choose another one.`,
  );
}

/** Models that components name themselves. */
function namedModels({ system }: Experiment): string[] {
  return system.components.flatMap(({ model, variable }) => [
    ...(model === undefined ? [] : [model]),
    ...(variable.kind === "model" ? variable.models : []),
  ]);
}
