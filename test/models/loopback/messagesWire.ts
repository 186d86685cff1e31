import type Anthropic from "@anthropic-ai/sdk";
import { z } from "zod";
import { efforts } from "../../../src/models/languageModel.ts";
import { textOf } from "./contentText.ts";
import {
  BadWireRequest,
  pieces,
  type Reply,
  thoughtTokens,
  type Wire,
  type WireError,
  type WireEvent,
  type WireRequest,
} from "./reply.ts";
import { formatOf, jsonSchema } from "./wireFormat.ts";

const body = z.strictObject({
  model: z.string(),
  max_tokens: z.int().positive(),
  system: z.unknown().optional(),
  messages: z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.unknown() })).min(1),
  output_config: z
    .strictObject({
      effort: z.enum(efforts).exclude(["none", "minimal"]).optional(),
      format: z.object({ type: z.literal("json_schema"), schema: jsonSchema }).optional(),
    })
    .optional(),
  thinking: z
    .union([
      z.strictObject({ type: z.enum(["adaptive", "disabled"]) }),
      z.strictObject({ type: z.literal("enabled"), budget_tokens: z.int().min(1_024) }),
    ])
    .optional(),
  stream: z.boolean().optional(),
});

/** Models whose thinking has a budget, and later ones that decide by themselves. */
const BUDGETED = /4-5/;

/** Anthropic's messages. */
export const messagesWire: Wire = { read: readMessages, answer: message, events: messageEvents, error: messagesError };

function readMessages(given: unknown): WireRequest {
  const parsed = body.parse(given);
  const { thinking } = parsed;
  if (thinking?.type === "enabled" && thinking.budget_tokens >= parsed.max_tokens) {
    throw new BadWireRequest("`max_tokens` must be greater than `thinking.budget_tokens`.");
  }
  if (thinking?.type === "enabled" && !BUDGETED.test(parsed.model)) {
    throw new BadWireRequest(
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    );
  }
  if (thinking?.type === "adaptive" && BUDGETED.test(parsed.model)) {
    throw new BadWireRequest("adaptive thinking is not supported on this model");
  }
  const system = parsed.system === undefined ? undefined : textOf(parsed.system, ["text"]);
  const messages = parsed.messages.map(({ role, content }) => ({ role, content: textOf(content, ["text"]) }));
  const bare = messages.findIndex(({ content }) => content === "");
  if (bare >= 0) throw new BadWireRequest(`messages.${bare}: user messages must have non-empty content`);
  if (system === "") throw new BadWireRequest("system: text content blocks must be non-empty");
  return {
    model: parsed.model,
    messages: system === undefined ? messages : [{ role: "system", content: system }, ...messages],
    temperature: undefined,
    maxTokens: parsed.max_tokens,
    format: parsed.output_config?.format && formatOf("answer", parsed.output_config.format.schema),
    effort: parsed.output_config?.effort,
    thinking: thinking?.type === "enabled" ? { budget: thinking.budget_tokens } : thinking?.type,
    streamed: parsed.stream === true,
    usageStreamed: true,
  };
}

function stopReason(stop: Reply["stop"]): Anthropic.StopReason {
  if (stop === "length" || stop === "thought") return "max_tokens";
  return stop === "refused" || stop === "filtered" ? "refusal" : "end_turn";
}

function usageOf(reply: Reply): Anthropic.Usage {
  return {
    // What was read before, or kept for later, is counted apart.
    input_tokens: reply.inputTokens - reply.cachedInputTokens - reply.keptInputTokens,
    cache_creation_input_tokens: reply.keptInputTokens,
    cache_read_input_tokens: reply.cachedInputTokens,
    cache_creation: { ephemeral_5m_input_tokens: reply.keptInputTokens, ephemeral_1h_input_tokens: 0 },
    output_tokens: reply.outputTokens,
    output_tokens_details: { thinking_tokens: thoughtTokens(reply) },
    server_tool_use: null,
    service_tier: "standard",
    inference_geo: null,
    speed: null,
  };
}

/** Filters are told as refusals of a category. */
function detailsOf(stop: Reply["stop"]): Anthropic.RefusalStopDetails | null {
  if (stop !== "filtered") return null;
  return { type: "refusal", category: "general_harms", explanation: "Withheld by a filter." };
}

/** What was thought comes before what is said. */
function contentOf({ thought, text }: Reply): (Anthropic.ThinkingBlock | Anthropic.TextBlock)[] {
  return [
    ...(thought === undefined ? [] : [{ type: "thinking" as const, thinking: thought, signature: "signed" }]),
    ...(text === "" ? [] : [{ type: "text" as const, text, citations: null }]),
  ];
}

function message(request: WireRequest, reply: Reply, id: string): Anthropic.Message {
  return {
    id: `msg_${id}`,
    type: "message",
    role: "assistant",
    model: request.model,
    content: contentOf(reply),
    stop_reason: stopReason(reply.stop),
    stop_sequence: null,
    stop_details: detailsOf(reply.stop),
    container: null,
    diagnostics: null,
    usage: usageOf(reply),
  };
}

/** A block of the answer in pieces. */
function blockEvents(block: ReturnType<typeof contentOf>[number], index: number): Anthropic.RawMessageStreamEvent[] {
  const empty = block.type === "text" ? { ...block, text: "" } : { type: block.type, thinking: "", signature: "" };
  const deltas: Anthropic.RawContentBlockDelta[] =
    block.type === "text"
      ? pieces(block.text).map((text) => ({ type: "text_delta", text }))
      : [
          ...pieces(block.thinking).map((thinking): Anthropic.ThinkingDelta => ({ type: "thinking_delta", thinking })),
          { type: "signature_delta", signature: block.signature },
        ];
  return [
    { type: "content_block_start", index, content_block: empty },
    ...deltas.map((delta): Anthropic.RawContentBlockDeltaEvent => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

function messageEvents(request: WireRequest, reply: Reply, id: string): WireEvent[] {
  const whole = message(request, reply, id);
  const usage = usageOf(reply);
  const blocks = contentOf(reply).flatMap(blockEvents);
  const events: Anthropic.RawMessageStreamEvent[] = [
    {
      type: "message_start",
      message: {
        ...whole,
        content: [],
        stop_reason: null,
        stop_details: null,
        usage: { ...usage, output_tokens: 1 },
      },
    },
    ...blocks,
    {
      type: "message_delta",
      delta: {
        stop_reason: whole.stop_reason,
        stop_sequence: null,
        stop_details: whole.stop_details,
        container: null,
      },
      usage: {
        input_tokens: usage.input_tokens,
        cache_creation_input_tokens: usage.cache_creation_input_tokens,
        cache_read_input_tokens: usage.cache_read_input_tokens,
        output_tokens: usage.output_tokens,
        output_tokens_details: usage.output_tokens_details,
        server_tool_use: null,
      },
    },
    { type: "message_stop" },
  ];
  const [start, ...rest] = events.map((event) => ({ name: event.type, data: event }));
  // The provider keeps idle connections open with pings.
  return [...(start ? [start] : []), { name: "ping", data: { type: "ping" } }, ...rest];
}

const types: Readonly<Record<WireError["kind"], Anthropic.ErrorObject["type"]>> = {
  limited: "rate_limit_error",
  overloaded: "overloaded_error",
  broken: "api_error",
  quota: "billing_error",
  "wrong key": "authentication_error",
  "unknown model": "not_found_error",
  "too long": "invalid_request_error",
  filtered: "invalid_request_error",
  "bad request": "invalid_request_error",
};

function messagesError({ kind, message: text }: WireError): Anthropic.ErrorResponse {
  return { type: "error", error: { type: types[kind], message: text }, request_id: "req_loopback" };
}
