import type { AnswerFormat } from "../languageModel.ts";

/** The JSON schema of a structured answer: all fields required and no others, as providers demand of what they keep to. */
export function answerSchema({ fields }: AnswerFormat): Record<string, unknown> {
  return {
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field, { type: "string" }])),
    required: [...fields],
    additionalProperties: false,
  };
}
