/** Calls of dspy that make something which asks a model by a signature. */
const predictors: ReadonlySet<string> = new Set([
  "Predict",
  "ChainOfThought",
  "ChainOfThoughtWithHint",
  "ProgramOfThought",
  "MultiChainComparison",
  "ReAct",
  "CodeAct",
  "RLM",
  "TypedPredictor",
  "TypedChainOfThought",
]);

export function isPredictor(name: string): boolean {
  return predictors.has(name);
}

/** The package of Python that a module belongs to, where definitions are made of it. */
export function pythonPackage(module: string): "dspy" | "optimas" | undefined {
  const [root] = module.split(".");
  return root === "dspy" || root === "optimas" ? root : undefined;
}
