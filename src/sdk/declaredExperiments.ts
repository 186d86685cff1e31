/** Where an experiment was declared. */
export type Declared =
  /** In a workspace file that a notebook imports; its absolute path. */
  | { readonly kind: "file"; readonly path: string }
  /** In a cell, under a name of the notebook. */
  | { readonly kind: "cell"; readonly name: string };

/** Only what is found here is looked at: touching anything else that a cell declares could run the user's code. */
const experiments = new WeakMap<object, { declared: Declared | undefined }>();

/** Makes an experiment known to those who find out where it was declared. @returns what they have found so far */
export function knownExperiment(experiment: object): () => Declared | undefined {
  const place: { declared: Declared | undefined } = { declared: undefined };
  experiments.set(experiment, place);
  return () => place.declared;
}

/**
 * The kernel has met a value where it was declared. An experiment stays what it was called first; other values are left
 * alone. The kernel must share this module with the user's "optimas".
 */
export function meetDeclared(value: unknown, declared: Declared): void {
  if (typeof value !== "object" || value === null) return;
  const place = experiments.get(value);
  if (place !== undefined) place.declared ??= declared;
}
