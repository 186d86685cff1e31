import type { Fields } from "../../system/component.ts";
import { fieldText } from "../../system/fieldFormat.ts";
import type { RewardComponent, RewardItem } from "../localRewards.ts";

/** What a reward function reads: first what is asked of the component, then what it did. */
export interface RewardText {
  readonly task: string;
  readonly output: string;
}

/**
 * The text that a transformer scores: its role, what the component is for, what it was given, and what it gave (paper,
 * appendix B). No prompt and no model's name: a reward is of the output, whatever it was made with.
 */
export function rewardText({ name, description }: RewardComponent, { input, output, options }: RewardItem): RewardText {
  const task = [`How good is what "${name}" gives here?`, description, "It was given:", listed(input)];
  const chosen = options === undefined ? [] : ["It was set to:", listed(options)];
  return { task: task.join("\n"), output: ["It gives:", listed(output), ...chosen].join("\n") };
}

const listed = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, value]) => `- ${name}: ${fieldText(value)}`)
    .join("\n");
