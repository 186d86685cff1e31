import type { Example } from "../data/example.ts";
import type { SplitSources } from "../data/source.ts";
import type { LanguageModel } from "../models/languageModel.ts";
import type { Fields } from "../system/component.ts";
import type { Reward } from "../system/evaluation.ts";
import type { System } from "../system/system.ts";
import type { SettingsInput } from "./settings.ts";

/** The rows of all splits, as `prepare` sees them. */
export interface PreparedRows {
  readonly train: readonly Example[];
  readonly validation: readonly Example[];
  readonly test: readonly Example[];
}

/** Everything that a run needs to know from its author: the default export of an experiment file. */
export interface Experiment {
  readonly system: System;
  readonly data: SplitSources;
  readonly reward: Reward;
  /** Called once after the data is read and before the first system run, e.g. to build a search index. */
  readonly prepare: ((rows: PreparedRows, signal: AbortSignal) => void | Promise<void>) | undefined;
  /** The correct final output of an example, for the setting `groundTruth`. */
  readonly groundTruth: ((example: Example) => Fields | undefined) | undefined;
  /** Model that components use unless they name their own: `provider:model`, or a model of one's own. */
  readonly model: string | LanguageModel;
  /** Model that proposes prompts; `model` by default. */
  readonly proposer: string | LanguageModel | undefined;
  readonly settings: SettingsInput;
}
