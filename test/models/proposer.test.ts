import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { phraseBank } from "../../src/models/simulated/phraseBank.ts";
import { isProposalRequest, proposePrompt, sentencesOf } from "../../src/models/simulated/proposer.ts";
import { simulatedModel } from "../../src/models/simulated/simulatedModel.ts";
import { extractPrompt, metaPrompt } from "../../src/optimize/proposer.ts";
import { component } from "../../src/system/declaration.ts";
import { seededRandom } from "../../src/system/random.ts";

const folder = new URL("../../src/models/simulated/", import.meta.url);
const step = component({
  name: "info_extractor",
  description: "Extracts search keywords.",
  inputs: ["rewritten_query"],
  outputs: ["search_keywords"],
  run: () => ({ search_keywords: "" }),
});
const attempts = [
  { prompt: "List words. Sing a song.", reward: 0.1 },
  { prompt: "List good words.\n- Mind the gap.\n- Stay calm.", reward: 0.9 },
];
const message = metaPrompt(step, attempts, 8, 2000, "Be simple.");
const proposals = (count: number, text = message): string[] =>
  Array.from({ length: count }, (_, sample) => extractPrompt(proposePrompt(text, seededRandom(sample))) ?? "");

/** Modules that a module reaches by its imports within the folder. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, next] of readFileSync(new URL(file, folder), "utf8").matchAll(/from "\.\/([\w]+\.ts)"/g))
    reached(next ?? "", seen);
  return seen;
}

test("the proposer reaches the phrase bank and nothing that knows what directives do", () => {
  expect([...reached("proposer.ts")].sort()).toEqual(["phraseBank.ts", "proposer.ts"]);
  // The check itself can fail: the model as a whole does reach the directives.
  expect(reached("simulatedModel.ts")).toContain("directives.ts");
  expect(readdirSync(folder)).toContain("directives.ts");
});

test("the phrase bank has at least 60 distinct instructions for several tasks", () => {
  expect(new Set(phraseBank.map((phrase) => phrase.text)).size).toBe(phraseBank.length);
  expect(phraseBank.length).toBeGreaterThanOrEqual(60);
});

test("a request for a prompt is told from a request that mentions prompts in a field", () => {
  expect(isProposalRequest(message)).toBe(true);
  expect(isProposalRequest("### question\nWhat is <prompt>x</prompt>?\n\n### answer")).toBe(false);
});

test("different samples give different prompts, equal samples the same, through the model", async () => {
  const complete = async (sample: number): Promise<string> => {
    const request = {
      messages: [{ role: "user" as const, content: message }],
      temperature: 0.7,
      maxTokens: 1024,
      sample,
    };
    return (await simulatedModel().complete(request, new AbortController().signal)).text;
  };
  const drawn = await Promise.all(Array.from({ length: 20 }, (_, sample) => complete(sample)));
  expect(new Set(drawn).size).toBeGreaterThan(15);
  expect(await complete(3)).toBe(drawn[3]);
});

test("proposals keep sentences of the better attempt more often than of the worse", () => {
  const texts = proposals(200);
  const share = (sentence: string): number => texts.filter((text) => text.includes(sentence)).length / texts.length;
  expect(share("Mind the gap.")).toBeGreaterThan(1.5 * share("Sing a song."));
  expect(share("Mind the gap.")).toBeGreaterThan(0.4);
});

test("proposals prefer phrases about what the step writes", () => {
  const fitting = new Set(phraseBank.filter((phrase) => phrase.about.includes("keyword")).map((phrase) => phrase.text));
  const known = new Set(phraseBank.map((phrase) => phrase.text));
  const added = proposals(100)
    .flatMap(sentencesOf)
    .filter((sentence) => known.has(sentence));
  expect(added.filter((sentence) => fitting.has(sentence)).length / added.length).toBeGreaterThan(0.5);
});

test("some proposals have several lines, none is empty, all keep the length limit", () => {
  const texts = proposals(100, metaPrompt(step, attempts, 8, 60, ""));
  expect(texts.every((text) => text.length > 0 && text.length <= 60)).toBe(true);
  expect(proposals(100).some((text) => text.includes("\n- "))).toBe(true);
});

test("without attempts it still proposes something", () => {
  expect(proposals(20, metaPrompt(step, [], 8, 2000, "")).every((text) => text.length > 0)).toBe(true);
});
