import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Linker } from "../../src/detection/linker.ts";
import { readSource } from "../../src/detection/readSource.ts";
import { LARGEST_SOURCE } from "../../src/detection/sourceFile.ts";
import { testGrammars } from "./corpusReading.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Of files longer than the product would read, this much is read: a program that was cut anywhere. */
const MOST_CHARACTERS = LARGEST_SOURCE;

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(?:[cm]?ts|[cm]?js)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

describe("in sources that have nothing to do with the package", () => {
  // Every text is parsed and read, whether or not it looks as if it could hold a definition.
  const check = (folder: string, atLeast: number) =>
    test(`${folder} holds no definition`, async () => {
      const grammars = await testGrammars();
      const files = sourcesIn(folder);
      expect(files.length).toBeGreaterThanOrEqual(atLeast);
      const linker = new Linker({ has: (uri) => files.includes(uri.slice("file:///".length)) });
      let characters = 0;
      for (const file of files) {
        const text = readFileSync(join(root, file), "utf8").slice(0, MOST_CHARACTERS);
        characters += text.length;
        const uri = `file:///${file}`;
        const language = file.endsWith("js") ? "javascript" : "typescript";
        linker.put(uri, readSource(grammars, { location: { uri }, language, text }));
      }
      expect(characters).toBeGreaterThan(atLeast * 100);
      expect(linker.definitions()).toEqual([]);
      // One that has to do with it is found among them.
      const text = 'import { llm } from "optimas"; llm({ name: "a", inputs: [], outputs: ["b"], prompt: "C" });';
      const location = { uri: `file:///${folder}/own.ts` };
      linker.put(location.uri, readSource(grammars, { location, language: "typescript", text }));
      expect(linker.definitions().map(({ name }) => name)).toEqual(["a"]);
    });
  check("node_modules/@types", 50);
  check("node_modules/typescript-services/lib", 80);
  check("node_modules/typescript/lib", 4);
});
