import {
  choice,
  component,
  EXPERIMENT_BRAND,
  EXPERIMENT_FORMAT,
  experiment,
  field,
  llm,
  options,
  rows,
  system,
  tokenF1,
  UserError,
} from "optimas";
import { describe, expect, test } from "vitest";

const rewriter = llm({
  name: "rewriter",
  description: "Rewrites the question.",
  inputs: ["question"],
  outputs: ["query"],
  prompt: "Rewrite.",
});
const retriever = component({
  name: "retriever",
  description: "Finds passages.",
  inputs: ["query"],
  outputs: { passages: field<readonly string[]>({ is: "a list", check: Array.isArray }), found: field<number>() },
  variable: options({ k: choice([1, 5]) }),
  run: ({ query }, { variable }) => ({ passages: [query].slice(0, variable.k), found: variable.k }),
});
const qa = system({ name: "qa", components: [rewriter, retriever], outputs: ["passages", "found"] });
const data = {
  train: rows([{ question: "Who?", answer: "Bob" }]),
  validation: rows([{ question: "Where?", answer: "Oslo" }]),
};

describe("system()", () => {
  test("wires components and gives a misspelt output away to the compiler and at construction", () => {
    expect(qa.components.map(({ name }) => name)).toEqual(["rewriter", "retriever"]);
    // @ts-expect-error the output is called "passages"
    expect(() => system({ name: "qa", components: [rewriter, retriever], outputs: ["pasages"] })).toThrow(
      /"pasages", but no component writes it; written are query, passages, found/,
    );
  });
});

describe("experiment()", () => {
  test("gives the reward the types of the outputs and of the rows", () => {
    const made = experiment({
      system: qa,
      data,
      reward: (output, example) => {
        const passages: readonly string[] = output.passages;
        const found: number = output.found;
        return tokenF1(passages.join(" "), example.answer) * found;
      },
    });
    expect(
      made.reward(
        { passages: ["Bob"], found: 2 },
        { id: "1", answer: "Bob" },
        { signal: new AbortController().signal },
      ),
    ).toBe(2);
    experiment({
      system: qa,
      data,
      // @ts-expect-error there is no output "passage"
      reward: (output) => output.passage.length,
    });
    experiment({
      system: qa,
      data,
      // @ts-expect-error rows have no field "answr", so nothing is known of it
      reward: (_output, example) => example.answr.length,
    });
  });

  test("carries its mark, and starts from the author's values", () => {
    const made = experiment({ system: qa, data, reward: () => 1 });
    expect(Object.getOwnPropertyDescriptor(made, EXPERIMENT_BRAND)?.value).toBe(EXPERIMENT_FORMAT);
    expect(made.configuration).toEqual({ rewriter: "Rewrite.", retriever: { k: 1 } });
    expect(made.updates()).toEqual([]);
    expect(made.model).toBe("simulated:text");
  });

  test("refuses what is no reward and what is no data", () => {
    expect(() => experiment({ system: qa, data, reward: 1 as never })).toThrow(UserError);
    expect(() => experiment({ system: qa, data: { train: data.train } as never, reward: () => 1 })).toThrow(
      /train and a validation source/,
    );
    expect(() => experiment({ system: qa, data: undefined as never, reward: () => 1 })).toThrow(UserError);
  });
});
