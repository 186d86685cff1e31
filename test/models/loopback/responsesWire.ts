import type OpenAI from "openai";
import { z } from "zod";
import { efforts } from "../../../src/models/languageModel.ts";
import { textOf } from "./contentText.ts";
import { openaiError } from "./openaiError.ts";
import {
  BadWireRequest,
  pieces,
  type Reply,
  thoughtTokens,
  type Wire,
  type WireEvent,
  type WireRequest,
} from "./reply.ts";
import { formatOf, jsonSchema } from "./wireFormat.ts";

const item = z.object({
  type: z.literal("message").optional(),
  role: z.enum(["system", "developer", "user", "assistant"]),
  content: z.unknown(),
});

const body = z.strictObject({
  model: z.string(),
  instructions: z.string().optional(),
  input: z.union([z.string(), z.array(item).min(1)]),
  temperature: z.number().min(0).max(2).optional(),
  max_output_tokens: z.int().min(16, "Expected a value >= 16").optional(),
  text: z
    .object({
      format: z.object({
        type: z.literal("json_schema"),
        name: z.string().regex(/^[\w-]{1,64}$/),
        strict: z.literal(true),
        schema: jsonSchema,
      }),
    })
    .optional(),
  reasoning: z.object({ effort: z.enum(efforts) }).optional(),
  stream: z.boolean().optional(),
  store: z.boolean().optional(),
});

/** OpenAI's responses. @param temperature models that think before they answer take none */
export function responsesWire(temperature = true): Wire {
  return {
    read: (given) => readResponses(given, temperature),
    answer: response,
    events: responseEvents,
    error: openaiError,
  };
}

function readResponses(given: unknown, temperature: boolean): WireRequest {
  const parsed = body.parse(given);
  if (!temperature && parsed.temperature !== undefined) {
    throw new BadWireRequest("Unsupported parameter: 'temperature' is not supported with this model.", "temperature");
  }
  const input = typeof parsed.input === "string" ? [{ role: "user" as const, content: parsed.input }] : parsed.input;
  const messages = input.map(({ role, content }) => ({
    role: role === "developer" ? ("system" as const) : role,
    content: textOf(content, ["input_text", "output_text"]),
  }));
  const { instructions, text } = parsed;
  return {
    model: parsed.model,
    messages: instructions === undefined ? messages : [{ role: "system", content: instructions }, ...messages],
    temperature: parsed.temperature,
    maxTokens: parsed.max_output_tokens,
    format: text && formatOf(text.format.name, text.format.schema),
    effort: parsed.reasoning?.effort,
    streamed: parsed.stream === true,
    usageStreamed: true,
  };
}

/** As the server sends it: `output_text` is the SDK's own. */
type SentResponse = Omit<OpenAI.Responses.Response, "output_text">;

/** What was thought comes before what is said; the thought itself is not shown. */
function thoughtOf({ thought }: Reply, id: string): OpenAI.Responses.ResponseReasoningItem[] {
  return thought === undefined ? [] : [{ id: `rs_${id}`, type: "reasoning", summary: [] }];
}

function messageOf(reply: Reply, id: string): OpenAI.Responses.ResponseOutputMessage[] {
  if (reply.stop === "empty" || reply.stop === "thought") return [];
  const content: OpenAI.Responses.ResponseOutputMessage["content"] =
    reply.stop === "refused"
      ? [{ type: "refusal", refusal: reply.text }]
      : [{ type: "output_text", text: reply.text, annotations: [] }];
  return [
    {
      id: `msg_${id}`,
      type: "message",
      role: "assistant",
      status: incomplete(reply) ? "incomplete" : "completed",
      content,
    },
  ];
}

const incomplete = ({ stop }: Reply): boolean => ["length", "thought", "filtered"].includes(stop);

function response(request: WireRequest, reply: Reply, id: string): SentResponse {
  const reason = reply.stop === "filtered" ? "content_filter" : "max_output_tokens";
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: 1_772_000_000,
    status: incomplete(reply) ? "incomplete" : "completed",
    background: false,
    error: null,
    incomplete_details: incomplete(reply) ? { reason } : null,
    instructions: null,
    max_output_tokens: request.maxTokens ?? null,
    metadata: {},
    model: request.model,
    output: [...thoughtOf(reply, id), ...messageOf(reply, id)],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: request.effort ?? null, summary: null },
    service_tier: "default",
    temperature: request.temperature ?? 1,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    truncation: "disabled",
    usage: {
      input_tokens: reply.inputTokens,
      input_tokens_details: { cached_tokens: reply.cachedInputTokens, cache_write_tokens: 0 },
      output_tokens: reply.outputTokens,
      output_tokens_details: { reasoning_tokens: thoughtTokens(reply) },
      total_tokens: reply.inputTokens + reply.outputTokens,
    },
  };
}

type SentEvent = OpenAI.Responses.ResponseStreamEvent;

function responseEvents(request: WireRequest, reply: Reply, id: string): WireEvent[] {
  const whole = response(request, reply, id);
  const { usage: _, ...rest } = whole;
  const begun = { ...rest, status: "in_progress" as const, output: [], incomplete_details: null, output_text: "" };
  const events: SentEvent[] = [];
  const add = (event: SentEvent): void => void events.push(event);
  const next = (): number => events.length;
  add({ type: "response.created", sequence_number: next(), response: begun });
  add({ type: "response.in_progress", sequence_number: next(), response: begun });
  const thoughts = thoughtOf(reply, id);
  for (const [at, item] of thoughts.entries()) {
    add({ type: "response.output_item.added", sequence_number: next(), output_index: at, item });
    add({ type: "response.output_item.done", sequence_number: next(), output_index: at, item });
  }
  const place = { item_id: `msg_${id}`, output_index: thoughts.length, content_index: 0 };
  const addPart = (part: OpenAI.Responses.ResponseOutputText | OpenAI.Responses.ResponseOutputRefusal): void => {
    const { text } = reply;
    const deltas = pieces(text);
    if (part.type === "refusal") {
      add({ type: "response.content_part.added", sequence_number: next(), ...place, part: { ...part, refusal: "" } });
      for (const delta of deltas) add({ type: "response.refusal.delta", sequence_number: next(), ...place, delta });
      add({ type: "response.refusal.done", sequence_number: next(), ...place, refusal: text });
    } else {
      add({ type: "response.content_part.added", sequence_number: next(), ...place, part: { ...part, text: "" } });
      for (const delta of deltas) {
        add({ type: "response.output_text.delta", sequence_number: next(), ...place, delta, logprobs: [] });
      }
      add({ type: "response.output_text.done", sequence_number: next(), ...place, text, logprobs: [] });
    }
    add({ type: "response.content_part.done", sequence_number: next(), ...place, part });
  };
  for (const message of messageOf(reply, id)) {
    add({
      type: "response.output_item.added",
      sequence_number: next(),
      output_index: place.output_index,
      item: { ...message, status: "in_progress", content: [] },
    });
    const [part] = message.content;
    if (part) addPart(part);
    add({
      type: "response.output_item.done",
      sequence_number: next(),
      output_index: place.output_index,
      item: message,
    });
  }
  add({
    type: incomplete(reply) ? "response.incomplete" : "response.completed",
    sequence_number: next(),
    response: { ...whole, output_text: "" },
  });
  return events.map((event) => ({ name: event.type, data: event }));
}
