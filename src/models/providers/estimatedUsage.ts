import type { CompletionRequest, Usage } from "../languageModel.ts";

const CHARACTERS_PER_TOKEN = 4;

/** Tokens counted from the texts, for servers that do not report them. */
export function estimatedUsage(request: CompletionRequest, answer: string): Usage {
  const characters = request.messages.reduce((sum, { content }) => sum + content.length, 0);
  return { inputTokens: tokens(characters), outputTokens: tokens(answer.length), estimated: true };
}

const tokens = (characters: number): number => Math.ceil(characters / CHARACTERS_PER_TOKEN);
