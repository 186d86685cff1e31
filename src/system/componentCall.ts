import { setMaxListeners } from "node:events";
import type { LanguageModel } from "../models/languageModel.ts";
import { wrappedModel } from "../models/wrappedModel.ts";
import { type Component, type ComponentContext, type FieldMap, type Fields, typeName } from "./component.ts";
import { isRunEnd } from "./runEnd.ts";
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

/** Undefined where nothing is in the way of beginning something new; the promise rejects where nothing ever will be begun. */
export type Ready = (signal: AbortSignal) => Promise<void> | undefined;

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
  readonly #ready: Ready | undefined;
  readonly #active = new Set<Call>();
  #turnBegan = performance.now();
  #nextTurn: Promise<void> | undefined;

  /** @param ready waited for before each call */
  constructor(parent: AbortSignal, ready?: Ready) {
    this.#parent = parent;
    this.#ready = ready;
    parent.addEventListener("abort", () => {
      for (const call of [...this.#active]) call.abort(parent.reason);
    });
  }

  /**
   * Runs one component on checked inputs and checks what it gives.
   * @returns the declared outputs only
   * @throws ComponentFailure when it throws, takes longer than `timeoutMs` (the time that models take to answer apart), or
   *   misses a field; RunEnd as it came; the parent's reason when aborted
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
    const waiting = this.#ready?.(this.#parent);
    if (waiting !== undefined) await waiting;
    this.#parent.throwIfAborted();
    checkFields(component, component.inputs, inputs, "needs");
    const call = new Call(given.variable, given.model, given.temperature, given.sample);
    let output: unknown;
    try {
      const result = component.run(inputs, call);
      output = isPromise(result) ? await this.#settle(component, result, call, given.timeoutMs) : result;
    } catch (thrown) {
      this.#parent.throwIfAborted();
      if (thrown instanceof ComponentFailure || isRunEnd(thrown)) throw thrown;
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
      const clock = call.clock;
      clock.start(limit, () => {
        call.abort(
          new ComponentFailure(
            component.name,
            "timeout",
            `${component.name} gave no answer within ${limit / 1000} s; it was given up for this example (raise timeoutMs if it needs longer).`,
          ),
        );
      });
      const done = () => {
        clock.stop();
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

/**
 * How long a component computes. It stands still while a model is asked: how long that may take, its turn among all
 * requests and further attempts included, is for those to say who ask.
 */
class CallClock {
  #left = Number.POSITIVE_INFINITY;
  #since = 0;
  #waiting = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #expired: (() => void) | undefined;

  start(limitMs: number, expired: () => void): void {
    this.#left = limitMs;
    this.#expired = expired;
    if (this.#waiting === 0) this.#run();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#expired = undefined;
  }

  async paused<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting === 0 && this.#expired !== undefined) {
      clearTimeout(this.#timer);
      this.#left -= performance.now() - this.#since;
    }
    this.#waiting += 1;
    try {
      return await work();
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && this.#expired !== undefined) this.#run();
    }
  }

  #run(): void {
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.#expired?.(), Math.max(0, this.#left));
  }
}

/** What a component is handed; model and abort signal are made on first use only, since many calls never look at them. */
class Call implements ComponentContext {
  readonly variable: VariableValue;
  readonly temperature: number | undefined;
  readonly sample: number;
  readonly clock = new CallClock();
  onAbort: ((reason: unknown) => void) | undefined;
  readonly #given: LanguageModel;
  #model: LanguageModel | undefined;
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;

  constructor(variable: VariableValue, model: LanguageModel, temperature: number | undefined, sample: number) {
    this.variable = variable;
    this.#given = model;
    this.temperature = temperature;
    this.sample = sample;
  }

  get model(): LanguageModel {
    this.#model ??= wrappedModel(this.#given, (request, signal) =>
      this.clock.paused(() => this.#given.complete(request, signal)),
    );
    return this.#model;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      // A component may ask a model as often as it likes at the same time; the number of listeners says nothing of a leak.
      setMaxListeners(0, this.#controller.signal);
    }
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
