import type { Example } from "../data/example.ts";
import type { Component } from "../system/component.ts";
import { fieldText, renderAnswerFormat, renderFields } from "../system/fieldFormat.ts";
import type { System } from "../system/system.ts";
import type { VariableValue } from "../system/variable.ts";
import { metaPrompt } from "./proposer.ts";
import { nothing, type Range } from "./range.ts";

/** Tokens of one call of a model. */
export interface CallSize {
  readonly input: Range;
  readonly output: Range;
}

/** English has about four characters to a token; other languages and code have fewer. */
const CHARACTERS_PER_TOKEN = 4;
/** What providers add to a request of two messages. */
const FRAME_TOKENS = 16;
/** Tokens that a field of an answer is taken to have, where no run has shown how many it has. */
const ANSWER_TOKENS = { low: 2, expected: 40, high: 256 } as const;
/** Tokens that a field from code is taken to have: mostly what was found, and longer than an answer. */
const FOUND_TOKENS = { expected: 250, high: 2000 } as const;
/** Most tokens of an answer where the component does not say. */
export const DEFAULT_ANSWER_TOKENS = 1024;
/** As proposals are asked for. */
const PROPOSAL_TOKENS = 1024;
const ROWS_READ = 50;

/** Whether a component is taken to ask a model once each time that it runs. */
export function asksModel({ variable, samples, model, answerTokens }: Component): boolean {
  return (
    answerTokens !== undefined ||
    model !== undefined ||
    samples ||
    variable.kind === "prompt" ||
    variable.kind === "model"
  );
}

/** Tokens that a call of a component will have, from its prompt and from the rows of the data. */
export function componentCallSize(
  system: System,
  component: Component,
  value: VariableValue,
  examples: readonly Example[],
): CallSize {
  const outputs = Object.keys(component.outputs);
  const prompt = typeof value === "string" ? value : "";
  const rows = examples.slice(0, ROWS_READ);
  const fields = Object.keys(component.inputs);
  const characters = (row: Example) => {
    const brought = Object.fromEntries(
      fields.flatMap((name) => {
        if (system.writerOf.has(name)) return [];
        const given = row[name];
        return given === undefined ? [] : [[name, fieldText(given)]];
      }),
    );
    return prompt.length + renderFields(brought).length + renderAnswerFormat(outputs).length;
  };
  const sizes = rows.map(characters);
  const upstream = (which: "expected" | "high") =>
    fields.reduce((sum, name) => {
      const writer = system.components.find((one) => one.name === system.writerOf.get(name));
      if (writer === undefined) return sum;
      return sum + (asksModel(writer) ? ANSWER_TOKENS[which] : FOUND_TOKENS[which]);
    }, 0);
  const tokens = (count: number) => count / CHARACTERS_PER_TOKEN + FRAME_TOKENS;
  const most = component.answerTokens ?? DEFAULT_ANSWER_TOKENS;
  const mean = sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length);
  const longest = component.variable.kind === "prompt" ? component.variable.maxLength : 0;
  return {
    input: {
      low: tokens(Math.min(mean, ...sizes)) / 2,
      expected: tokens(mean) + upstream("expected"),
      // Prompts grow while they are improved.
      high: tokens(Math.max(mean, ...sizes) * 2 + longest) + upstream("high"),
    },
    output: {
      low: ANSWER_TOKENS.low * outputs.length,
      expected: Math.min(most, ANSWER_TOKENS.expected * Math.max(1, outputs.length)),
      high: most,
    },
  };
}

/** Tokens that a request for a new prompt will have: it shows prompts that were tried. */
export function proposalSize(components: readonly Component[], historyLength: number): CallSize {
  const sizes = components.flatMap((component) => {
    const { variable } = component;
    if (variable.kind !== "prompt") return [];
    const attempts = (count: number) => Array.from({ length: count }, () => ({ prompt: variable.initial, reward: 0 }));
    const characters = (count: number) => metaPrompt(component, attempts(count), count, variable.maxLength, "").length;
    return [
      {
        low: characters(0),
        expected: characters(Math.min(8, historyLength)),
        high: characters(0) + historyLength * (variable.maxLength + 40),
        answer: variable.initial.length,
      },
    ];
  });
  if (sizes.length === 0) return { input: nothing, output: nothing };
  const mean = (of: (size: (typeof sizes)[number]) => number) =>
    sizes.reduce((sum, size) => sum + of(size), 0) / sizes.length / CHARACTERS_PER_TOKEN;
  const answer = mean((size) => size.answer);
  return {
    input: {
      low: Math.min(...sizes.map(({ low }) => low)) / CHARACTERS_PER_TOKEN / 2,
      expected: mean((size) => size.expected),
      high: Math.max(...sizes.map(({ high }) => high)) / 2,
    },
    output: { low: 1, expected: Math.min(PROPOSAL_TOKENS, 16 + answer * 1.5), high: PROPOSAL_TOKENS },
  };
}
