import type { VariableValue } from "../../system/variable.ts";
import type { EventOf } from "../events.ts";
import { JsonBytes, literal } from "./jsonBytes.ts";

type Candidate = EventOf<"candidate">;

const [QUOTE, OPENING, LETTER_T] = [0x22, 0x7b, 0x74];

/** What stands between the values, in the order in which a log holds them. */
const literals = {
  seq: literal('{"seq":'),
  at: literal(',"at":'),
  systemRuns: literal(',"type":"candidate","systemRuns":'),
  iteration: literal(',"iteration":'),
  component: literal(',"component":'),
  value: literal(',"value":'),
  nothing: literal("null"),
  reward: literal(',"reward":'),
  scorer: literal(',"scorer":'),
  local: literal('"local"'),
  global: literal('"global"'),
  random: literal('"random"'),
  inputs: literal(',"inputs":'),
  current: literal(',"current":'),
  yes: literal("true"),
  no: literal("false"),
  end: literal("}\n"),
};

/**
 * Reads the lines of candidates, as they were written. Nearly all of a long log are such lines, and reading them as JSON and
 * by the schema takes several times as long. A line that is in any way another is left to those: what this reads is what
 * they would.
 */
export class CandidateLines {
  readonly #json = new JsonBytes();

  /** Goes on with whole lines. */
  take(bytes: Buffer): void {
    this.#json.take(bytes);
  }

  /** Where the next line begins. */
  get at(): number {
    return this.#json.at;
  }

  set at(at: number) {
    this.#json.at = at;
  }

  /** The candidate of the next line, and on to the one behind it; undefined, and nothing else, where it is no such line. */
  next(): Candidate | undefined {
    const json = this.#json;
    const start = json.at;
    const event = this.#read();
    if (event === undefined) json.at = start;
    return event;
  }

  #read(): Candidate | undefined {
    const json = this.#json;
    if (!json.pass(literals.seq)) return undefined;
    const seq = json.number();
    if (!isCount(seq) || !json.pass(literals.at)) return undefined;
    const at = json.number();
    if (!isNumber(at) || !json.pass(literals.systemRuns)) return undefined;
    const systemRuns = json.number();
    if (!isNumber(systemRuns) || !json.pass(literals.iteration)) return undefined;
    const iteration = json.number();
    if (!isInteger(iteration) || !json.pass(literals.component)) return undefined;
    const component = json.name();
    if (component === undefined || !json.pass(literals.value)) return undefined;
    const value = this.#value();
    if (value === undefined || !json.pass(literals.reward)) return undefined;
    const reward = json.number();
    if (!isNumber(reward) || !json.pass(literals.scorer)) return undefined;
    const scorer = this.#scorer();
    if (scorer === undefined || !json.pass(literals.inputs)) return undefined;
    const inputs = json.number();
    if (!isInteger(inputs) || !json.pass(literals.current)) return undefined;
    const current = json.byte === LETTER_T;
    if (!json.pass(current ? literals.yes : literals.no) || !json.pass(literals.end)) return undefined;
    return { type: "candidate", iteration, component, value, reward, scorer, inputs, current, seq, at, systemRuns };
  }

  #value(): VariableValue | undefined {
    const json = this.#json;
    switch (json.byte) {
      case QUOTE:
        return json.text();
      case OPENING:
        return json.options();
      default:
        return json.pass(literals.nothing) ? null : undefined;
    }
  }

  #scorer(): Candidate["scorer"] | undefined {
    const json = this.#json;
    if (json.pass(literals.local)) return "local";
    if (json.pass(literals.global)) return "global";
    return json.pass(literals.random) ? "random" : undefined;
  }
}

const isNumber = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);
const isInteger = (value: number | undefined): value is number => Number.isSafeInteger(value);
const isCount = (value: number | undefined): value is number => isInteger(value) && value >= 0;
