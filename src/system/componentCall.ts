import type { LanguageModel } from "../models/languageModel.ts";
import { type Component, type ComponentContext, type FieldMap, type Fields, typeName } from "./component.ts";
import type { Failure } from "./trajectory.ts";
import { errorMessage } from "./userError.ts";
import type { VariableValue } from "./variable.ts";

/** A component did not give what it declared: the example fails, the run goes on. */
export class ComponentFailure extends Error {
  override readonly name = "ComponentFailure";
  readonly component: string;
  readonly kind: Exclude<Failure["kind"], "reward">;
  constructor(component: string, kind: Exclude<Failure["kind"], "reward">, message: string, cause?: unknown) {
    super(message, { cause });
    this.component = component;
    this.kind = kind;
  }
}

/**
 * Longest stretch, in milliseconds, in which components that never wait may keep everything else from its turn: an
 * interruption that cannot be heard is none.
 */
const LONGEST_TURN_MS = 20;

/**
 * The component calls under way below one abort signal. One listener serves all calls, because a listener per call on
 * a signal that lives as long as the run is what makes long runs leak.
 */
export class CallScope {
  readonly #parent: AbortSignal;
  readonly #active = new Set<Call>();
  #turnBegan = performance.now();
  #nextTurn: Promise<void> | undefined;

  constructor(parent: AbortSignal) {
    this.#parent = parent;
    parent.addEventListener("abort", () => {
      for (const call of [...this.#active]) call.abort(parent.reason);
    });
  }

  /**
   * Runs one component on checked inputs and checks what it gives.
   * @returns the declared outputs only
   * @throws ComponentFailure when it throws, takes longer than `timeoutMs`, or misses a field; the parent's reason when aborted
   */
  async run(
    component: Component,
    inputs: Fields,
    given: {
      readonly variable: VariableValue;
      readonly model: LanguageModel;
      readonly temperature: number | undefined;
      readonly sample: number;
      readonly timeoutMs: number;
    },
  ): Promise<Fields> {
    if (performance.now() - this.#turnBegan > LONGEST_TURN_MS) await this.#othersTurn();
    this.#parent.throwIfAborted();
    checkFields(component, component.inputs, inputs, "needs");
    const call = new Call(given.variable, given.model, given.temperature, given.sample);
    let output: unknown;
    try {
      const result = component.run(inputs, call);
      output = isPromise(result) ? await this.#settle(component, result, call, given.timeoutMs) : result;
    } catch (thrown) {
      this.#parent.throwIfAborted();
      if (thrown instanceof ComponentFailure) throw thrown;
      throw new ComponentFailure(component.name, "threw", errorMessage(thrown), thrown);
    }
    return pickOutputs(component, output);
  }

  /** Lets timers and messages through, once for all calls that ask at the same time. */
  #othersTurn(): Promise<void> {
    this.#nextTurn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#nextTurn = undefined;
        this.#turnBegan = performance.now();
        resolve();
      });
    });
    return this.#nextTurn;
  }

  #settle(component: Component, result: Promise<unknown>, call: Call, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const limit = component.timeoutMs ?? timeoutMs;
      const timer = setTimeout(() => {
        call.abort(
          new ComponentFailure(
            component.name,
            "timeout",
            `${component.name} gave no answer within ${limit / 1000} s; it was given up for this example (raise timeoutMs if it needs longer).`,
          ),
        );
      }, limit);
      const done = () => {
        clearTimeout(timer);
        this.#active.delete(call);
      };
      call.onAbort = (reason) => {
        done();
        reject(reason);
      };
      // The component may have caused the abort itself while it started.
      if (this.#parent.aborted) call.abort(this.#parent.reason);
      else this.#active.add(call);
      result.then(
        (value) => {
          done();
          resolve(value);
        },
        (error: unknown) => {
          done();
          reject(error);
        },
      );
    });
  }
}

/** What a component is handed; its abort signal is made on first use only, since most calls never look at it. */
class Call implements ComponentContext {
  readonly variable: VariableValue;
  readonly model: LanguageModel;
  readonly temperature: number | undefined;
  readonly sample: number;
  onAbort: ((reason: unknown) => void) | undefined;
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;

  constructor(variable: VariableValue, model: LanguageModel, temperature: number | undefined, sample: number) {
    this.variable = variable;
    this.model = model;
    this.temperature = temperature;
    this.sample = sample;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted) this.#controller.abort(this.#aborted.reason);
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#aborted = { reason };
    this.#controller?.abort(reason);
    this.onAbort?.(reason);
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function checkFields(component: Component, declared: FieldMap, fields: Fields, verb: "needs" | "must give"): void {
  for (const name in declared) {
    const expected = declared[name];
    const value = fields[name];
    if (expected === undefined || (expected.optional && value === undefined)) continue;
    const mismatch = expected.mismatch(value);
    if (mismatch === undefined) continue;
    const problem = value === undefined ? "it is missing" : `it is ${typeName(value)}`;
    throw new ComponentFailure(
      component.name,
      "field",
      `${component.name} ${verb} "${name}" as ${mismatch}, but ${problem}.`,
    );
  }
}

function pickOutputs(component: Component, output: unknown): Fields {
  if (typeof output !== "object" || output === null) {
    const names = Object.keys(component.outputs).join(", ");
    throw new ComponentFailure(
      component.name,
      "field",
      `${component.name} must return an object with ${names}, but returned ${typeName(output)}.`,
    );
  }
  const given = output as Fields;
  checkFields(component, component.outputs, given, "must give");
  const picked: Record<string, unknown> = {};
  for (const name in component.outputs) if (given[name] !== undefined) picked[name] = given[name];
  return picked;
}
