import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { corpusCases } from "./corpusCase.ts";
import { linked, testGrammars } from "./corpusReading.ts";
import { PrintedDefinitions } from "./printedDefinition.ts";

const cases = corpusCases();

describe("the corpus", () => {
  test("has at least 80 sources", () => {
    expect(cases.length).toBeGreaterThanOrEqual(80);
  });

  test.each(cases)("$title", async ({ file, texts, found, head }) => {
    const printed = new PrintedDefinitions(texts).print(linked(await testGrammars(), texts).definitions());
    // UPDATE_CORPUS=1 writes down what is found; read it before you keep it.
    if (process.env.UPDATE_CORPUS === "1") writeFileSync(file, `${head.trimEnd()}\n\n\`\`\`found\n${printed}\`\`\`\n`);
    else expect(printed).toBe(found);
  });
});
