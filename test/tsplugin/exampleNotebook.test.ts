import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { OpenNotebook } from "./openNotebook.ts";
import { TypeScriptServer } from "./typescriptServer.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const server = new TypeScriptServer();
afterAll(() => server.close());

/** As the extension gives it, but for the declarations of the SDK: these are what those are made from. */
const place = {
  root,
  folder: join(root, "examples/hotpotqa"),
  sdk: join(root, "src/sdk/index.ts"),
  globals: join(root, "src/kernel/cellGlobals.d.ts"),
};

interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
}

test("nothing is underlined in the example's notebook, and its names complete", async () => {
  const { cells }: { cells: Cell[] } = JSON.parse(readFileSync(join(place.folder, "experiment.optnb"), "utf8"));
  const texts = cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => source.join(""));
  expect(texts.length).toBeGreaterThan(5);
  const notebook = new OpenNotebook(server, place, [...texts, "tuning.▮"]);
  for (const index of texts.keys()) expect([index, ...(await notebook.errors(index))]).toEqual([index]);
  const names = (await notebook.completions(texts.length)).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["evaluate", "fitRewards", "step", "optimize", "landscape", "updates"]));
  notebook.edit(texts.length, "const result: ▮number = await tuning.step();");
  expect(await notebook.errors(texts.length)).toEqual([
    expect.stringMatching(/^result: Type .* is not assignable to type 'number'/),
  ]);
  notebook.close();
});
