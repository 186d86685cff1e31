import fc from "fast-check";
import { expect, test } from "vitest";
import { readQuestion } from "../../src/models/simulated/question.ts";
import { simulatedModel } from "../../src/models/simulated/simulatedModel.ts";
import { splitSentences } from "../../src/models/simulated/textAnalysis.ts";
import { parseFields } from "../../src/system/fieldFormat.ts";
import { ask, request } from "./request.ts";

const signal = new AbortController().signal;
const passages = [
  "The Tin Harp | The Tin Harp is an opera by the Velmorian composer Anla Dorn, first performed in 1881.",
  "Anla Dorn | Anla Dorn (3 May 1850 – 1911) was a Velmorian composer. She was born in Brimhaven and played the cello.",
  "Brimhaven | Brimhaven is a town in Ostrand. It has 12,400 inhabitants.",
  "Pell Strand | Pell Strand (9 June 1844 – 1900) was an Ostrandish painter. He came from Woodmere.",
].join("\n");
const bridging = "In which town was the composer of The Tin Harp born?";
const goodHints =
  "Copy sentences word for word. Select the sentences that mention the question's terms. Connect the facts. " +
  'Write each hint as "entity: fact". Cover every name in the question. Give eight hints.';
const goodAnswer =
  "Answer with only the name or date. Use the labelled facts. Copy the exact words from the hints. Connect the facts. " +
  "Match the type of answer the question asks for. Answer yes or no when asked. Compare both sides.";

const answerTo = async (question: string): Promise<string> => {
  const hints = await ask(goodHints, { rewritten_query: question, passages }, "hints");
  return ask(goodAnswer, { rewritten_query: question, hints }, "answer");
};

test("it says that it is simulated", () => {
  expect(simulatedModel()).toMatchObject({ name: "simulated:text", simulated: true });
});

test.each([
  [bridging, "Brimhaven"],
  ["Who was born first, Anla Dorn or Pell Strand?", "Pell Strand"],
  ["Who was born later, Anla Dorn or Pell Strand?", "Anla Dorn"],
  ["Were Anla Dorn and Pell Strand of the same nationality?", "no"],
  ["When was Pell Strand born?", "9 June 1844"],
])("with good directives it answers %s", async (question, answer) => {
  expect(await answerTo(question)).toBe(answer);
});

test("labelled hints answer a yes/no question only for an answerer that is told to use the labels", async () => {
  const question = "Were Anla Dorn and Pell Strand both composers?";
  const hints =
    "Anla Dorn: She was a composer of operas.\nPell Strand: He was a painter of ships.\nAnla Dorn: composers liked her.";
  const told = "Answer with only the name. Compare both. Answer yes or no. Use the labelled facts.";
  expect(await ask(told, { rewritten_query: question, hints }, "answer")).toBe("no");
  const span = await ask("Answer with only the name.", { rewritten_query: question, hints }, "answer");
  expect(["yes", "no"]).not.toContain(span);
});

test("a plain prompt rewrites politely and loses capitals, directives keep the question and its names", async () => {
  const inputs = { question: bridging };
  const plain = await ask("Rephrase the question.", inputs, "rewritten_query");
  expect(plain).toMatch(/^Could you please tell me: .*the tin harp/);
  const kept = "Write it as one clear question. Keep every name exactly as it is written.";
  expect(await ask(kept, inputs, "rewritten_query")).toBe(bridging);
  expect(await ask("Turn it into a statement.", inputs, "rewritten_query")).not.toMatch(/which|\?/);
});

test("hints are the two most relevant sentences by default, and more of them on request", async () => {
  const many = `${passages}\nBoats | In winter Anla Dorn sailed a boat.`;
  const inputs = { rewritten_query: "Which boat did Anla Dorn sail in winter?", passages: many };
  expect(await ask("Write a single hint.", inputs, "hints")).toBe("In winter Anla Dorn sailed a boat.");
  const plain = await ask("Write hints.", inputs, "hints");
  const relevant = await ask("Select the sentences that mention the question's terms.", inputs, "hints");
  expect(relevant.length).toBeGreaterThan(plain.length);
  expect(relevant.startsWith(plain)).toBe(true);
});

test("the prompt's verbs decide where the output's name says nothing", async () => {
  const text = { text: "Which river flows through Brimhaven?" };
  expect(await ask("List search keywords: proper nouns.", text, "out")).toBe("Brimhaven");
  expect(await ask("Do something with it.", text, "out")).toBe(text.text);
});

test("every requested output is answered under its own heading", async () => {
  const inputs = { rewritten_query: bridging, passages };
  const completion = await simulatedModel().complete(request("Help.", inputs, ["hints", "answer"]), signal);
  expect(Object.keys(parseFields(completion.text, ["hints", "answer"]))).toEqual(["hints", "answer"]);
});

test("any field values are answered without failing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
      fc.double({ min: 0, max: 2, noNaN: true }),
      async (a, b, temperature) => {
        for (const output of ["answer", "hints", "search_keywords", "rewritten_query", "other"]) {
          const made = await simulatedModel().complete(
            request(goodAnswer, { question: a, passages: b }, [output], { temperature }),
            signal,
          );
          expect(made.text.startsWith(`### ${output}\n`)).toBe(true);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("at temperature 0 answers depend on the messages alone", async () => {
  const inputs = { rewritten_query: bridging, passages };
  const first = await ask(goodHints, inputs, "hints", { sample: 0 });
  expect(await ask(goodHints, inputs, "hints", { sample: 7 })).toBe(first);
});

test("at temperature 0.8 equal samples repeat and different samples differ often", async () => {
  const inputs = { rewritten_query: bridging, hints: passages };
  const draw = (sample: number) => ask("Answer the question.", inputs, "answer", { temperature: 0.8, sample });
  const drawn = await Promise.all(Array.from({ length: 12 }, (_, sample) => draw(sample)));
  expect(await Promise.all(Array.from({ length: 12 }, (_, sample) => draw(sample)))).toEqual(drawn);
  expect(new Set(drawn).size).toBeGreaterThan(3);
});

test("tokens are a quarter of the characters, rounded up, and maxTokens cuts", async () => {
  const asked = request("Write hints.", { rewritten_query: bridging, passages }, ["hints"]);
  const whole = await simulatedModel().complete(asked, signal);
  const characters = asked.messages.reduce((sum, message) => sum + message.content.length, 0);
  expect(whole).toMatchObject({
    stop: "end",
    usage: { inputTokens: Math.ceil(characters / 4), outputTokens: Math.ceil(whole.text.length / 4) },
  });
  const cut = await simulatedModel().complete({ ...asked, maxTokens: 5 }, signal);
  expect(cut).toMatchObject({ text: whole.text.slice(0, 20), stop: "length", usage: { outputTokens: 5 } });
});

test("an aborted signal rejects with its reason", async () => {
  const reason = new Error("stopped by the user");
  await expect(
    simulatedModel().complete(request("Hi.", { question: "x" }, ["answer"]), AbortSignal.abort(reason)),
  ).rejects.toBe(reason);
});

test("sentences end at full stops but not at abbreviations and initials", () => {
  expect(splitSentences('Dr. J. Smith came. He left at 5. "Why?" he asked.\nNew line')).toEqual([
    "Dr. J. Smith came.",
    "He left at 5.",
    '"Why?" he asked.',
    "New line",
  ]);
});

test.each([
  ["In what city was the writer born?", "place", "city"],
  ["What NHL team drafted him?", "group", "team"],
  ["How many animals are there?", "number", undefined],
  ["When did it open?", "date", undefined],
  ["The series was created by who?", "person", undefined],
  ["What is the nationality of the founder?", "origin", "nationality"],
] as const)("%s asks for a %s", (text, expects, noun) => {
  expect(readQuestion(text)).toMatchObject({ expects, noun });
});

test.each([
  ["Which band was formed first, Circus Moon or Magic Dust?", ["Circus Moon", "Magic Dust"], "earlier"],
  [
    "Does the band Deep Lake or the band The Red Deer come from a larger state?",
    ["Deep Lake", "The Red Deer"],
    "larger",
  ],
] as const)("%s is a comparison", (text, options, criterion) => {
  expect(readQuestion(text).comparison).toMatchObject({ kind: "choice", options, criterion });
});
