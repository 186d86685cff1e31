// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs of cells are strings
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { KernelBench } from "./kernelBench.ts";

const bench = new KernelBench();
afterAll(() => bench.dispose());

/** What is shipped: bundled, in a process of its own, with Node's own way of importing. */
describe("a cell in the shipped kernel", () => {
  test("shares the SDK, its realm and its cell with workspace files", async () => {
    const kernel = await bench.start();
    writeFileSync(
      join(bench.folder, "own.ts"),
      "import { tokenF1, UserError } from 'optimas';\nexport { tokenF1 };\n" +
        "export const fail = (list: unknown): never => {\n  throw new UserError(`list: ${list instanceof Array}`);\n};\n",
    );
    const { outputs } = await kernel.run(
      "import { tokenF1, UserError } from 'optimas'\nimport * as own from './own.ts'\n" +
        "let error: any; try { own.fail([]) } catch (thrown) { error = thrown }\n" +
        "display(md`*shown*`);\n[own.tokenF1 === tokenF1, error instanceof UserError, error.message]",
    );
    expect(outputs).toMatchObject([
      { type: "display", data: { "text/markdown": "*shown*" } },
      { type: "result", data: { "text/plain": '[true, true, "list: true"]' } },
    ]);
  });

  test("has stacks of its own lines and those of workspace files, in errors and in what it prints", async () => {
    const kernel = await bench.start();
    mkdirSync(join(bench.folder, "lib"));
    const file = join(bench.folder, "lib/thrower.ts");
    writeFileSync(
      file,
      "type T = number;\n\nexport async function thrower(x: T): Promise<never> {\n  await null;\n  throw new Error('x' + x);\n}\n",
    );
    const { outputs, stderr } = await kernel.run(
      "import { thrower } from './lib/thrower.ts'\n\ntry { null!.x } catch (e) { console.error(e) }\nawait thrower(1 as number)",
    );
    expect(outputs.at(-1)).toEqual({
      type: "error",
      name: "Error",
      message: "x1",
      stack: `Error: x1\n    at thrower (${file}:5:9)\n    at async cell [1]:4:1`,
    });
    expect(stderr).toMatch(/^TypeError: Cannot read properties of null \(reading 'x'\)\n {4}at cell \[1\]:3:\d+\n$/);
  });

  test("tells names, also when it fails", async () => {
    const kernel = await bench.start();
    const { result } = await kernel.run("const a = nowhere");
    expect(result).toEqual({ status: "failed", declares: ["a"], uses: ["nowhere"] });
  });

  test("finds the errors of its timers in its own lines", async () => {
    const kernel = await bench.start();
    const { outputs } = await kernel.run(
      "setTimeout(() => {\n  nowhere\n}, 1)\nawait new Promise((resolve) => setTimeout(resolve, 5))",
    );
    expect(outputs).toMatchObject([
      { type: "error", message: "nowhere is not defined", stack: expect.stringMatching(/cell \[1\]:2:3\)?$/) },
    ]);
  });
});
