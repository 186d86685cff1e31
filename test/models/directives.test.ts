import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { defaultBehaviour } from "../../src/models/simulated/behaviour.ts";
import { families } from "../../src/models/simulated/directive.ts";
import { directives } from "../../src/models/simulated/directives.ts";
import { directiveTable } from "../../src/models/simulated/directiveTable.ts";
import { applyDirectives, findDirectives } from "../../src/models/simulated/recognition.ts";

const ids = (prompt: string): string[] => findDirectives(prompt).map((mention) => mention.directive.id);
const behaviour = (prompt: string) => applyDirectives(findDirectives(prompt).map((mention) => mention.directive));

test("there are at least 20 directives in 6 families, each family with several", () => {
  expect(directives.length).toBeGreaterThanOrEqual(20);
  expect(new Set(directives.map((directive) => directive.id)).size).toBe(directives.length);
  expect(families).toHaveLength(6);
  for (const family of families) expect(directives.filter((item) => item.family === family).length).toBeGreaterThan(1);
});

test.each(directives.map((directive) => [directive.id, directive.example] as const))(
  "%s is recognised in its own example",
  (id, example) => {
    expect(ids(example)).toContain(id);
  },
);

test.each([
  ["length.bare", "Reply with the shortest possible string."],
  ["length.bare", "Give just the name and nothing else."],
  ["length.bare", "Use at most five words."],
  ["length.phrase", "Keep your answer short."],
  ["length.explained", "Provide a thorough, detailed explanation."],
  ["length.manyHints", "Write ten hints."],
  ["extract.names", "Identify the entities."],
  ["extract.names", "Start with proper nouns."],
  ["extract.content", "Remove all stop words."],
  ["evidence.relevant", "Pick facts that are relevant to the question."],
  ["evidence.relevant", "Ignore unrelated passages."],
  ["evidence.connect", "Link the facts of several passages."],
  ["evidence.connect", "Look for the bridge entity."],
  ["evidence.everyName", "Include something about each of the people named there."],
  ["evidence.useLabels", "Trust the label in front of each colon."],
  ["evidence.verbatim", "Spell it exactly as it is written."],
  ["evidence.abstain", "Respond with 'unknown' where the evidence is thin."],
  ["type.match", "The answer must be of the right type."],
  ["type.yesNo", "For closed questions use yes/no."],
  ["type.compare", "Handle comparisons with care."],
  ["type.question", "Rewrite it as a direct question."],
  ["reasoning.steps", "Break the problem down."],
  ["reasoning.check", "Double-check."],
  ["reasoning.hasty", "Trust your gut."],
  ["format.labelled", "Use the form Entity: fact for all of them."],
  ["format.lines", "Put them in a numbered list."],
  ["format.simplify", "Make it shorter."],
])("%s is recognised in: %s", (id, prompt) => {
  expect(ids(prompt)).toContain(id);
});

test.each(["Answer the question.", "Rephrase the question.", "List search keywords.", "Write hints.", "Be nice.", ""])(
  "a prompt without directives keeps the defaults: %s",
  (prompt) => {
    expect(behaviour(prompt)).toEqual(defaultBehaviour);
  },
);

test("of two contradicting directives the later one counts", () => {
  expect(behaviour("Answer in a complete sentence. Give a short phrase.").length).toBe("phrase");
  expect(behaviour("Give a short phrase. Answer in a complete sentence.").length).toBe("sentence");
});

test("names and content words together search for both, in either order", () => {
  expect(behaviour("List the named entities. Leave out filler words.").keywords).toBe("both");
  expect(behaviour("Leave out filler words. List the named entities.").keywords).toBe("both");
});

test("'one hint per line' asks for lines, not for a single hint", () => {
  expect(ids("Write one hint per line.")).toEqual(["format.lines"]);
});

test("the README shows the table of directives as it is", () => {
  const readme = readFileSync(new URL("../../src/models/simulated/README.md", import.meta.url), "utf8");
  // Formatting aligns the columns; only the words matter.
  const words = (text: string): string =>
    text
      .replace(/ {2,}/g, " ")
      .replace(/-{3,}/g, "---")
      .replace(/\| ---/g, "|---")
      .replace(/--- \|/g, "---|");
  expect(words(readme)).toContain(words(directiveTable()));
});
