import type { RecordedAnswer, RecordedRequest } from "../../../src/models/answerRecord.ts";

/** One of many requests that differ in their numbers alone. */
export function numberedRequest(number: number, model = "test:model"): RecordedRequest {
  const content = `Question ${number}: in which year was the first of them built?`;
  return { model, messages: [{ role: "user", content }], temperature: 0.7, maxTokens: 64, sample: number };
}

/** The answer to it. */
export function numberedAnswer(number: number): RecordedAnswer {
  return { text: `It was built in ${number}.`, stop: "end", usage: { inputTokens: 20, outputTokens: number } };
}
