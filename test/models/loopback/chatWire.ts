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

const body = z.strictObject({
  model: z.string(),
  messages: z
    .array(z.object({ role: z.enum(["system", "developer", "user", "assistant"]), content: z.unknown() }))
    .min(1),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: z.int().positive().optional(),
  max_completion_tokens: z.int().positive().optional(),
  response_format: z
    .union([
      z.object({
        type: z.literal("json_schema"),
        json_schema: z.object({ name: z.string().regex(/^[\w-]{1,64}$/), strict: z.literal(true), schema: jsonSchema }),
      }),
      z.object({ type: z.enum(["json_object", "text"]) }),
    ])
    .optional(),
  reasoning_effort: z.enum(efforts).optional(),
  stream: z.boolean().optional(),
  stream_options: z.object({ include_usage: z.boolean() }).optional(),
  n: z.literal(1).optional(),
});

/** What servers with a `/v1/chat/completions` take and give. */
export interface ChatHabits {
  /** Answers say how many tokens were used. */
  readonly usage: boolean;
  /** `response_format` is taken. */
  readonly schema: boolean;
  /** Name of the parameter that bounds the answer; the other is refused. Both are taken where it is undefined. */
  readonly bound: "max_tokens" | "max_completion_tokens" | undefined;
  /** Models that think before they answer take no temperature. */
  readonly temperature: boolean;
  /** How much is thought can be chosen. Default: yes. */
  readonly effort?: boolean;
  /** Tokens that an answer may have at most. */
  readonly most?: number;
}

export const openaiHabits: ChatHabits = {
  usage: true,
  schema: true,
  bound: "max_completion_tokens",
  temperature: true,
};

/** OpenAI's chat completions, as OpenAI and as other servers speak them. */
export function chatWire(habits: ChatHabits): Wire {
  return {
    read: (given) => readChat(given, habits),
    answer: (request, reply, id) => chatCompletion(request, reply, id, habits),
    events: (request, reply, id) => chatChunks(request, reply, id, habits),
    error: openaiError,
  };
}

function readChat(given: unknown, habits: ChatHabits): WireRequest {
  const parsed = body.parse(given);
  const other = habits.bound === "max_tokens" ? "max_completion_tokens" : "max_tokens";
  if (habits.bound !== undefined && parsed[other] !== undefined) {
    throw new BadWireRequest(
      `Unsupported parameter: '${other}' is not supported with this model. Use '${habits.bound}' instead.`,
      other,
    );
  }
  const bound = parsed.max_completion_tokens ?? parsed.max_tokens ?? 0;
  if (habits.most !== undefined && bound > habits.most) {
    throw new BadWireRequest(
      `max_tokens is too large: ${bound}. This model supports at most ${habits.most} completion tokens.`,
      parsed.max_tokens === undefined ? "max_completion_tokens" : "max_tokens",
    );
  }
  if (!habits.temperature && parsed.temperature !== undefined && parsed.temperature !== 1) {
    throw new BadWireRequest(
      `Unsupported value: 'temperature' does not support ${parsed.temperature} with this model. Only the default (1) value is supported.`,
      "temperature",
    );
  }
  if (habits.effort === false && parsed.reasoning_effort !== undefined) {
    throw new BadWireRequest(
      "Unsupported parameter: 'reasoning_effort' is not supported with this model.",
      "reasoning_effort",
    );
  }
  if (!habits.schema && parsed.response_format?.type === "json_schema") {
    throw new BadWireRequest("'response_format.type' must be 'text'", "response_format");
  }
  return {
    model: parsed.model,
    messages: parsed.messages.map(({ role, content }) => ({
      role: role === "developer" ? "system" : role,
      content: textOf(content, ["text"]),
    })),
    temperature: parsed.temperature,
    maxTokens: parsed.max_completion_tokens ?? parsed.max_tokens,
    format:
      parsed.response_format?.type === "json_schema"
        ? formatOf(parsed.response_format.json_schema.name, parsed.response_format.json_schema.schema)
        : undefined,
    effort: parsed.reasoning_effort,
    streamed: parsed.stream === true,
    usageStreamed: parsed.stream_options?.include_usage === true,
  };
}

function finishReason(stop: Reply["stop"]): OpenAI.Chat.ChatCompletion.Choice["finish_reason"] {
  if (stop === "length" || stop === "thought") return "length";
  return stop === "filtered" ? "content_filter" : "stop";
}

function usageOf(reply: Reply): OpenAI.CompletionUsage {
  return {
    prompt_tokens: reply.inputTokens,
    completion_tokens: reply.outputTokens,
    total_tokens: reply.inputTokens + reply.outputTokens,
    prompt_tokens_details: { cached_tokens: reply.cachedInputTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: thoughtTokens(reply),
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function chatCompletion(
  request: WireRequest,
  reply: Reply,
  id: string,
  habits: ChatHabits,
): OpenAI.Chat.ChatCompletion {
  const refused = reply.stop === "refused";
  return {
    id: `chatcmpl-${id}`,
    object: "chat.completion",
    created: 1_772_000_000,
    model: request.model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: refused ? null : reply.text,
          refusal: refused ? reply.text : null,
          annotations: [],
        },
        logprobs: null,
        finish_reason: finishReason(reply.stop),
      },
    ],
    ...(habits.usage ? { usage: usageOf(reply) } : {}),
    service_tier: "default",
    system_fingerprint: "fp_loopback",
  };
}

function chatChunks(request: WireRequest, reply: Reply, id: string, habits: ChatHabits): WireEvent[] {
  const usageTold = habits.usage && request.usageStreamed;
  const chunk = (
    choices: OpenAI.Chat.ChatCompletionChunk["choices"],
    usage: OpenAI.CompletionUsage | null = null,
  ): WireEvent => ({
    name: undefined,
    data: {
      id: `chatcmpl-${id}`,
      object: "chat.completion.chunk",
      created: 1_772_000_000,
      model: request.model,
      service_tier: "default",
      system_fingerprint: "fp_loopback",
      choices,
      ...(usageTold ? { usage } : {}),
    } satisfies OpenAI.Chat.ChatCompletionChunk,
  });
  const delta = (
    given: OpenAI.Chat.ChatCompletionChunk.Choice.Delta,
    finish: OpenAI.Chat.ChatCompletionChunk.Choice["finish_reason"] = null,
  ): WireEvent => chunk([{ index: 0, delta: given, logprobs: null, finish_reason: finish }]);
  const written = pieces(reply.text).map((piece) =>
    delta(reply.stop === "refused" ? { refusal: piece } : { content: piece }),
  );
  return [
    delta({ role: "assistant", content: "", refusal: null }),
    ...written,
    delta({}, finishReason(reply.stop)),
    ...(usageTold ? [chunk([], usageOf(reply))] : []),
    { name: undefined, data: "[DONE]" },
  ];
}
