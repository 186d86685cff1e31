import { describe, expect, test } from "vitest";
import type { CompletionRequest, LanguageModel } from "../../src/models/languageModel.ts";
import { extractPrompt, metaPrompt, proposePrompt } from "../../src/optimize/proposer.ts";
import { llm } from "../../src/system/llm.ts";
import { seededRandom } from "../../src/system/random.ts";
import { completing } from "./toySystem.ts";

const writer = llm({
  name: "writer",
  description: "Writes the answer.",
  inputs: ["question", "hints"],
  outputs: ["answer"],
  prompt: "Write.",
});

const propose = (model: LanguageModel, maxLength = 100) =>
  proposePrompt({
    component: writer,
    maxLength,
    attempts: [{ prompt: "Write.", reward: 0.5 }],
    shown: 20,
    model,
    sample: 3,
    random: seededRandom(1),
    signal: new AbortController().signal,
  });

describe("the prompt in an answer", () => {
  test.each([
    ["between the tags", "Sure. <prompt>Be brief.</prompt> Good luck!", "Be brief."],
    ["of several lines", "<prompt>\nBe brief.\n\nUse the hints.\n</prompt>", "Be brief.\n\nUse the hints."],
    ["without a closing tag", "<prompt>Be brief.\nAlways.", "Be brief.\nAlways."],
    ["with tags in capitals", "<PROMPT>Be brief.</Prompt>", "Be brief."],
    ["after a mention of the tags", "I use <prompt> and </prompt>: <prompt>Be brief.</prompt>", "Be brief."],
    ["with a fence inside the tags", "<prompt>\n```text\nBe brief.\nAlways.\n```\n</prompt>", "Be brief.\nAlways."],
    ["with a fence around the tags", "```\n<prompt>Be brief.</prompt>\n```", "Be brief."],
    ["with a fence instead of tags", "Here:\n```\nBe brief.\n```\n", "Be brief."],
    ["in double quotes", '<prompt>"Be brief."</prompt>', "Be brief."],
    ["in single quotes", "<prompt>'Be brief.'</prompt>", "Be brief."],
  ])("%s", (_form, answer, expected) => {
    expect(extractPrompt(answer)).toBe(expected);
  });

  test("keeps quotes that do not enclose the whole", () => {
    const prompt = '"yes" and "no" are the only answers: "yes" or "no"';
    expect(extractPrompt(`<prompt>${prompt}</prompt>`)).toBe(prompt);
  });

  test("keeps what stands around a fenced example inside the prompt", () => {
    const prompt = "Answer like this:\n```\nanswer: 42\n```\nand nothing else.";
    expect(extractPrompt(`<prompt>\n${prompt}\n</prompt>`)).toBe(prompt);
    const two = "```\none\n```\nor\n```\ntwo\n```";
    expect(extractPrompt(`<prompt>${two}</prompt>`)).toBe(two);
  });

  test.each(["", "I cannot do that.", "<prompt></prompt>", "<prompt> \n </prompt>", '<prompt>""</prompt>'])(
    "is missing in %j",
    (answer) => {
      expect(extractPrompt(answer)).toBeUndefined();
    },
  );
});

describe("the request for a prompt", () => {
  const attempts = [
    { prompt: "middle", reward: 0.5 },
    { prompt: "best", reward: 0.9 },
    { prompt: "worst", reward: 0.1 },
  ];

  test("lists what was tried from the lowest score to the highest, with scores of three decimals", () => {
    const text = metaPrompt(writer, attempts, 20, 500, "Be bold.");
    const order = ["worst", "middle", "best"].map((prompt) => text.indexOf(`\n${prompt}\n`));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
    expect(text).toContain('score="0.100"');
    expect(attempts.map(({ prompt }) => prompt)).toEqual(["middle", "best", "worst"]);
  });

  test("shows the best when not all can be shown, and none when none is wanted", () => {
    const text = metaPrompt(writer, attempts, 2, 500, "");
    expect(text).not.toContain("worst");
    expect(text).toContain("middle");
    expect(metaPrompt(writer, attempts, 0, 500, "")).toContain("No instruction has been tried");
  });

  test("tells the step's task, its fields, the tip and the longest length", () => {
    const text = metaPrompt(writer, [], 20, 500, "Be bold.");
    for (const part of ["writer", "Writes the answer.", "question, hints", "answer", "Be bold.", "500 characters"])
      expect(text).toContain(part);
  });
});

describe("a proposal", () => {
  test("asks once, warmly, under its own sample number", async () => {
    const requests: CompletionRequest[] = [];
    const model = completing("p", (request) => {
      requests.push(request);
      return "<prompt>Be brief.</prompt>";
    });
    expect(await propose(model)).toEqual({ prompt: "Be brief." });
    expect(requests).toMatchObject([{ temperature: 0.7, sample: 3 }]);
    expect(requests[0]?.messages.at(-1)?.content).toContain("\nWrite.\n");
  });

  test("that is too long, missing or cut off cannot be used, and says why", async () => {
    expect(
      await propose(
        completing("p", () => "<prompt>12345678901</prompt>"),
        10,
      ),
    ).toEqual({
      unusable: "the prompt has 11 characters of 10 allowed",
    });
    expect(
      await propose(
        completing("p", () => "<prompt>1234567890</prompt>"),
        10,
      ),
    ).toEqual({ prompt: "1234567890" });
    expect(await propose(completing("p", () => "no"))).toEqual({ unusable: "the answer has no prompt in it" });
    const cut: LanguageModel = {
      ...completing("p", () => ""),
      complete: async () => ({
        text: "<prompt>Be brief and",
        stop: "length",
        usage: { inputTokens: 1, outputTokens: 1 },
      }),
    };
    expect(await propose(cut)).toMatchObject({ unusable: expect.stringMatching(/cut off/) });
  });
});
