import { type AnswerFormat, type Completion, type Effort, efforts } from "../models/languageModel.ts";
import type { FieldDeclaration } from "./component.ts";
import { fieldMap, typeName } from "./component.ts";
import { ComponentFailure } from "./componentCall.ts";
import { component, DEFAULT_PROMPT_LENGTH, prompt, type TypedComponent } from "./declaration.ts";
import { parseFields, renderAnswerFormat, renderFields, renderJsonFormat } from "./fieldFormat.ts";
import { redacted } from "./secrets.ts";
import { UserError } from "./userError.ts";

export interface LlmDeclaration<I extends FieldDeclaration, O extends readonly string[]> {
  readonly name: string;
  readonly description: string;
  readonly inputs: I;
  /** Text fields, read from the model's answer. */
  readonly outputs: O;
  /** The component's variable: the instruction the model gets, as its system message. */
  readonly prompt: string;
  /** `provider:model`; the experiment's model by default. */
  readonly model?: string;
  /** Default 0: repeatable answers, so that one rollout is enough and results can be reused. */
  readonly temperature?: number;
  /** Upper bound of an answer, in tokens. Default 1024. */
  readonly maxTokens?: number;
  /** How much the model thinks before it answers, as far as it lets that be chosen. */
  readonly effort?: Effort;
  /** Tokens that the model may think beyond `maxTokens`, at least 1024. Models that think by themselves need some. */
  readonly thinkingTokens?: number;
  /** Longest prompt an optimizer may propose, in characters. */
  readonly maxLength?: number;
  readonly weight?: number;
  readonly timeoutMs?: number;
}

/** Components are named as providers want their formats named, but may be named at greater length. */
const LONGEST_FORMAT_NAME = 64;

/** Providers take no smaller budget. */
const LEAST_THINKING_TOKENS = 1024;

/** A component that asks a language model; its variable is its prompt. */
export function llm<const I extends FieldDeclaration, const O extends readonly string[]>(
  declaration: LlmDeclaration<I, O>,
): TypedComponent<I, O> {
  const { name, model, temperature = 0, maxTokens = 1024, effort, thinkingTokens, weight, timeoutMs } = declaration;
  requireThinking(declaration);
  const mostTokens = maxTokens + (thinkingTokens ?? 0);
  const outputs = Object.keys(fieldMap(declaration.outputs));
  const format: AnswerFormat = { name: name.slice(0, LONGEST_FORMAT_NAME), fields: outputs };
  const made = component({
    name,
    description: declaration.description,
    inputs: fieldMap(declaration.inputs),
    outputs: fieldMap(declaration.outputs),
    variable: prompt(declaration.prompt, declaration.maxLength ?? DEFAULT_PROMPT_LENGTH),
    deterministic: temperature === 0,
    samples: true,
    ...(weight === undefined ? {} : { weight }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    run: async (inputs, context) => {
      const structured = context.model.structured?.(model ?? context.model.name) ?? false;
      const asked = structured ? renderJsonFormat(outputs) : renderAnswerFormat(outputs);
      const completion = await context.model.complete(
        {
          model,
          messages: [
            { role: "system", content: context.variable },
            { role: "user", content: `${renderFields(inputs)}\n\n${asked}` },
          ],
          temperature: context.temperature ?? temperature,
          maxTokens: mostTokens,
          ...(effort === undefined ? {} : { effort }),
          ...(thinkingTokens === undefined ? {} : { thinkingTokens }),
          sample: context.sample,
          ...(structured ? { format } : {}),
        },
        context.signal,
      );
      const text: unknown = completion.text;
      if (typeof text !== "string") {
        throw new ComponentFailure(name, "field", `the model's answer to ${name} is ${typeName(text)}, not text.`);
      }
      return readAnswer(name, text, completion.stop, outputs);
    },
  });
  return { ...made, model, answerTokens: mostTokens } as TypedComponent<I, O>;
}

/** @throws UserError */
function requireThinking({
  name,
  effort,
  thinkingTokens,
}: Pick<LlmDeclaration<FieldDeclaration, readonly string[]>, "name" | "effort" | "thinkingTokens">): void {
  if (effort !== undefined && !efforts.includes(effort)) {
    throw new UserError(`Component "${name}" must have one of ${efforts.join(", ")} as effort, not ${String(effort)}.`);
  }
  if (thinkingTokens !== undefined && !(Number.isInteger(thinkingTokens) && thinkingTokens >= LEAST_THINKING_TOKENS)) {
    throw new UserError(
      `Component "${name}" must have a whole number of thinkingTokens, at least ${LEAST_THINKING_TOKENS}, not ${String(thinkingTokens)}.`,
    );
  }
}

/** @throws ComponentFailure naming the outputs that the answer lacks, or why there is no answer */
function readAnswer(
  name: string,
  text: string,
  stop: Completion["stop"],
  outputs: readonly string[],
): Record<string, string> {
  const fields = isWithheld(stop) ? {} : parseFields(text, outputs);
  const missing = outputs.filter((output) => fields[output] === undefined);
  if (missing.length === 0) return fields;
  throw new ComponentFailure(name, "field", `${lack(name, text, stop, missing)}.`);
}

/** No words of such an answer are an answer. */
function isWithheld(stop: Completion["stop"]): boolean {
  return stop === "refused" || stop === "filtered";
}

function lack(name: string, text: string, stop: Completion["stop"], missing: readonly string[]): string {
  if (stop === "refused") return `the model declined to answer ${name}`;
  if (stop === "filtered") return `a filter of the model's provider withheld the answer to ${name}`;
  if (stop === "thought") {
    return `the model spent all tokens of its answer to ${name} on thinking, before it wrote a word of it; give it more (thinkingTokens) or let it think less (effort), in the component or for the model in optimas.models.json`;
  }
  const cut = stop === "length" ? " (it was cut off at maxTokens)" : "";
  if (text.trim() === "") return `the model's answer to ${name} is empty${cut}`;
  // Before it is cut: nothing would know the beginning of a key.
  const shown = redacted(text);
  const start = JSON.stringify(shown.length > 120 ? `${shown.slice(0, 120)}...` : shown);
  return `the model's answer to ${name} has no ${missing.join(", ")}${cut}; it begins ${start}`;
}
