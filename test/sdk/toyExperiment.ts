import { experiment, rows } from "optimas";
import type { SettingsInput } from "../../src/optimize/settings.ts";
import type { TypedSystem, WorkableExperiment } from "../../src/sdk/experiment.ts";
import { toy, toyModel, toyProposer, toyReward, toySettings } from "../optimize/toySystem.ts";

const questions = (split: string, count: number) =>
  rows(Array.from({ length: count }, (_, index) => ({ question: `${split} question ${index}` })));

/** The toy as a user would declare it. */
export function toyExperiment(made = toy(), settings: SettingsInput = {}, train = 12): WorkableExperiment {
  return experiment({
    system: made.system as TypedSystem<{ readonly answer: string }>,
    data: { train: questions("train", train), validation: questions("validation", 5), test: questions("test", 2) },
    reward: (output, example, context) => Number(toyReward({ ...output }, example, context)),
    model: toyModel,
    proposer: toyProposer,
    settings: { ...toySettings, ...settings },
  });
}
