/** What a user's code imports as "optimas". */
export { exactMatch, tokenF1 } from "../data/rewards/tokenF1.ts";
export { csv, jsonl, rows } from "../data/source.ts";
export type { Completion, CompletionRequest, LanguageModel, Message } from "../models/languageModel.ts";
export { field } from "../system/component.ts";
export { choice, component, modelChoice, options, prompt, range } from "../system/declaration.ts";
export { llm } from "../system/llm.ts";
export { type Random, seededRandom } from "../system/random.ts";
export { UserError } from "../system/userError.ts";
export { EXPERIMENT_BRAND, EXPERIMENT_FORMAT, experiment, system, type WorkableExperiment } from "./experiment.ts";
export type { Workbench, WorkbenchOptions } from "./workbench.ts";
