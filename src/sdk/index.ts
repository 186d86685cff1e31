/** What a user's code imports as "optimas". */
export { passAt } from "../data/rewards/passAt.ts";
export { pubmedMatch, strictPubmedMatch } from "../data/rewards/pubmedLabel.ts";
export { hitAt, rankByScore, reciprocalRank } from "../data/rewards/ranking.ts";
export { exactMatch, tokenF1, verbatimMatch } from "../data/rewards/tokenF1.ts";
export { csv, jsonl, rows } from "../data/source.ts";
export type { Completion, CompletionRequest, LanguageModel, Message, ModelPrice } from "../models/languageModel.ts";
export { field } from "../system/component.ts";
export { choice, modelChoice, options, prompt, range } from "../system/declaration.ts";
export { type Random, seededRandom } from "../system/random.ts";
export { UserError } from "../system/userError.ts";
export { component, llm } from "./components.ts";
export { EXPERIMENT_BRAND, EXPERIMENT_FORMAT, experiment, system, type WorkableExperiment } from "./experiment.ts";
export { RunStopped } from "./runStopped.ts";
export type { TrialBench, TrialOptions, TrialProgress } from "./trialBench.ts";
export type { Workbench, WorkbenchOptions } from "./workbench.ts";
