import { describe, expect, test } from "vitest";
import type { SourceLocation } from "../../src/detection/definition.ts";
import { EditedSource, readSource } from "../../src/detection/readSource.ts";
import { PLACE } from "./corpusCase.ts";
import { testGrammars } from "./corpusReading.ts";

const file: SourceLocation = { uri: `${PLACE}main.ts` };
const cell: SourceLocation = { uri: `${PLACE}main.optnb`, cell: "a" };

/** Each version tells what it tells when it is read anew. */
async function expectSame(location: SourceLocation, versions: readonly string[]): Promise<void> {
  const grammars = await testGrammars();
  const source = new EditedSource(grammars, location, "typescript");
  for (const text of versions) {
    expect(source.read(text)).toEqual(readSource(grammars, { location, language: "typescript", text }));
  }
  source.dispose();
}

describe("what is known of a statement that was not edited", () => {
  const steps = `import { llm } from "optimas";

const steps = [llm({ name: "first", inputs: ["x"], outputs: ["y"], prompt: "A" })];
`;

  test("knows its components when something asks for its constant only later", async () => {
    await expectSame(file, [steps, `${steps}export { steps };\n`]);
  });

  test("knows them after the text was broken above it", async () => {
    const versions = [`${steps}export { steps };\n`, steps, `<${steps}`, steps, `${steps}export { steps };\n`];
    const grammars = await testGrammars();
    const source = new EditedSource(grammars, file, "typescript");
    for (const text of versions) {
      const facts = source.read(text);
      if (text.startsWith("<")) continue;
      expect(facts).toEqual(readSource(grammars, { location: file, language: "typescript", text }));
    }
    source.dispose();
  });

  test("is not kept in a cell that now binds the name that it calls", async () => {
    const call = 'llm({ name: "first" });\n';
    await expectSame(cell, [call, `${call}const llm = other.thing;\n`, call]);
  });
});
