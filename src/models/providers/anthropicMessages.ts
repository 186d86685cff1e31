import type Anthropic from "@anthropic-ai/sdk";
import * as z from "zod";
import type { Completion, CompletionRequest, LanguageModel, Message, Usage } from "../languageModel.ts";
import { adapter } from "./adapter.ts";
import { answerSchema } from "./answerSchema.ts";
import { AnthropicClient } from "./anthropicClient.ts";
import { anthropicRules } from "./anthropicFailures.ts";
import { estimatedUsage } from "./estimatedUsage.ts";
import { isStreamed } from "./longAnswer.ts";
import { MalformedAnswer, misfit } from "./malformedAnswer.ts";
import type { ProviderModel } from "./provider.ts";
import type { Sending } from "./providerCall.ts";
import { BrokenOff } from "./providerError.ts";
import type { Parameters } from "./takenParameters.ts";

/**
 * A model behind Anthropic's messages. They take no temperature (the provider's interface of October 2026 has none), so
 * that equal requests may be answered differently.
 */
export function anthropicMessages(model: ProviderModel): LanguageModel {
  return adapter(model, {
    clients: new AnthropicClient(model),
    rules: anthropicRules,
    structured: true,
    send: ({ client, request, parameters, sending }) => {
      const body = bodyOf(model.model, request, parameters);
      return isStreamed(request.maxTokens)
        ? streamed(client, body, request, sending)
        : whole(client, body, request, sending);
    },
  });
}

type Body = Anthropic.MessageCreateParamsNonStreaming;

function bodyOf(model: string, request: CompletionRequest, parameters: Parameters): Body {
  const system = request.messages
    .filter(({ role }) => role === "system")
    .map(({ content }) => content)
    .filter((content) => content !== "")
    .join("\n\n");
  const effort = effortOf(request);
  const format = request.format && parameters.format ? request.format : undefined;
  return {
    model,
    max_tokens: request.maxTokens,
    ...(system === "" ? {} : { system }),
    messages: request.messages.flatMap(turnOf),
    ...thinkingOf(model, request, parameters),
    ...(effort === undefined && format === undefined
      ? {}
      : {
          output_config: {
            ...(effort === undefined ? {} : { effort }),
            ...(format === undefined ? {} : { format: { type: "json_schema", schema: answerSchema(format) } }),
          },
        }),
  };
}

/** The provider's least effort is "low"; that a model is not to think at all is said in another way. */
function effortOf({ effort }: CompletionRequest): Anthropic.OutputConfig["effort"] | undefined {
  if (effort === "none") return undefined;
  return effort === "minimal" ? "low" : effort;
}

/** Models whose thinking is given a number of tokens; later ones decide by themselves how much they think. */
const BUDGETED = /^claude-(?:3-|(?:opus|sonnet|haiku)-4(?:-[015])?(?:-\d{8})?$)/;

function thinkingOf(
  model: string,
  { effort, thinkingTokens, maxTokens }: CompletionRequest,
  { otherThinking }: Parameters,
): Pick<Body, "thinking"> {
  if (effort === "none") return { thinking: { type: "disabled" } };
  if (thinkingTokens === undefined) return {};
  if (BUDGETED.test(model) === otherThinking) return { thinking: { type: "adaptive" } };
  return { thinking: { type: "enabled", budget_tokens: Math.min(thinkingTokens, maxTokens - 1) } };
}

/** What is not said to the system; the provider takes no turn without words. */
function turnOf({ role, content }: Message): Anthropic.MessageParam[] {
  if (role === "system") return [];
  return [{ role, content: content === "" ? "(nothing)" : content }];
}

const tokens = z.int().nonnegative();

const usage = z
  .object({
    input_tokens: tokens.nullish(),
    output_tokens: tokens,
    cache_creation_input_tokens: tokens.nullish(),
    cache_read_input_tokens: tokens.nullish(),
  })
  .nullish()
  .catch(undefined);

type Used = z.infer<typeof usage>;

const stopDetails = z.object({ category: z.string().nullish() }).nullish();

const message = z.object({
  id: z.string().nullish(),
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
  stop_reason: z.string(),
  stop_details: stopDetails,
  usage,
});

async function whole(
  client: Anthropic,
  body: Body,
  request: CompletionRequest,
  { signal, arrived }: Sending,
): Promise<Completion> {
  const given: unknown = await client.messages.create(body, { signal });
  const read = message.safeParse(given);
  if (!read.success) throw new MalformedAnswer(misfit(given));
  arrived(read.data.id);
  const text = read.data.content.map((block) => (block.type === "text" ? (block.text ?? "") : "")).join("");
  return completion(request, text, read.data.stop_reason, read.data.stop_details?.category, read.data.usage);
}

/** The events that an answer is put together from. */
const partEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message_start"), message: z.object({ id: z.string().nullish(), usage }) }),
  z.object({
    type: z.literal("content_block_delta"),
    delta: z.object({ type: z.string(), text: z.string().optional() }),
  }),
  z.object({
    type: z.literal("message_delta"),
    delta: z.object({ stop_reason: z.string().nullish(), stop_details: stopDetails }),
    usage,
  }),
  z.object({ type: z.literal("message_stop") }),
]);

type PartEvent = z.infer<typeof partEvent>;

const parts: readonly string[] = ["message_start", "content_block_delta", "message_delta", "message_stop"];
const namedEvent = z.object({ type: z.string() });

/** @returns undefined for events that an answer is not made of @throws MalformedAnswer */
function partOf(given: unknown): PartEvent | undefined {
  const type = namedEvent.safeParse(given).data?.type;
  if (type !== undefined && !parts.includes(type)) return undefined;
  const read = partEvent.safeParse(given);
  if (!read.success) throw new MalformedAnswer(misfit(given));
  return read.data;
}

async function streamed(
  client: Anthropic,
  body: Body,
  request: CompletionRequest,
  { signal, alive, arrived }: Sending,
): Promise<Completion> {
  const stream = await client.messages.create({ ...body, stream: true }, { signal });
  let text = "";
  let stop: string | undefined;
  let category: string | null | undefined;
  let used: Used;
  let ended = false;
  for await (const given of stream) {
    alive();
    const part = partOf(given);
    switch (part?.type) {
      case "message_start":
        arrived(part.message.id);
        used = part.message.usage;
        break;
      case "content_block_delta":
        if (part.delta.type === "text_delta") text += part.delta.text ?? "";
        break;
      case "message_delta":
        stop = part.delta.stop_reason ?? stop;
        category = part.delta.stop_details?.category ?? category;
        // Counts are of everything up to now; what is not repeated holds as it was told at the start.
        used = part.usage ? { ...used, ...present(part.usage) } : used;
        break;
      case "message_stop":
        ended = true;
        break;
      default:
    }
  }
  signal.throwIfAborted();
  if (!ended || stop === undefined) throw new BrokenOff();
  return completion(request, text, stop, category, used);
}

function present<T extends object>(counts: T): T {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== null && value !== undefined)) as T;
}

function completion(
  request: CompletionRequest,
  text: string,
  stop: string,
  category: string | null | undefined,
  used: Used,
): Completion {
  return { text, stop: stopOf(text, stop, category), usage: usageOf(used, request, text) };
}

function stopOf(text: string, stop: string, category: string | null | undefined): Completion["stop"] {
  // A refusal of a named category comes from the provider's filters, any other from the model.
  if (stop === "refusal") return category === null || category === undefined ? "refused" : "filtered";
  if (stop === "max_tokens") return text === "" ? "thought" : "length";
  if (stop === "model_context_window_exceeded") return "length";
  return text === "" ? "empty" : "end";
}

/** The provider counts apart what it had read before, and what it keeps for later: all of it was read. */
function usageOf(used: Used, request: CompletionRequest, text: string): Usage {
  if (!used) return estimatedUsage(request, text);
  const cached = used.cache_read_input_tokens ?? 0;
  return {
    inputTokens: (used.input_tokens ?? 0) + (used.cache_creation_input_tokens ?? 0) + cached,
    outputTokens: used.output_tokens,
    ...(cached > 0 ? { cachedInputTokens: cached } : {}),
  };
}
