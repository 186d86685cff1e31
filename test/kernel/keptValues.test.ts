import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { readSaved } from "../../src/run/configurationFile.ts";
import { KernelBench } from "./kernelBench.ts";

const bench = new KernelBench();
const notebook = join(bench.folder, "a.optnb");
writeFileSync(notebook, "");
/** A system whose first option value scores nothing and whose second one everything. */
const declaration = `import { choice, component, experiment, options, system } from "optimas";
export const made = () => experiment({
  system: system({
    name: "picking",
    components: [component({
      name: "picker", description: "Picks.", inputs: ["question"], outputs: ["answer"],
      variable: options({ k: choice([0, 1]) }),
      run: (_, { variable }) => ({ answer: String(variable.k) }),
    })],
    outputs: ["answer"],
  }),
  data: {
    train: Array.from({ length: 6 }, (_, at) => ({ question: "t" + at })),
    validation: Array.from({ length: 6 }, (_, at) => ({ question: "v" + at })),
  },
  reward: (output) => Number(output.answer),
  settings: { scorer: "global" },
});`;
writeFileSync(
  join(bench.folder, "picking.ts"),
  `${declaration}\nexport const first = made();\nexport default first;\n`,
);
const saved = (name: string) => join(bench.folder, `${name}.optimas.json`);

afterEach(async () => {
  await bench.endKernels();
  for (const name of ["a.tuning", "a.later", "b.tuning", "picking"]) rmSync(saved(name), { force: true });
});
afterAll(() => bench.dispose());

const step = (name: string) => `console.log((await ${name}.step())?.decision);`;
test("a cell's experiment is known by its name there, in the statement that declares it as in later ones", async () => {
  const kernel = await bench.start({ notebook });
  const { stdout } = await kernel.run(
    `${declaration}\nconst tuning = made();\nconst other = tuning;\n${step("other")}`,
  );
  expect(stdout).toBe("accepted\n");
  expect(readSaved(saved("a.tuning"))).toMatchObject({
    configuration: { picker: { k: 1 } },
    experiment: { notebook: "a.optnb", name: "tuning" },
  });
  await kernel.run("await tuning.close(); const later = made();");
  expect((await kernel.run(step("later"))).stdout).toBe("accepted\n");
  expect(readSaved(saved("a.later"))).toMatchObject({ experiment: { notebook: "a.optnb", name: "later" } });
});

test("the next kernel starts from what was accepted, unless it is told not to", async () => {
  await (await bench.start({ notebook })).run(`${declaration}\nconst tuning = made();\n${step("tuning")}`);
  await bench.endKernels();
  const evaluated = `${declaration}\nconst tuning = made();\nconsole.log((await tuning.evaluate()).mean);`;
  expect((await (await bench.start({ notebook })).run(evaluated)).stdout).toBe("1\n");
  const before = readFileSync(saved("a.tuning"), "utf8");
  const fresh = await bench.start({ notebook, values: { start: "source", save: false } });
  expect((await fresh.run(evaluated)).stdout).toBe("0\n");
  expect((await fresh.run(step("tuning"))).stdout).toBe("accepted\n");
  expect(readFileSync(saved("a.tuning"), "utf8")).toBe(before);
});

test("an imported experiment is that of its file, by whatever name and in whatever way it is imported", async () => {
  for (const [imported, name] of [
    ['import mine from "./picking.ts";', "mine"],
    ['import { first as mine } from "./picking.ts";', "mine"],
    ['import * as all from "./picking.ts";', "all.first"],
    ['const { default: mine } = await import("./picking.ts");', "mine"],
  ] as const) {
    const kernel = await bench.start({ notebook });
    const bare = await kernel.run(
      `${imported}\nconst bench = await ${name}.open({ start: "source" });\n${step("bench")}`,
    );
    expect(bare.stdout, imported).toBe("accepted\n");
    expect(readSaved(saved("picking")).configuration, imported).toEqual({ picker: { k: 1 } });
    rmSync(saved("picking"));
    await bench.endKernels();
  }
  expect(existsSync(saved("a.mine"))).toBe(false);
});

test("a notebook that was never saved keeps nothing beside it until it is", async () => {
  const kernel = await bench.start();
  const { outputs } = await kernel.run(`${declaration}\nconst tuning = made();\n${step("tuning")}`);
  expect(outputs).toContainEqual({
    type: "display",
    data: { "text/plain": "Accepted values are kept in the run alone: the notebook was never saved." },
  });
  await kernel.run("await tuning.optimize({ iterations: 0 })", undefined, { notebook: join(bench.folder, "b.optnb") });
  expect(readSaved(saved("b.tuning"))).toMatchObject({ experiment: { notebook: "b.optnb", name: "tuning" } });
});
