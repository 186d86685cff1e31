import { seededRandom, seedFrom } from "../../system/random.ts";
import type { Completion, CompletionRequest, LanguageModel } from "../languageModel.ts";
import { answer } from "./answering.ts";
import { writeHints } from "./hintWriting.ts";
import { extractKeywords } from "./keywordExtraction.ts";
import { type Noise, seededNoise, silence } from "./noise.ts";
import { isProposalRequest, proposePrompt } from "./proposer.ts";
import { applyDirectives, findDirectives } from "./recognition.ts";
import { questionAndEvidence, type Reading, readRequest, taskOf } from "./request.ts";
import { rewrite } from "./rewriting.ts";

/**
 * A stand-in for machines with no key and no network. It is no language model: it recognises the directives of
 * README.md in the prompt and lets them set the parameters of text operations on the actual inputs. At temperature 0
 * an answer depends on the messages alone, above on messages, temperature and sample number.
 */
export function simulatedModel(): LanguageModel {
  return {
    name: "simulated:text",
    simulated: true,
    complete: async (request, signal) => {
      signal.throwIfAborted();
      return complete(request);
    },
  };
}

function complete(request: CompletionRequest): Completion {
  const contents = request.messages.map((message) => message.content);
  const text = isProposalRequest(contents.at(-1) ?? "")
    ? proposePrompt(contents.at(-1) ?? "", seededRandom(seedFrom(...contents, request.sample)))
    : answerFields(readRequest(request.messages), noiseOf(request, contents));
  const characters = contents.reduce((sum, content) => sum + content.length, 0);
  const cut = text.length > request.maxTokens * charactersPerToken;
  const given = cut ? text.slice(0, request.maxTokens * charactersPerToken) : text;
  return {
    text: given,
    stop: cut ? "length" : "end",
    usage: { inputTokens: tokens(characters), outputTokens: tokens(given.length) },
  };
}

const charactersPerToken = 4;
const tokens = (characters: number): number => Math.ceil(characters / charactersPerToken);

function noiseOf(request: CompletionRequest, contents: readonly string[]): Noise {
  if (request.temperature <= 0) return silence;
  return seededNoise(seededRandom(seedFrom(...contents, request.sample)), request.temperature);
}

function answerFields(reading: Reading, noise: Noise): string {
  if (reading.outputs.length === 0) return answerField("", reading, noise);
  return reading.outputs.map((name) => `### ${name}\n${answerField(name, reading, noise)}`).join("\n\n");
}

function answerField(name: string, reading: Reading, noise: Noise): string {
  const mentioned = findDirectives(reading.prompt).map((mention) => mention.directive);
  const behaviour = noise.drift(applyDirectives(noise.overlook(mentioned)));
  const { question, evidence } = questionAndEvidence(reading.fields);
  switch (taskOf(name, reading.prompt)) {
    case "rewrite":
      return rewrite(question, behaviour);
    case "keywords":
      return extractKeywords(question, behaviour);
    case "hints":
      return writeHints(question, evidence === "" ? question : evidence, behaviour, noise);
    case "answer":
      return answer(question, evidence === "" ? question : evidence, behaviour, noise);
    case "echo":
      return evidence === "" ? question : writeHints(question, evidence, behaviour, noise);
  }
}
