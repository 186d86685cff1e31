import { createHash } from "node:crypto";
import type { Component, Fields } from "./component.ts";
import { canonicalJson } from "./configuration.ts";
import type { VariableValue } from "./variable.ts";

/**
 * Outputs of deterministic components by component, value and input: an equal call is made, and paid for, once. Whoever
 * holds a memo clears it where a run can be resumed, so that a resumed run pays for what the uninterrupted one paid for.
 */
export class CallMemo {
  readonly #outputs = new Map<string, Promise<Fields>>();

  /** The output of an equal call, or that of `call`. A call that fails is forgotten: the next equal one is made again. */
  async once(component: Component, value: VariableValue, input: Fields, call: () => Promise<Fields>): Promise<Fields> {
    const key = createHash("sha256")
      .update(`${component.name}\n${canonicalJson(value)}\n${canonicalJson(input)}`)
      .digest("base64url");
    const known = this.#outputs.get(key);
    if (known !== undefined) return known;
    const made = call();
    this.#outputs.set(key, made);
    made.catch(() => this.#outputs.delete(key));
    return made;
  }

  clear(): void {
    this.#outputs.clear();
  }
}
