import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { loadExperiment } from "../../src/loader/loadExperiment.ts";
import { userFrame } from "../../src/loader/userFrame.ts";
import type { Fields } from "../../src/system/component.ts";
import { workspace } from "./workspace.ts";

const sdk = fileURLToPath(new URL("../../dist/optimas.js", import.meta.url));

/** An experiment whose reward returns `value`, so that a test sees what the file computed. */
const experimentOf = (value: string, head = "") => `
import { component, experiment, rows, system } from "optimas";
${head}
const echo = component({
  name: "echo", description: "Repeats.", inputs: ["text"], outputs: ["answer"],
  run: async ({ text }) => ({ answer: text }),
});
export default experiment({
  system: system({ name: "demo", components: [echo], outputs: ["answer"] }),
  data: { train: rows([{ text: "a" }]), validation: rows([{ text: "b" }]) },
  reward: () => (${value}) as never,
});
`;

async function load(files: Readonly<Record<string, string>>, file = "demo.ts") {
  const folder = workspace(files);
  return { folder, ...(await loadExperiment(join(folder, file), { sdk })) };
}

/** What the experiment's reward gives. */
async function computedBy(files: Readonly<Record<string, string>>, file?: string): Promise<unknown> {
  const { experiment } = await load(files, file);
  return (experiment.reward as (...given: unknown[]) => unknown)({} as Fields, {}, {});
}

const failure = async (files: Readonly<Record<string, string>>, file?: string) => {
  const error: unknown = await load(files, file).then(
    () => "no error",
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ name: "UserError" });
  return (error as Error).message;
};

describe("an experiment file", () => {
  test("may import TypeScript beside it, with and without extension, and JSON", async () => {
    const files = {
      "demo.ts": experimentOf(
        "[one, two, three.n]",
        'import { one } from "./one.ts"; import { two } from "./lib/two"; import three from "./three.json";',
      ),
      "one.ts": "export const one: number = 1;",
      "lib/two.ts": "export enum Two { value = 2 }\nexport const two = Two.value;",
      "three.json": '{ "n": 3 }',
    };
    expect(await computedBy(files)).toEqual([1, 2, 3]);
  });

  test("lists the workspace files it is made of", async () => {
    const { folder, files, path } = await load({
      "demo.ts": experimentOf("one", 'import { one } from "./one.ts";'),
      "one.ts": "export const one = 1;",
    });
    expect(path).toBe(join(folder, "demo.ts"));
    expect([...files].sort()).toEqual([join(folder, "demo.ts"), join(folder, "one.ts")]);
  });

  test("may import packages of both kinds, their subpaths and Node's own modules", async () => {
    const files = {
      "demo.ts": experimentOf(
        "[esm, inner, cjs.named, named, join('a', 'b')]",
        'import esm from "esm"; import inner from "esm/inner"; import cjs, { named } from "@scope/cjs"; import { join } from "node:path";',
      ),
      "node_modules/esm/package.json":
        '{ "name": "esm", "exports": { ".": { "module": "./wrong.js", "import": "./main.mjs" }, "./inner": "./deep.mjs" } }',
      "node_modules/esm/main.mjs": "export default 'esm';",
      "node_modules/esm/deep.mjs": "export default 'inner';",
      "node_modules/@scope/cjs/package.json": '{ "name": "@scope/cjs", "main": "lib" }',
      "node_modules/@scope/cjs/lib/index.js": "exports.named = 'cjs';",
    };
    expect(await computedBy(files)).toEqual(["esm", "inner", "cjs", "cjs", join("a", "b")]);
  });

  test("gets the package version of the file that imports it", async () => {
    const files = {
      "demo.ts": experimentOf("[here, there]", 'import here from "p"; import { there } from "./sub/there.ts";'),
      "sub/there.ts": 'import p from "p"; export const there = p;',
      "node_modules/p/index.mjs": "export default 1;",
      "node_modules/p/package.json": '{ "main": "index.mjs" }',
      "sub/node_modules/p/index.mjs": "export default 2;",
      "sub/node_modules/p/package.json": '{ "main": "index.mjs" }',
    };
    expect(await computedBy(files)).toEqual([1, 2]);
  });

  test("may be JavaScript, and import CommonJS files that require packages", async () => {
    const files = {
      "demo.mjs": experimentOf("old.value", 'import old from "./old.cjs";').replace(" as never", ""),
      "old.cjs":
        "const p = require('p'); const { sep } = require('node:path'); module.exports = { value: p + sep.length };",
      "node_modules/p/index.js": "module.exports = 41;",
    };
    expect(await computedBy(files, "demo.mjs")).toBe(42);
  });

  test("follows the paths of its tsconfig.json", async () => {
    const files = {
      "demo.ts": experimentOf("one", 'import { one } from "@lib/one";'),
      "tsconfig.json": '{ "compilerOptions": { "paths": { "@lib/*": ["./source/*"] } } }',
      "source/one.ts": "export const one = 1;",
    };
    expect(await computedBy(files)).toBe(1);
  });

  test("and every file it imports know their own address", async () => {
    const { folder, experiment } = await load({
      "demo.ts": `#!/usr/bin/env optimas run\n${experimentOf("[import.meta.url, where]", 'import { where } from "./sub/where.ts";')}`,
      "sub/where.ts": "export const where = [import.meta.dirname, import.meta.filename, import.meta.url];",
    });
    const reward = experiment.reward as (...given: unknown[]) => unknown;
    const where = join(folder, "sub", "where.ts");
    expect(reward()).toEqual([
      pathToFileURL(join(folder, "demo.ts")).href,
      [join(folder, "sub"), where, pathToFileURL(where).href],
    ]);
  });

  test("prefers the SDK that is installed in the workspace", async () => {
    const files = {
      "demo.ts": 'import { experiment } from "optimas";\nexport default experiment();',
      "node_modules/optimas/package.json": '{ "type": "module", "exports": { "default": "./own.js" } }',
      "node_modules/optimas/own.js":
        "export const experiment = () => ({ [Symbol.for('optimas.experiment')]: 1, made: 'own' });",
    };
    expect((await load(files)).experiment).toMatchObject({ made: "own" });
  });

  test("runs afresh each time it is loaded", async () => {
    const folder = workspace({ "demo.ts": experimentOf("1") });
    const file = join(folder, "demo.ts");
    const [first, second] = [await loadExperiment(file, { sdk }), await loadExperiment(file, { sdk })];
    expect(first.experiment).not.toBe(second.experiment);
  });
});

describe("a mistake in an experiment file", () => {
  test("of syntax is named with file, line and column", async () => {
    const message = await failure({ "demo.ts": "const a = 1;\nconst = 2;\n" });
    expect(message).toMatch(/demo\.ts:2:7: Expected identifier but found "="$/);
  });

  test("in an imported file names that file", async () => {
    const message = await failure({ "demo.ts": 'import "./broken.ts";', "broken.ts": "\n\nlet x = (;" });
    expect(message).toMatch(/broken\.ts:3:10: /);
  });

  test("of a missing package says how to install it", async () => {
    const message = await failure({ "demo.ts": '\nimport x from "@nowhere/absent/part";\nx();' });
    expect(message).toMatch(
      /demo\.ts:2:15: Could not find "@nowhere\/absent\/part". Install it \(npm install @nowhere\/absent\)/,
    );
  });

  test("of a missing file names the import", async () => {
    expect(await failure({ "demo.ts": 'import x from "./absent.ts";\nx();' })).toMatch(
      /demo\.ts:1:15: Could not resolve "\.\/absent\.ts"/,
    );
  });

  test("of a misspelt import names what is not there", async () => {
    const files = {
      "demo.ts": 'import { tow } from "./two.ts";\nconsole.log(tow);',
      "two.ts": "export const two = 2;",
    };
    expect(await failure(files)).toMatch(/demo\.ts:1:10: No matching export in "two.ts" for import "tow"/);
  });

  const check = (name: string, content: string, expected: RegExp) =>
    test(name, async () => expect(await failure({ "demo.ts": content })).toMatch(expected));
  check("no default export", "export const a = 1;", /has no default export\. End it with `export default experiment\(/);
  check("another default export", "export default { system: 1 };", /default export of .* is not an experiment\. /);
  check("a promise", "export default Promise.resolve(1);", /it is a promise; put `await` before it/);
  check(
    "a newer SDK",
    "export default { [Symbol.for('optimas.experiment')]: 2 };",
    /another version of "optimas" \(experiment format 2/,
  );

  test("no such file", async () => {
    await expect(loadExperiment("/nowhere/demo.ts", { sdk })).rejects.toThrow(
      "There is no file /nowhere/demo.ts; name an experiment file.",
    );
    const folder = workspace({});
    await expect(loadExperiment(folder, { sdk })).rejects.toThrow("is no file; name the experiment file inside");
  });

  test("leaves nothing in the temporary folder, and its own error untouched", async () => {
    const { folder, error } = await load({ "demo.ts": "throw new RangeError(import.meta.url);" }).then(
      () => expect.unreachable(),
      (thrown: Error) => ({ folder: thrown.message, error: thrown }),
    );
    expect(error).toBeInstanceOf(RangeError);
    expect(existsSync(folder)).toBe(false);
  });
});

describe("a stack", () => {
  test("names the user's own line and column", async () => {
    const { folder, experiment, files } = await load({
      "demo.ts": experimentOf("fail('x')", 'import { fail } from "./fail.ts";'),
      "fail.ts": [
        "interface Unused { a: string }",
        "type AlsoUnused = Unused | undefined;",
        "export function fail(text: string): never {",
        "  const self = import.meta.url;",
        "  throw new Error(text + self as AlsoUnused as never);",
        "}",
      ].join("\n"),
    });
    const reward = experiment.reward as (...given: unknown[]) => unknown;
    try {
      reward();
      expect.unreachable();
    } catch (error) {
      const place = userFrame((error as Error).stack ?? "", new Set(files));
      expect(place).toMatchObject({ file: join(folder, "fail.ts"), line: 5 });
    }
  });

  test("frames of others are passed over", () => {
    const stack = [
      "TypeError: x is not a function",
      "    at inner (/work/node_modules/p/index.js:1:2)",
      "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
      "    at async run (file:///work/a%20b/demo.ts:7:9)",
      "    at /work/demo.ts:1:1",
    ].join("\n");
    expect(userFrame(stack, new Set(["/work/a b/demo.ts"]))).toEqual({ file: "/work/a b/demo.ts", line: 7, column: 9 });
    expect(userFrame(stack, new Set(["/work/demo.ts"]))).toEqual({ file: "/work/demo.ts", line: 1, column: 1 });
    expect(userFrame(stack, new Set(["/work/other.ts"]))).toBeUndefined();
  });
});
