import { createHash } from "node:crypto";
import * as z from "zod";
import { redacted } from "../../system/secrets.ts";
import type { RecordedAnswer, RecordedRequest } from "../answerRecord.ts";

const STORED_VERSION = 1;
/** Characters of the last message that are kept beside its answer, for people who look into the record. */
const ASKED_LENGTH = 300;

const tokens = z.number().nonnegative();

const storedAnswerSchema = z.object({
  version: z.literal(STORED_VERSION),
  key: z.string().regex(/^[0-9a-f]{64}$/),
  model: z.string(),
  server: z.string().optional(),
  /** Milliseconds since 1970. */
  when: z.number(),
  temperature: z.number(),
  maxTokens: z.number(),
  /** Null at temperature 0. */
  sample: z.number().nullable(),
  /** Id of the request that brought it. */
  sent: z.string().exactOptional(),
  /** The beginning of the last message. */
  asked: z.string(),
  text: z.string(),
  stop: z.enum(["end", "length", "refused", "filtered", "empty", "thought"]),
  usage: z.object({
    inputTokens: tokens,
    outputTokens: tokens,
    cachedInputTokens: tokens.exactOptional(),
    estimated: z.literal(true).exactOptional(),
  }),
});

/** An answer as files keep it. */
export type StoredAnswer = Readonly<z.infer<typeof storedAnswerSchema>>;

/**
 * What is kept of an answer: keys of providers are taken out of all texts.
 * @param when milliseconds since 1970
 * @param sent id of the request that brought it
 */
export function storedAnswer(
  key: string,
  request: RecordedRequest,
  answer: RecordedAnswer,
  when: number,
  sent?: string,
): StoredAnswer {
  const { model, server, temperature, maxTokens, sample, messages } = request;
  const { text, stop, usage } = answer;
  const { inputTokens, outputTokens, cachedInputTokens, estimated } = usage;
  return {
    version: STORED_VERSION,
    key,
    model,
    ...(server !== undefined && { server }),
    when,
    temperature: temperature === 0 ? 0 : temperature,
    maxTokens,
    sample: temperature === 0 ? null : sample,
    ...(sent !== undefined && { sent }),
    asked: redacted(messages.at(-1)?.content ?? "").slice(0, ASKED_LENGTH),
    text: redacted(text),
    stop,
    usage: {
      inputTokens,
      outputTokens,
      ...(cachedInputTokens !== undefined && { cachedInputTokens }),
      ...(estimated && { estimated }),
    },
  };
}

/** What a caller gets of it. */
export function answerOf({ text, stop, usage }: StoredAnswer): RecordedAnswer {
  return { text, stop, usage };
}

/** Undefined where the text is not what this version wrote. @param key that the answer must have, where it is known */
export function parseStoredAnswer(text: string, key?: string): StoredAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = storedAnswerSchema.safeParse(value);
  return data === undefined || (key !== undefined && data.key !== key) ? undefined : data;
}

/** One line that tells by itself whether it is whole: a check sum, a tab, and the answer. */
export function answerLine(answer: StoredAnswer): string {
  const json = JSON.stringify(answer);
  return `${checkSum(json)}\t${json}\n`;
}

/** The answers of all lines that are whole; what is torn or damaged is left out. */
export function parseAnswerLines(text: string): StoredAnswer[] {
  return text.split("\n").flatMap((line) => {
    const tab = line.indexOf("\t");
    const json = line.slice(tab + 1);
    if (tab < 0 || line.slice(0, tab) !== checkSum(json)) return [];
    return parseStoredAnswer(json) ?? [];
  });
}

function checkSum(json: string): string {
  return createHash("sha256").update(json).digest("hex").slice(0, 16);
}
