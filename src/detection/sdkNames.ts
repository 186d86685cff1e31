/** The package whose functions declare what is looked for. */
export const PACKAGE = "optimas";

/** Kinds of definitions by the function that declares them. */
const declaring: ReadonlySet<string> = new Set(["component", "llm", "system", "experiment"]);

export type DeclaringFunction = "component" | "llm" | "system" | "experiment";

export function isDeclaring(name: string): name is DeclaringFunction {
  return declaring.has(name);
}

/** What definitions are made of besides. */
export const HELPERS: ReadonlySet<string> = new Set(["choice", "range", "options", "modelChoice", "prompt"]);

/** Entries of a declaration that tell something without being run. */
export const DECLARED_KEYS: ReadonlySet<string> = new Set([
  "name",
  "description",
  "inputs",
  "outputs",
  "prompt",
  "maxLength",
  "variable",
  "components",
  "system",
]);

/**
 * Whether a module may be a file of the workspace: a relative path, or what a tsconfig may map to one. Names of packages
 * may be mapped, too, but then they are rarely scoped or of the platform.
 */
export function mayBeFile(specifier: string): boolean {
  return !specifier.startsWith("node:");
}
