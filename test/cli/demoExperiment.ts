/** Parts of an experiment file that can be replaced. */
interface Parts {
  /** Body of the component `count`, an async function of `padded` and `signal`. */
  readonly count?: string;
  /** Statements before the experiment. */
  readonly head?: string;
  /** Further members of the experiment. */
  readonly more?: string;
}

/**
 * An experiment file of two components that needs no model: `pad` repeats the text (option `times` in 1 to 4, 1 first),
 * `count` measures it, the reward likes it long. The best value is `times: 4`.
 */
export function demoExperiment({ count = "", head = "", more = "" }: Parts = {}): string {
  return `
import { choice, component, experiment, options, rows, system } from "optimas";
${head}
const make = (n: number, salt: string) => Array.from({ length: n }, (_, i) => ({ text: \`\${salt} \${i}\`.padEnd(8, "x") }));
const pad = component({
  name: "pad", description: "Repeats the text.", inputs: ["text"], outputs: ["padded"],
  variable: options({ times: choice([1, 2, 3, 4]) }),
  run: async ({ text }, { variable }) => ({ padded: String(text).repeat(variable.times) }),
});
const count = component({
  name: "count", description: "Measures the text.", inputs: ["padded"], outputs: ["length"],
  run: async ({ padded }, { signal }) => {
    ${count}
    return { length: String(String(padded).length) };
  },
});
export default experiment({
  system: system({ name: "demo", components: [pad, count], outputs: ["length"] }),
  data: { train: rows(make(12, "t")), validation: rows(make(8, "v")) },
  reward: (output) => Number(output.length) / 32,
  settings: { iterations: 2, budgetRuns: 300 },
  ${more}
});
`;
}
