import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ComponentDefinition, Definition } from "../../src/detection/definition.ts";
import { WorkspaceModel } from "../../src/detection/workspaceModel.ts";
import { type Facts, nothingKnown } from "../../src/extension/components/componentFacts.ts";
import { hoverCommands, hoverText } from "../../src/extension/components/hoverText.ts";
import { commandLink, markdownText } from "../../src/extension/components/markdownText.ts";
import { english } from "../../src/extension/l10n.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { nastyPieces, nastyText } from "../run/nastyText.ts";
import { aComponent, anExperiment, aSystem } from "./anyDefinition.ts";
import { anActivity, aStanding, factsOf, known } from "./knownFacts.ts";

/** What a person reads: numbers of characters as the characters, without links' targets and marks. */
function read(markdown: string): string {
  return markdown
    .replace(/\]\(command:[^)]*\)/g, "]")
    .replace(/&nbsp;&nbsp;(?= \|)/g, "")
    .replace(/&nbsp;/g, " ")
    .replace(/<br>/g, "\n")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

function hover(definition: Definition, facts: Facts = factsOf(nothingKnown), trusted = true): string {
  const others = definition.kind === "system" ? [retriever] : [];
  const model = new WorkspaceModel([...others, definition]);
  return hoverText(definition, { model, facts, trusted, l10n: english });
}

const retriever = aComponent("retriever", {
  description: "Finds *passages*.",
  variable: {
    kind: "options",
    space: {
      k: { kind: "choice", values: [1, 5, 10] },
      share: { kind: "range", low: 0, high: 1, integer: false, log: false, step: 0.1 },
      index: { kind: "computed", text: "indexes()" },
    },
    values: {
      k: {
        kind: "implied",
        at: { uri: "file:///w/system.ts" },
        value: 1,
        insertion: { kind: "argument", span: aComponent("x").span, comma: true },
      },
    },
  },
});

function llm(prompt: string, given: Partial<ComponentDefinition> = {}): ComponentDefinition {
  const { at, span } = retriever;
  const form = { kind: "string", quote: '"' } as const;
  const value = { kind: "literal", at, span, form, value: prompt } as const;
  return aComponent("writer", { kind: "llm", variable: { kind: "prompt", value, maxLength: 4000 }, ...given });
}

const withBest = (value: VariableValue) =>
  factsOf(known({ standing: { ...aStanding, best: { value, validation: 0.5333, n: 60, runFolder: "/w/r" } } }));

describe("the hover over a component", () => {
  test("tells its variable, its search space, and the value now beside the best known", () => {
    const text = read(hover(retriever, factsOf(known())));
    expect(text).toContain("**retriever** · aligned 0.78");
    expect(text).toContain("Finds *passages*.");
    expect(text).toContain("question → answer");
    expect(text).toContain("Variable: options");
    expect(text).toContain(
      [
        "| option | values | now | best known |",
        "| --- | --- | --- | --- |",
        "| k | 1, 5, 10 | 1 | 10 |",
        "| share | 0 to 1, step 0.1 | computed | – |",
        "| index | computed | computed | – |",
      ].join("\n"),
    );
    expect(text).toContain("validation score 0.533 on 60 rows with the best known value · local reward 0.62");
    expect(text).toContain("2 accepted, 5 rejected");
  });

  test("marks what the best known prompt says otherwise, word by word", () => {
    const markdown = hover(llm("Answer the question."), withBest("Answer the question briefly."));
    expect(read(markdown)).toContain("> Answer the question<ins> briefly</ins>.");
    const replaced = hover(llm("Answer the question."), withBest("Answer the riddle."));
    expect(read(replaced)).toContain("> Answer the <del>question</del><ins>riddle</ins>.");
    expect(read(hover(llm("Same."), withBest("Same.")))).toContain("Prompt, the best known:\n\n> Same.");
    expect(read(hover(llm("Alone.")))).toContain("Prompt:\n\n> Alone.");
  });

  test("stays short, however long a prompt is", () => {
    const long = "word ".repeat(5_000);
    expect(hover(llm(long), withBest(`${long}end`)).length).toBeLessThan(20_000);
    expect(hover(llm(long)).length).toBeLessThan(5_000);
  });

  test("links only to what may be called, and only where that is allowed", () => {
    const links = (markdown: string) => [...markdown.matchAll(/\]\(command:([\w.]+)\?/g)].map(([, id]) => id);
    const all = [hover(retriever, factsOf(known())), hover(aSystem("qa", [retriever]))].flatMap(links);
    expect(new Set(all)).toEqual(new Set(hoverCommands));
    expect(links(hover(retriever, factsOf(known()), false))).toEqual([]);
    expect(
      links(hover(aComponent("p", { kind: "predictor", language: "python", variable: { kind: "none" } }))),
    ).toEqual([]);
  });

  test("tells the run at work, simulated models, and what code makes", () => {
    expect(read(hover(retriever, factsOf(known({ activity: anActivity }))))).toContain("optimizing 3 of 10");
    const simulated = factsOf(known({ standing: { ...aStanding, simulated: true } }));
    expect(read(hover(retriever, simulated))).toContain("2 accepted, 5 rejected · simulated model");
    const computed = aComponent("c", {
      variable: { kind: "computed", span: retriever.span, why: "it is made by f()" },
    });
    expect(read(hover(computed))).toContain("Variable: made by code. it is made by f()");
  });
});

describe("the hover over a system or an experiment", () => {
  test("lists its components with how each is doing", () => {
    const text = read(hover(aSystem("qa", [retriever]), factsOf(known(), anActivity)));
    expect(text).toContain("**qa** · optimizing 3 of 10");
    expect(text).toContain("| retriever | options | aligned 0.78 |");
    expect(read(hover(anExperiment("e", aSystem("qa", []))))).toContain("**e**");
  });
});

describe("text from outside", () => {
  /** Nothing but letters, blanks and numbers of characters, and the lines of it. */
  const harmless = /^(?:[\p{L}\p{M}\p{N} ]|&#\d+;|&nbsp;|<br>)*$/u;

  test("has nothing left that Markdown, HTML or the editor's icons could take for theirs", () => {
    fc.assert(fc.property(nastyText, (text) => harmless.test(markdownText(text))));
    for (const text of [...nastyPieces, "$(zap) `x` [a](command:b) <b>*c*</b> https://x.y www.x.y a@b.c | ~~d~~"]) {
      expect(markdownText(text)).toMatch(harmless);
    }
  });

  test("reads as it was written", () => {
    const text = "# 1. *Answer* `the`\n\n  <b>question</b> | [x](command:y) $(zap) & more";
    expect(read(markdownText(text))).toBe(text);
  });

  test("never becomes a link, a mark or a cell, wherever it stands in a hover", () => {
    fc.assert(
      fc.property(nastyText, nastyText, (first, second) => {
        const bad = `${first}](command:evil) | <ins>x</ins>`;
        const markdown = hover(llm(bad, { name: bad, description: bad, inputs: [bad] }), withBest(second));
        const targets = [...markdown.matchAll(/command:/g)].length;
        // Optimize, Tweak, Evaluate, Diff, Run, Report.
        expect(targets).toBe(6);
        expect(markdown.replace(/<\/?(?:ins|del|br)>/g, "")).not.toContain("<");
      }),
    );
  });

  test("cannot leave the argument of a link", () => {
    const link = commandLink("a]b", "optimas.openReport", { run: "C:\\x) \"y' (z]" });
    const [, encoded = ""] = /^\[a&#93;b\]\(command:optimas\.openReport\?([^)\s]*)\)$/.exec(link) ?? [];
    expect(JSON.parse(decodeURIComponent(encoded))).toEqual([{ run: "C:\\x) \"y' (z]" }]);
  });
});
