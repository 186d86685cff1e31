import type { PreferencePair } from "../../../src/reward/preferencePair.ts";
import { seededRandom } from "../../../src/system/random.ts";

const words = ["note", "answer", "idea", "step", "report", "source", "case", "user", "code", "bug"];
const LENGTH = 12;

export const writer = { name: "writer", description: "Writes." };

/**
 * Two outputs of the same words for each example: the better one says "old" somewhere before "new", the other one the other way
 * round. All words are in the vocabulary of the small tokenizer.
 */
export function orderPairs(component: string, examples: number): PreferencePair[] {
  return Array.from({ length: examples }, (_, example) => {
    const random = seededRandom(`${component} ${example}`);
    const fillers = Array.from({ length: LENGTH }, () => random.pick(words));
    const [early = 0, late = 1] = random.sample([...fillers.keys()], 2).sort((a, b) => a - b);
    const reply = (first: string, second: string) => ({
      reply: fillers.with(early, first).with(late, second).join(" "),
    });
    return {
      component,
      exampleId: `example ${example}`,
      input: { question: "x" },
      chosen: { output: reply("old", "new"), score: 1 },
      rejected: { output: reply("new", "old"), score: 0 },
    };
  });
}
