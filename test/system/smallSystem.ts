import type { LanguageModel } from "../../src/models/languageModel.ts";
import type { Component, Fields } from "../../src/system/component.ts";
import { CallScope } from "../../src/system/componentCall.ts";
import { type Configuration, initialConfiguration } from "../../src/system/configuration.ts";
import { component } from "../../src/system/declaration.ts";
import type { Execution } from "../../src/system/execution.ts";
import type { System } from "../../src/system/system.ts";

/** A signal that is never aborted; a new one each time, so that listeners do not add up. */
export const never = (): AbortSignal => new AbortController().signal;

/** A component of text fields without a variable; by default it writes its name behind everything it reads. */
export function step(
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
  run?: (inputs: Fields) => Fields | Promise<Fields>,
): Component {
  const trace = (read: Fields) => {
    const text = [...inputs.map((input) => String(read[input])), name].join(">");
    return Object.fromEntries(outputs.map((output) => [output, text] as const));
  };
  return component({ name, description: `Step ${name}.`, inputs, outputs, run: (run ?? trace) as never });
}

/** a -> (b, c) -> d, and a loose end e beside them. */
export function diamond(run: (name: string, inputs: Fields) => void | Promise<void> = () => {}): Component[] {
  const traced = (name: string, inputs: readonly string[]) =>
    step(name, inputs, [`${name}_out`], async (read) => {
      await run(name, read);
      return { [`${name}_out`]: `${name}(${inputs.map((input) => String(read[input])).join(",")})` };
    });
  return [
    traced("a", ["x"]),
    traced("b", ["a_out"]),
    traced("c", ["a_out"]),
    traced("d", ["b_out", "c_out"]),
    traced("e", ["x"]),
  ];
}

/** A model that answers each request by `answer`. */
export function modelOf(answer: (request: Parameters<LanguageModel["complete"]>[0]) => string): LanguageModel {
  return {
    name: "test:model",
    simulated: false,
    complete: async (request) => ({
      text: answer(request),
      stop: "end",
      usage: { inputTokens: 1, outputTokens: 1 },
    }),
  };
}

export const silentModel = modelOf(() => {
  throw new Error("no model was expected to be asked");
});

/** How a test executes: every charge is noted in `charged`. */
export function executionOf(
  system: System,
  given: Partial<Omit<Execution, "charge">> & { readonly signal?: AbortSignal } = {},
): Execution & { readonly charged: string[]; readonly configuration: Configuration } {
  const { signal = never(), ...rest } = given;
  const charged: string[] = [];
  return {
    configuration: initialConfiguration(system.components),
    scope: new CallScope(signal),
    modelFor: () => silentModel,
    sample: 0,
    timeoutMs: 60_000,
    ...rest,
    charge: (name) => void charged.push(name),
    charged,
  };
}

/** A point that callers wait at until `parties` of them have arrived: proves that they overlap in time. */
export function barrier(parties: number): () => Promise<void> {
  let arrived = 0;
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    arrived += 1;
    if (arrived === parties) open();
    return opened;
  };
}
