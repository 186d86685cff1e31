import type OpenAI from "openai";
import * as z from "zod";
import type { Completion, CompletionRequest, LanguageModel, Usage } from "../languageModel.ts";
import { adapter } from "./adapter.ts";
import { answerSchema } from "./answerSchema.ts";
import { estimatedUsage } from "./estimatedUsage.ts";
import { isStreamed } from "./longAnswer.ts";
import { MalformedAnswer, misfit } from "./malformedAnswer.ts";
import { OpenaiClient } from "./openaiClient.ts";
import { openaiRules } from "./openaiFailures.ts";
import type { ProviderModel } from "./provider.ts";
import type { Sending } from "./providerCall.ts";
import { BrokenOff } from "./providerError.ts";
import type { Parameters } from "./takenParameters.ts";

/** A model behind OpenAI's responses. Nothing of a request or its answer is kept by the provider for later ones. */
export function openaiResponses(model: ProviderModel): LanguageModel {
  return adapter(model, {
    clients: new OpenaiClient(model),
    rules: openaiRules,
    structured: true,
    send: ({ client, request, parameters, sending }) => {
      const body = bodyOf(model.model, request, parameters);
      return isStreamed(request.maxTokens)
        ? streamed(client, body, request, sending)
        : whole(client, body, request, sending);
    },
  });
}

type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming;

function bodyOf(model: string, request: CompletionRequest, parameters: Parameters): Body {
  const { messages, temperature, ownTemperature, effort, format, maxTokens } = request;
  return {
    model,
    input: messages.map(({ role, content }) => ({ role, content })),
    max_output_tokens: maxTokens,
    store: false,
    ...(parameters.temperature && !ownTemperature ? { temperature } : {}),
    ...(effort === undefined ? {} : { reasoning: { effort } }),
    ...(format && parameters.format ? { text: { format: schemaOf(format) } } : {}),
  };
}

function schemaOf(
  format: NonNullable<CompletionRequest["format"]>,
): OpenAI.Responses.ResponseFormatTextJSONSchemaConfig {
  return { type: "json_schema", name: format.name, strict: true, schema: answerSchema(format) };
}

const part = z.object({ type: z.string(), text: z.string().optional(), refusal: z.string().optional() });

const response = z.object({
  id: z.string().nullish(),
  status: z.string().nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string() }).nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  output: z.array(z.object({ type: z.string(), content: z.array(part).nullish().catch(undefined) })),
  usage: z
    .object({
      input_tokens: z.int().nonnegative(),
      output_tokens: z.int().nonnegative(),
      input_tokens_details: z.object({ cached_tokens: z.int().nonnegative().nullish() }).nullish(),
    })
    .nullish()
    .catch(undefined),
});

type Response = z.infer<typeof response>;

async function whole(client: OpenAI, body: Body, request: CompletionRequest, sending: Sending): Promise<Completion> {
  return completion(request, await client.responses.create(body, { signal: sending.signal }), sending);
}

/** The last event of a stream holds the whole answer. */
const lastEvent = z.object({
  type: z.enum(["response.completed", "response.incomplete", "response.failed"]),
  response: z.unknown(),
});

async function streamed(client: OpenAI, body: Body, request: CompletionRequest, sending: Sending): Promise<Completion> {
  const stream = await client.responses.create({ ...body, stream: true }, { signal: sending.signal });
  let last: unknown;
  for await (const event of stream) {
    sending.alive();
    if (event.type === "error") throw { error: { code: event.code ?? "", message: event.message } };
    if (typeof event.type !== "string") throw new MalformedAnswer(misfit(event));
    last = lastEvent.safeParse(event).data?.response ?? last;
  }
  sending.signal.throwIfAborted();
  if (last === undefined) throw new BrokenOff();
  return completion(request, last, sending);
}

/** @throws MalformedAnswer; the provider's error where the answer failed */
function completion(request: CompletionRequest, given: unknown, { arrived }: Sending): Completion {
  const read = response.safeParse(given);
  if (!read.success) throw new MalformedAnswer(misfit(given));
  const { id, status, error, output, usage } = read.data;
  arrived(id);
  if (status === "failed") throw { status: statusOf(error?.code), error };
  const parts = output.filter(({ type }) => type === "message").flatMap(({ content }) => content ?? []);
  const content = parts.map(({ type, text = "" }) => (type === "output_text" ? text : "")).join("");
  const refusal = parts.map(({ refusal: words = "" }) => words).join("");
  const text = content === "" ? refusal : content;
  return { text, stop: stopOf(read.data, content, refusal), usage: usageOf(usage, request, text) };
}

/** The status that the same error has where it is told instead of an answer. */
function statusOf(code: string | null | undefined): number {
  if (code === "rate_limit_exceeded") return 429;
  return code === "server_error" || code === undefined || code === null ? 500 : 400;
}

function stopOf({ status, incomplete_details }: Response, content: string, refusal: string): Completion["stop"] {
  if (incomplete_details?.reason === "content_filter") return "filtered";
  if (refusal !== "") return "refused";
  if (status === "incomplete") return content === "" ? "thought" : "length";
  return content === "" ? "empty" : "end";
}

function usageOf(used: Response["usage"], request: CompletionRequest, text: string): Usage {
  if (!used) return estimatedUsage(request, text);
  const cached = used.input_tokens_details?.cached_tokens ?? 0;
  return {
    inputTokens: used.input_tokens,
    outputTokens: used.output_tokens,
    ...(cached > 0 ? { cachedInputTokens: cached } : {}),
  };
}
