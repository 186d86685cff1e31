import type { Variable } from "../../system/variable.ts";
import { modelSelection } from "./modelSelection.ts";
import { opro } from "./opro.ts";
import type { Optimizer, SearchTask } from "./optimizer.ts";
import { optionSearch } from "./optionSearch.ts";

/** The optimizer of each kind of variable that can be improved; a further one is added here and nowhere else. */
const optimizers: readonly Optimizer[] = [
  forAnyVariable(opro),
  forAnyVariable(optionSearch),
  forAnyVariable(modelSelection),
];

/** @throws Error for a variable that no optimizer improves; ask `isOptimizable` first */
export function optimizerFor(variable: Variable): Optimizer {
  const found = optimizers.find(({ kind }) => kind === variable.kind);
  if (found === undefined) throw new Error(`no optimizer improves a variable of kind "${variable.kind}"`);
  return found;
}

export function isOptimizable(variable: Variable): boolean {
  return optimizers.some(({ kind }) => kind === variable.kind);
}

/** The same optimizer for the union of all variables; it is only ever handed variables of its own kind. */
function forAnyVariable<V extends Variable>(optimizer: Optimizer<V>): Optimizer {
  const own = (variable: Variable): V => {
    if (variable.kind !== optimizer.kind) throw new Error(`${optimizer.name} was handed a ${variable.kind} variable`);
    return variable as V;
  };
  return {
    name: optimizer.name,
    kind: optimizer.kind,
    evaluations: (variable, inputs, settings, seeds) => optimizer.evaluations(own(variable), inputs, settings, seeds),
    search: (task) => optimizer.search({ ...task, variable: own(task.variable) } satisfies SearchTask<V>),
  };
}
