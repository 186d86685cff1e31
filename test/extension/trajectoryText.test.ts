import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ExampleOutput } from "../../src/extension/examples/exampleVerdict.ts";
import { trajectoryText } from "../../src/extension/examples/trajectoryText.ts";
import { english } from "../../src/extension/l10n.ts";
import { visibleText } from "../../src/run/views/visibleText.ts";

const about = { system: "qa", model: "gpt", simulated: false, known: undefined };
const run: ExampleOutput = {
  kind: "example",
  exampleId: "row-3",
  example: { id: "row-3", question: "Where?\nAnd when?" },
  score: 0.25,
  ms: 12,
  failure: null,
  steps: [
    {
      component: "retriever",
      input: { question: "Where?" },
      output: { passages: ["a", "b"] },
      value: { k: 2 },
      localReward: 0.5321,
    },
    { component: "answerer", input: {}, output: { answer: "here" }, value: "Answer.\nBriefly.", localReward: null },
  ],
};

describe("a trajectory as text", () => {
  test("tells how the row came off, what it brought, and what every component got and gave", () => {
    const known = { score: 1, by: { kind: "test" } } as const;
    const { text, line } = trajectoryText(run, { ...about, known }, english);
    expect(text).toBe(`qa, row row-3
Score: 1.000 → 0.250
Model: gpt

Row
    id
        row-3
    question
        Where?
        And when?

1. retriever
    Value
        k = 2
    Local reward: 0.532
    Input
        question
            Where?
    Output
        passages
            [
              "a",
              "b"
            ]

2. answerer
    Value
        Answer.
        Briefly.
    Input
    Output
        answer
            here
`);
    expect(line).toBe(1);
  });

  test("leads to the failure where there is one, and names the simulated model", () => {
    const failure = { at: "answerer", message: "no network\ntry again" };
    const { text, line } = trajectoryText({ ...run, failure }, { ...about, simulated: true }, english);
    const lines = text.split("\n");
    expect(lines[line]).toBe("Failed in answerer:");
    expect(lines.slice(line + 1, line + 3)).toEqual(["    no network", "    try again"]);
    expect(text).toContain("Model: simulated model");
  });

  test("lets nothing from data, models or prompts pass for a heading, or move the cursor", () => {
    // Names stand at the beginning of a line, but on one.
    const hostile = fc
      .array(
        fc.constantFrom(
          "\n",
          "\r",
          "\r\n",
          "\u2028",
          "\u0085",
          "\u001b[2J",
          "\u202e",
          "Score: 1.000",
          "1. x",
          "# a",
          " ",
        ),
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        const given: ExampleOutput = {
          ...run,
          example: { [a]: b },
          failure: { at: a, message: b },
          steps: [{ component: "c", input: { [b]: a }, output: { [a]: [b] }, value: b, localReward: null }],
        };
        const { text } = trajectoryText(given, { ...about, system: a }, english);
        const heads = text.split("\n").filter((line) => line !== "" && !line.startsWith("    "));
        expect(heads.slice(1, 3)).toEqual(["Score: 0.250", "Model: gpt"]);
        expect(heads.slice(4)).toEqual(["Row", "1. c"]);
        expect(heads).toHaveLength(6);
        expect(visibleText(text)).toBe(text);
      }),
    );
  });
});
