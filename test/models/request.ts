import type { CompletionRequest } from "../../src/models/languageModel.ts";
import { simulatedModel } from "../../src/models/simulated/simulatedModel.ts";
import { parseFields, renderAnswerFormat, renderFields } from "../../src/system/fieldFormat.ts";

const never = new AbortController().signal;

/** A request as an `llm` component writes it. */
export function request(
  prompt: string,
  inputs: Readonly<Record<string, string>>,
  outputs: readonly string[],
  chance: { readonly temperature?: number; readonly sample?: number } = {},
): CompletionRequest {
  return {
    messages: [
      { role: "system", content: prompt },
      { role: "user", content: `${renderFields(inputs)}\n\n${renderAnswerFormat(outputs)}` },
    ],
    temperature: chance.temperature ?? 0,
    maxTokens: 2_000,
    sample: chance.sample ?? 0,
  };
}

/** The simulated model's value of one output. */
export async function ask(
  prompt: string,
  inputs: Readonly<Record<string, string>>,
  output: string,
  chance: { readonly temperature?: number; readonly sample?: number } = {},
): Promise<string> {
  const completion = await simulatedModel().complete(request(prompt, inputs, [output], chance), never);
  return parseFields(completion.text, [output])[output] ?? "";
}
