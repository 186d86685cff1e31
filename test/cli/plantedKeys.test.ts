import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PrintedKeys } from "../../scripts/leftKeys.mjs";
import { writeNotebook } from "../../src/notebook/nbformat.ts";
import { secretForms } from "../../src/system/secretForms.ts";
import { workspace } from "../loader/workspace.ts";
import { type Outcome, optimas } from "./commandLine.ts";
import { type PlantedServer, startPlantedServer } from "./plantedServer.ts";

/** As providers write them, with the signs that JSON, addresses and base64 write otherwise. */
const anyKey = fc.stringMatching(/^sk-planted-[A-Za-z0-9]{12}[+/=&%'<>~][A-Za-z0-9_-]{12}$/);

/** The key stands in prompts, data, outputs, errors and whatever the code says, in several ways. */
const experimentText = `
import { choice, component, experiment, llm, options, rows, system } from "optimas";
const key = process.env.PLANTED_API_KEY ?? "";
const forms = [key, JSON.stringify(JSON.stringify(key)), encodeURIComponent(key), btoa("Bearer " + key)];
console.log("out", ...forms);
console.error("err", { key, forms });
process.emitWarning("A warning about " + key);
process.stdout.write("halves " + key.slice(0, 15));
process.stdout.write(key.slice(15) + "\\n");
const make = (n, salt) => Array.from({ length: n }, (_, i) => ({ question: salt + " " + i + " " + forms[i % 4] }));
const drafter = llm({
  name: "drafter", description: "Drafts with " + key, inputs: ["question"], outputs: ["draft"],
  prompt: "Write a draft. My key is " + key,
});
const picker = component({
  name: "picker", description: "Picks.", inputs: ["draft"], outputs: ["answer"],
  variable: options({ k: choice([1, 2, 4]) }),
  run: ({ draft }, { variable }) => {
    if (String(draft).length % 7 === 0) throw new Error("This component fails with " + forms.join(" "));
    return { answer: draft + " from " + variable.k + " " + forms.join(" ") };
  },
});
export default experiment({
  system: system({ name: "planted", components: [drafter, picker], outputs: ["answer"] }),
  data: { train: rows(make(8, "t")), validation: rows(make(5, "v")), test: rows(make(2, "e")) },
  reward: ({ answer }) => Math.min(1, String(answer).split("solid").length / 4 + (answer.includes("from 4") ? 0.2 : 0)),
  model: "mine:planted",
  settings: {
    iterations: 2, budgetRuns: 120, concurrency: 4, validationRows: 5, stageOneInputs: 6, freshInputs: 2, searchInputs: 3,
    promptCandidates: 2, explorationPrompts: 2,
  },
});
`;

const cells = [
  `const key = process.env.PLANTED_API_KEY ?? "";
console.log("in a cell", key, btoa(key));
process.stdout.write(key.slice(0, 20));
await new Promise((resolve) => setTimeout(resolve, 20));
process.stdout.write(key.slice(20) + "\\n");
console.error({ nested: { key } });
display({ "text/html": "<b>" + key + "</b>", "application/json": { [key]: [key] } }, { raw: true });
({ key, url: encodeURIComponent(key) })`,
  `import planted from "./planted.ts";
const run = await planted.open({ start: "source" });
await run.evaluate()`,
  `throw new TypeError("A cell fails with " + key + " and " + JSON.stringify({ key }))`,
];

/** What is written past everything that the kernel captures, by a process that is dying. */
const death = `import { writeSync } from "node:fs";
const key = process.env.PLANTED_API_KEY ?? "";
writeSync(1, "natively " + key.slice(0, 20));
writeSync(1, key.slice(20) + "\\n");
writeSync(2, "last words: " + key + "\\n");
process.abort()`;

const notebookOf = (...sources: readonly string[]): string =>
  writeNotebook({
    metadata: {},
    cells: sources.map((source) => ({ kind: "code", languageId: "typescript", source, outputs: [], metadata: {} })),
  });

function planted({ url }: PlantedServer, name = "planted"): string {
  return workspace({
    "planted.ts": experimentText.replace('name: "picker"', `name: ${name === "planted" ? '"picker"' : name}`),
    "notebook.optnb": notebookOf(...cells),
    "death.optnb": notebookOf(death),
    "optimas.models.json": JSON.stringify({
      version: 1,
      servers: { mine: { baseUrl: url, keyVariable: "PLANTED_API_KEY" } },
      prices: { "mine:planted": { inputPerMillion: 0, outputPerMillion: 0 } },
    }),
    "home/.keep": "",
    "tmp/.keep": "",
  });
}

function run(args: readonly string[], cwd: string, key: string): Promise<Outcome> {
  const env = { PLANTED_API_KEY: key, HOME: join(cwd, "home"), TMPDIR: join(cwd, "tmp") };
  return optimas(args, { cwd, env });
}

/** Where a key stands, in whatever form, in files and outputs; its beginning is too much of it. */
function found(key: string, cwd: string, outcomes: readonly Outcome[]): string[] {
  const forms = secretForms(key);
  const holds = (text: string): boolean => {
    const printed = new PrintedKeys();
    printed.hear(text);
    return printed.heard > 0 || forms.some((form) => text.includes(form));
  };
  const files = readdirSync(cwd, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.filter((file) => file.includes("events.jsonl")).length).toBeGreaterThan(0);
  return [
    ...files.filter((file) => holds(file) || holds(readFileSync(file, "latin1"))),
    ...outcomes.flatMap(({ stdout, stderr }) => [stdout, stderr].filter(holds)),
  ];
}

describe("a key that is planted everywhere", () => {
  for (const [at, key] of fc.sample(anyKey, { numRuns: 2, seed: 20_260_314 }).entries()) {
    test(`stands in headers of requests alone: key ${at + 1}`, async () => {
      const server = await startPlantedServer(key);
      const cwd = planted(server);
      const ran = await run(["run", "planted.ts", "--json", "--yes"], cwd, key);
      expect(ran).toMatchObject({ code: 0 });
      expect(ran.stdout).toContain("out [key]");
      expect(ran.stdout).toContain("halves [key]\n");
      const inNotebook = await run(["run", "notebook.optnb", "--save", "--yes"], cwd, key);
      expect(inNotebook).toMatchObject({ code: 1 });
      expect(inNotebook.stdout).toContain("in a cell [key]");
      expect(inNotebook.stderr + inNotebook.stdout).toContain("A cell fails with [key]");
      const died = await run(["run", "death.optnb"], cwd, key);
      expect(died).toMatchObject({ code: 1 });
      expect(died.stderr + died.stdout).toContain("last words: [key]");
      const listed = await run(["runs", "--json"], cwd, key);
      expect(found(key, cwd, [ran, inNotebook, died, listed])).toEqual([]);
      expect(server.requests.length).toBeGreaterThan(10);
      for (const { authorization, body } of server.requests) {
        expect(authorization).toBe(`Bearer ${key}`);
        for (const form of secretForms(key)) expect(body).not.toContain(form);
      }
    });
  }

  test("names nothing: names stand in every file", async () => {
    const key = "sk-planted-in-a-name_4711";
    const server = await startPlantedServer(key);
    const cwd = planted(server, '"picker-" + key');
    const refused = await run(["run", "planted.ts", "--yes"], cwd, key);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('The name "picker-[key]" holds an API key.');
    expect(server.requests).toEqual([]);
  });

  test("is missed before anything is asked", async () => {
    const server = await startPlantedServer("sk-nobody-has-it");
    const cwd = planted(server);
    const env = { HOME: join(cwd, "home"), TMPDIR: join(cwd, "tmp") };
    const refused = await optimas(["run", "planted.ts", "--yes"], { cwd, env });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      "mine:planted needs a key. Set the environment variable PLANTED_API_KEY to your key.",
    );
    expect(server.requests).toEqual([]);
  });
});
