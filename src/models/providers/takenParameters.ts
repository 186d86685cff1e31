import type { Completion } from "../languageModel.ts";
import { providerError } from "./providerError.ts";

/** Names of models that think before they answer and are known to take no temperature. */
const THINKING = /^(?:o\d|gpt-5(?:-(?:mini|nano|pro|codex))?(?:-\d{4}|$))/;

/** Which of the usual parameters a model takes. */
export interface Parameters {
  readonly temperature: boolean;
  /** The bound of the answer's length goes by its other name. */
  readonly renamedBound: boolean;
  /** A JSON schema. Where it is not taken, the words of the request alone ask for the shape. */
  readonly format: boolean;
  /** What is to be thought is said in the other of two forms. */
  readonly otherThinking: boolean;
}

/**
 * Learns which parameters a model takes: for many, only the server knows. A server that does not take one says so instead
 * of answering, at no charge; the request is then put again without it, once for each parameter in the life of a process.
 */
export class TakenParameters {
  #parameters: Parameters;

  constructor(model: string) {
    this.#parameters = { temperature: !THINKING.test(model), renamedBound: false, format: true, otherThinking: false };
  }

  async sending(send: (parameters: Parameters) => Promise<Completion>): Promise<Completion> {
    for (let refused = 0; ; refused++) {
      const tried = this.#parameters;
      try {
        const completion = await send(tried);
        return refused === 0 ? completion : { ...completion, failedAttempts: refused };
      } catch (error) {
        const refusal = refusedBy(error, tried);
        if (refusal === undefined || refused === Object.keys(tried).length) throw error;
        // Others may have learnt something meanwhile.
        this.#parameters = { ...this.#parameters, ...refusal };
      }
    }
  }
}

/** What is to be changed after an error; undefined where it is about something else. */
function refusedBy(thrown: unknown, tried: Parameters): Partial<Parameters> | undefined {
  const { status, parameter, message } = providerError(thrown);
  if (status !== 400 && status !== 422) return undefined;
  const isAbout = (name: string): boolean =>
    parameter === ""
      ? new RegExp(`\\b${name.replaceAll(".", "\\.")}\\b`).test(message)
      : parameter === name || parameter.startsWith(`${name}.`);
  // A value that is too large or badly formed is a mistake of its own, and stays one.
  const isRefusal = /unsupported|not support|unknown|unrecogni|unexpected|extra input|not permitted|deprecated/i;
  // Errors about thinking name what there is instead, which lies beside the format.
  if (isAbout("thinking")) return tried.otherThinking || !isRefusal.test(message) ? undefined : { otherThinking: true };
  if (efforts.some(isAbout)) return undefined;
  if (tried.format && formats.some(isAbout) && (isRefusal.test(message) || /must be/i.test(message))) {
    return { format: false };
  }
  if (!isRefusal.test(message)) return undefined;
  if (tried.temperature && isAbout("temperature")) return { temperature: false };
  if (!tried.renamedBound && ["max_tokens", "max_completion_tokens"].some(isAbout)) return { renamedBound: true };
  return undefined;
}

const efforts = ["reasoning_effort", "reasoning.effort", "output_config.effort", "effort"];
const formats = ["response_format", "text.format", "output_config", "json_schema"];
