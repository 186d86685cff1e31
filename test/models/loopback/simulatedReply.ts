import { simulatedModel } from "../../../src/models/simulated/simulatedModel.ts";
import { parseFields, renderAnswerFormat, renderJsonFormat } from "../../../src/system/fieldFormat.ts";
import type { Reply, WireRequest } from "./reply.ts";

/** A model behind the server. The same request has the same answer. */
export type Answering = (request: WireRequest) => Reply | Promise<Reply>;

const never = new AbortController().signal;

/** The simulated model's answer; where a shape is asked for, in that shape. */
export const simulatedReply: Answering = async (request) => {
  const fields = request.format?.fields;
  const messages = request.messages.map((message, at) =>
    fields !== undefined && at === request.messages.length - 1
      ? { ...message, content: `${withoutAnswerFormat(message.content, fields)}\n\n${renderAnswerFormat(fields)}` }
      : message,
  );
  const { text, stop, usage } = await simulatedModel().complete(
    { messages, temperature: request.temperature ?? 0, maxTokens: request.maxTokens ?? 4096, sample: 0 },
    never,
  );
  return {
    text: fields === undefined ? text : JSON.stringify(parseFields(text, fields)),
    stop,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    cachedInputTokens: 0,
    keptInputTokens: 0,
  };
};

function withoutAnswerFormat(content: string, fields: readonly string[]): string {
  const format = renderJsonFormat(fields);
  return content.endsWith(format) ? content.slice(0, -format.length).trimEnd() : content;
}

/** The same text to everything; cut where it is longer than the request allows. */
export function fixedReply(text: string, more: Partial<Reply> = {}): Answering {
  return (request) => {
    const most = (request.maxTokens ?? Number.POSITIVE_INFINITY) * 4;
    const cut = text.length > most;
    const given = cut ? text.slice(0, most) : text;
    return {
      text: given,
      stop: cut ? "length" : text === "" ? "empty" : "end",
      inputTokens: Math.ceil(request.messages.reduce((sum, { content }) => sum + content.length, 0) / 4),
      outputTokens: Math.ceil(given.length / 4),
      cachedInputTokens: 0,
      keptInputTokens: 0,
      ...more,
    };
  };
}
