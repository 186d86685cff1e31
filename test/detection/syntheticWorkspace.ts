import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Random, seededRandom } from "../../src/system/random.ts";

/** How many definitions of each kind a synthetic workspace has. */
export interface Written {
  readonly files: number;
  readonly definitions: number;
}

/** Files with definitions, of a hundred. */
const DEFINING_PERCENT = 2;
const FILES_PER_FOLDER = 25;

/**
 * Writes a workspace such as people have: mostly modules that have nothing to do with components, a few that hold words
 * which occur in definitions too, and two of a hundred with definitions, in TypeScript, Python and notebooks. The same
 * number gives the same files.
 */
export function writeSyntheticWorkspace(folder: string, files: number): Written {
  const random = seededRandom(`synthetic workspace of ${files}`);
  const made = new Set<string>();
  let definitions = 0;
  const write = (path: string, text: string) => {
    const parent = dirname(join(folder, path));
    if (!made.has(parent)) mkdirSync(parent, { recursive: true });
    made.add(parent);
    writeFileSync(join(folder, path), text);
  };
  write(".gitignore", "dist/\n*.log\n");
  for (let index = 0; index < files; index++) {
    const place = `packages/p${Math.floor(index / (FILES_PER_FOLDER * 8))}/src/f${Math.floor(index / FILES_PER_FOLDER)}`;
    const isDefining = index % (100 / DEFINING_PERCENT) === 0;
    if (!isDefining) {
      const extension = random.pick(["ts", "ts", "ts", "tsx", "js", "py"]);
      write(`${place}/m${index}.${extension}`, plainModule(random, extension, index));
      continue;
    }
    const kind = (index / (100 / DEFINING_PERCENT)) % 5;
    if (kind === 3) {
      write(`${place}/flow${index}.py`, pythonFlow(index));
      definitions += 2;
    } else if (kind === 4) {
      write(`${place}/book${index}.optnb`, notebook(index));
      definitions += 1;
    } else {
      write(`${place}/flow${index}.ts`, typescriptFlow(random, index));
      definitions += 4;
    }
  }
  return { files, definitions };
}

const words =
  "account invoice order price total tax customer address parcel route stock item batch report user team".split(" ");

function plainModule(random: Random, extension: string, index: number): string {
  const word = () => random.pick(words);
  const count = 4 + random.integer(24);
  if (extension === "py") {
    const body = Array.from(
      { length: count },
      (_, n) =>
        `def ${word()}_${n}(${word()}, limit=${n}):\n    """Sums up what the ${word()} needs."""\n    rows = [row for row in ${word()}_rows if row["${word()}"] > limit]\n    return {"${word()}": len(rows), "${word()}": sum(rows)}\n`,
    );
    return `import json\nfrom .m${index + 1} import ${word()}_rows\n\n${body.join("\n\n")}`;
  }
  // Words of definitions in ordinary code: such files are parsed, and hold none.
  const alike =
    extension !== "js" && random.integer(30) === 0
      ? "export interface Step { inputs: string[]; outputs: string[] }\n"
      : "";
  const isTyped = extension !== "js";
  const body = Array.from({ length: count }, (_, n) => {
    const parameter = `${word()}A${isTyped ? ": Record<string, number>" : ""}`;
    return `/** Adds the ${word()} to the ${word()}, unless it is ${word()} already. */
export function ${word()}${n}(${parameter}, limit = ${n})${isTyped ? ": number" : ""} {
  const rows = Object.entries(${word()}Table).filter(([key, value]) => value > limit && key !== "${word()}");
  return rows.reduce((sum, [, value]) => sum + value * ${n}, 0);
}
`;
  });
  return `import { ${word()}Table } from "./m${index + 1}.ts";\nimport { readFile } from "node:fs/promises";\n\n${alike}${body.join("\n")}`;
}

function typescriptFlow(random: Random, index: number): string {
  const prompt = Array.from({ length: 40 }, () => random.pick(words)).join(" ");
  return `import { choice, component, experiment, llm, options, system } from "optimas";

export const writer = llm({
  name: "writer${index}",
  description: "Writes.",
  inputs: ["question"],
  outputs: ["draft"],
  prompt: "${prompt}",
});

export const finder = component({
  name: "finder${index}",
  description: "Finds.",
  inputs: ["draft"],
  outputs: ["answer"],
  variable: options({ k: choice([1, 5, 10]) }),
  run: async ({ draft }, { variable }) => ({ answer: draft + variable.k }),
});

export const flow = system({ name: "flow${index}", components: [writer, finder], outputs: ["answer"] });

export default experiment({ system: flow, data: { train: [], validation: [] }, reward: () => 1 });
`;
}

function pythonFlow(index: number): string {
  return `import dspy


class Question${index}(dspy.Signature):
    """Answer the question."""

    question = dspy.InputField()
    answer = dspy.OutputField()


answer${index} = dspy.Predict(Question${index})
`;
}

function notebook(index: number): string {
  const source = `import { llm } from "optimas";\nconst note${index} = llm({ name: "note${index}", description: "", inputs: ["a"], outputs: ["b"], prompt: "Write." });`;
  const cell = { cell_type: "code", execution_count: null, id: `c${index}`, metadata: {}, outputs: [], source };
  return JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 });
}

/** A file with `lines` lines of plain code, and a component in every hundred of them. */
export function longSource(lines: number): string {
  const text = ['import { llm } from "optimas";'];
  for (let at = 1; text.length < lines; at++) {
    text.push("", `export function step${at}(value: number): number {`);
    text.push(
      `  const scaled = value * ${at} + offset("step ${at}");`,
      `  return scaled > ${at} ? scaled : value;`,
      "}",
    );
    if (at % 20 !== 0) continue;
    text.push("", `export const writer${at} = llm({`, `  name: "writer${at}",`, '  description: "Writes a draft.",');
    text.push('  inputs: ["question"],', '  outputs: ["draft"],', `  prompt: "Write draft ${at}.",`, "});");
  }
  return `${text.slice(0, lines).join("\n")}\n`;
}
