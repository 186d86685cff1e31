import type { FieldDeclaration } from "./component.ts";
import { fieldMap, typeName } from "./component.ts";
import { ComponentFailure } from "./componentCall.ts";
import { component, DEFAULT_PROMPT_LENGTH, prompt, type TypedComponent } from "./declaration.ts";
import { parseFields, renderAnswerFormat, renderFields } from "./fieldFormat.ts";

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
  /** Longest prompt an optimizer may propose, in characters. */
  readonly maxLength?: number;
  readonly weight?: number;
  readonly timeoutMs?: number;
}

/** A component that asks a language model; its variable is its prompt. */
export function llm<const I extends FieldDeclaration, const O extends readonly string[]>(
  declaration: LlmDeclaration<I, O>,
): TypedComponent<I, O> {
  const { name, model, temperature = 0, maxTokens = 1024, weight, timeoutMs } = declaration;
  const outputs = Object.keys(fieldMap(declaration.outputs));
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
      const completion = await context.model.complete(
        {
          model,
          messages: [
            { role: "system", content: context.variable },
            { role: "user", content: `${renderFields(inputs)}\n\n${renderAnswerFormat(outputs)}` },
          ],
          temperature: context.temperature ?? temperature,
          maxTokens,
          sample: context.sample,
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
  return made as TypedComponent<I, O>;
}

/** @throws ComponentFailure naming the outputs that the answer lacks. */
function readAnswer(name: string, text: string, stop: string, outputs: readonly string[]): Record<string, string> {
  if (stop === "refused") throw new ComponentFailure(name, "field", `the model declined to answer ${name}.`);
  const fields = parseFields(text, outputs);
  const missing = outputs.filter((output) => fields[output] === undefined);
  if (missing.length === 0) return fields;
  const cut = stop === "length" ? " (it was cut off at maxTokens)" : "";
  const start = JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}...` : text);
  throw new ComponentFailure(
    name,
    "field",
    `the model's answer to ${name} has no ${missing.join(", ")}${cut}; it begins ${start}.`,
  );
}
