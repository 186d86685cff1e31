import { choice, component, llm, options, system } from "optimas";
import { paragraphSearch } from "./paragraphSearch.ts";

/** The paragraphs that the retriever finds; filled before the first question is asked. */
export const library = paragraphSearch();

export const questionRewriter = llm({
  name: "question_rewriter",
  description: "Rephrases the question so that the steps after it understand what is asked for.",
  inputs: ["question"],
  outputs: ["rewritten_query"],
  prompt: "Rephrase the question.",
});

export const infoExtractor = llm({
  name: "info_extractor",
  description: "Extracts search keywords from the question.",
  inputs: ["rewritten_query"],
  outputs: ["search_keywords"],
  prompt: "List search keywords.",
});

export const retriever = component({
  name: "retriever",
  description: "Finds the k paragraphs that fit the search keywords best.",
  inputs: ["search_keywords"],
  outputs: ["passages"],
  variable: options({ k: choice([1, 5, 10, 25]) }),
  run: ({ search_keywords }, { variable }) => ({ passages: library.passages(search_keywords, variable.k) }),
});

export const hintGenerator = llm({
  name: "hint_generator",
  description: "Writes hints from the passages that help to answer the question.",
  inputs: ["rewritten_query", "passages"],
  outputs: ["hints"],
  prompt: "Write hints.",
});

export const answerGenerator = llm({
  name: "answer_generator",
  description: "Answers the question with the help of the hints.",
  inputs: ["rewritten_query", "hints"],
  outputs: ["answer"],
  prompt: "Answer the question.",
});

/** Multi-hop question answering in five steps: question -> query -> keywords -> passages -> hints -> answer. */
export const questionAnswering = system({
  name: "hotpotqa",
  components: [questionRewriter, infoExtractor, retriever, hintGenerator, answerGenerator],
  outputs: ["answer"],
});
