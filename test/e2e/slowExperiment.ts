import { writeFileSync } from "node:fs";
import { join } from "node:path";

const PACE = "reward-ms.txt";

/** Says how long the reward of one example takes from now on, in the workspace of a slow experiment. */
export function setPace(folder: string, rewardMs: number): void {
  writeFileSync(join(folder, PACE), String(rewardMs));
}

/** Cells of a notebook with a small experiment that spends its whole budget, at the pace that was set in its folder. */
export function slowExperiment(): string[] {
  return [
    `import { readFileSync } from "node:fs";
import { experiment, llm, system, tokenF1 } from "optimas";
const answerer = llm({
  name: "answerer", description: "Answers.", inputs: ["question", "passage"], outputs: ["answer"], prompt: "Answer.",
});
const rows = Array.from({ length: 24 }, (_, i) => ({
  question: "Where was Ada" + i + " born?",
  passage: "Ada" + i + " was born in Town" + i + " in 18" + (10 + i) + ".",
  answer: "Town" + i,
}));
const slow = experiment({
  system: system({ name: "slow", components: [answerer], outputs: ["answer"] }),
  data: { train: rows.slice(0, 12), validation: rows.slice(12) },
  reward: async (output, row) => {
    await new Promise((resolve) => setTimeout(resolve, Number(readFileSync("${PACE}", "utf8"))));
    return tokenF1(output.answer, row.answer);
  },
});`,
    `await slow.optimize({ iterations: 100 })`,
  ];
}
