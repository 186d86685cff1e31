import { createHash } from "node:crypto";
import type { Component } from "./component.ts";
import { UserError } from "./userError.ts";
import { valueMismatch } from "./valueMismatch.ts";
import { initialValue, type VariableValue } from "./variable.ts";

export { valueMismatch };

/** The variables of all components, by component name (v): plain JSON. */
export type Configuration = Readonly<Record<string, VariableValue>>;

/** The configuration the author wrote down (v0). */
export function initialConfiguration(components: readonly Component[]): Configuration {
  return Object.fromEntries(components.map((component) => [component.name, initialValue(component.variable)] as const));
}

/** Equal for equal configurations, whatever the order of their keys. */
export function configurationHash(configuration: Configuration): string {
  return createHash("sha256").update(canonicalJson(configuration)).digest("hex").slice(0, 16);
}

/** JSON with sorted keys: equal values give equal text. `undefined` members are left out as in JSON. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

/**
 * Checks a configuration that comes from outside against the components and fills in what it leaves out.
 * @throws UserError naming the component or option that does not exist, or the value that is not in its search space.
 */
export function completeConfiguration(components: readonly Component[], given: Configuration): Configuration {
  const names = components.map((component) => component.name);
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) throw new UserError(`No component is called "${name}"; there are ${names.join(", ")}.`);
  }
  return Object.fromEntries(
    components.map((component) => {
      const value = given[component.name];
      if (value === undefined) return [component.name, initialValue(component.variable)] as const;
      const mismatch = valueMismatch(component.variable, value);
      if (mismatch) throw new UserError(`The value of "${component.name}" ${mismatch}.`);
      return [component.name, value] as const;
    }),
  );
}
