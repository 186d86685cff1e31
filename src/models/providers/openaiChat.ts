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

/** How a server speaks chat completions. */
export interface ChatDialect {
  /** It keeps to a JSON schema. */
  readonly structured: boolean;
  /** The name it has for the bound of an answer's length. */
  readonly bound: "max_tokens" | "max_completion_tokens";
}

/** A model behind OpenAI's chat completions. */
export function openaiChat(
  model: ProviderModel,
  dialect: ChatDialect = { structured: true, bound: "max_completion_tokens" },
): LanguageModel {
  return adapter(model, {
    clients: new OpenaiClient(model),
    rules: openaiRules,
    structured: dialect.structured,
    send: ({ client, request, parameters, sending }) => {
      const body = bodyOf(model.model, request, parameters, dialect);
      return isStreamed(request.maxTokens)
        ? streamed(client, body, request, sending)
        : whole(client, body, request, sending);
    },
  });
}

type Body = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

function bodyOf(model: string, request: CompletionRequest, parameters: Parameters, dialect: ChatDialect): Body {
  const { messages, temperature, ownTemperature, effort, format } = request;
  const bound = parameters.renamedBound ? other(dialect.bound) : dialect.bound;
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    [bound]: request.maxTokens,
    ...(parameters.temperature && !ownTemperature ? { temperature } : {}),
    ...(effort === undefined ? {} : { reasoning_effort: effort }),
    ...(format && dialect.structured && parameters.format ? { response_format: schemaOf(format) } : {}),
  };
}

function other(bound: ChatDialect["bound"]): ChatDialect["bound"] {
  return bound === "max_tokens" ? "max_completion_tokens" : "max_tokens";
}

function schemaOf(format: NonNullable<CompletionRequest["format"]>): OpenAI.ResponseFormatJSONSchema {
  return { type: "json_schema", json_schema: { name: format.name, strict: true, schema: answerSchema(format) } };
}

/** Tokens as a server reports them; null or absent with some. */
const usage = z
  .object({
    prompt_tokens: z.int().nonnegative(),
    completion_tokens: z.int().nonnegative(),
    prompt_tokens_details: z.object({ cached_tokens: z.int().nonnegative().nullish() }).nullish(),
  })
  .nullish()
  .catch(undefined);

const id = z.string().nullish().catch(undefined);

const answer = z.object({
  id,
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage,
});

async function whole(client: OpenAI, body: Body, request: CompletionRequest, sending: Sending): Promise<Completion> {
  const given: unknown = await client.chat.completions.create(body, { signal: sending.signal });
  const read = answer.safeParse(given);
  const choice = read.data?.choices[0];
  if (choice === undefined) throw new MalformedAnswer(misfit(given));
  sending.arrived(read.data?.id);
  const { content, refusal } = choice.message;
  return completion(request, content ?? "", refusal ?? "", choice.finish_reason ?? "stop", read.data?.usage);
}

const chunk = z.object({
  id,
  choices: z.array(
    z.object({
      finish_reason: z.string().nullish(),
      delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }).nullish(),
    }),
  ),
  usage,
});

async function streamed(
  client: OpenAI,
  body: Body,
  request: CompletionRequest,
  { signal, alive, arrived }: Sending,
): Promise<Completion> {
  const stream = await client.chat.completions.create(
    { ...body, stream: true, stream_options: { include_usage: true } },
    { signal },
  );
  let text = "";
  let refusal = "";
  let finish: string | undefined;
  let used: z.infer<typeof usage>;
  let begun = false;
  for await (const event of stream) {
    alive();
    const read = chunk.safeParse(event);
    if (!read.success) throw new MalformedAnswer(misfit(event));
    if (!begun) arrived(read.data.id);
    begun = true;
    used = read.data.usage ?? used;
    for (const { delta, finish_reason } of read.data.choices) {
      text += delta?.content ?? "";
      refusal += delta?.refusal ?? "";
      finish = finish_reason ?? finish;
    }
  }
  signal.throwIfAborted();
  if (finish === undefined) throw new BrokenOff();
  return completion(request, text, refusal, finish, used);
}

function completion(
  request: CompletionRequest,
  content: string,
  refusal: string,
  finish: string,
  used: z.infer<typeof usage>,
): Completion {
  const answer = withoutThinking(content);
  return {
    text: answer === "" ? refusal : answer,
    stop: stopOf(answer, refusal, finish),
    usage: usageOf(used, request, content === "" ? refusal : content),
  };
}

/** Some servers put what a model thought before the answer into it. */
function withoutThinking(content: string): string {
  return content.replace(/^\s*<think>[\s\S]*?(?:<\/think>\s*|$)/, "");
}

function stopOf(content: string, refusal: string, finish: string): Completion["stop"] {
  if (finish === "content_filter") return "filtered";
  if (refusal !== "") return "refused";
  // Where the bound was reached and nothing is written, all was thought.
  if (finish === "length") return content === "" ? "thought" : "length";
  return content === "" ? "empty" : "end";
}

function usageOf(used: z.infer<typeof usage>, request: CompletionRequest, text: string): Usage {
  if (!used) return estimatedUsage(request, text);
  const cached = used.prompt_tokens_details?.cached_tokens ?? 0;
  return {
    inputTokens: used.prompt_tokens,
    outputTokens: used.completion_tokens,
    ...(cached > 0 ? { cachedInputTokens: cached } : {}),
  };
}
