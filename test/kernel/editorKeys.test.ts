import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { KeyAnswer } from "../../src/notebook/kernelProtocol.ts";
import { type PlantedServer, startPlantedServer } from "../cli/plantedServer.ts";
import { KernelBench } from "./kernelBench.ts";

const bench = new KernelBench();
afterAll(() => bench.dispose());

const [OLD, NEW] = ["sk-planted-old-0123456789abcdef", "sk-planted-new-0123456789abcdef"];

/** A kernel as the editor starts it: without keys in its environment, and with a parent that has these, in order. */
async function kernelWith(server: PlantedServer, keys: readonly (string | null)[]) {
  const left = [...keys];
  const asked: unknown[] = [];
  const folder = join(bench.folder, `keys-${keys.join("-") || "none"}`);
  mkdirSync(folder);
  const servers = { mine: { baseUrl: server.url, keyVariable: "PLANTED_API_KEY" } };
  const prices = { "mine:planted": { inputPerMillion: 0, outputPerMillion: 0 } };
  writeFileSync(join(folder, "optimas.models.json"), JSON.stringify({ version: 1, servers, prices }));
  const answer = async (request: unknown): Promise<KeyAnswer> => {
    asked.push(request);
    return { key: (left.length > 1 ? left.shift() : left[0]) ?? null, remedy: "run the command that sets it" };
  };
  return { kernel: await bench.start({ folder, keys: answer }), asked };
}

const evaluating = `
import { experiment, llm, system } from "optimas";
const drafter = llm({ name: "drafter", description: "Drafts.", inputs: ["question"], outputs: ["draft"], prompt: "Draft." });
const e = experiment({
  system: system({ name: "asking", components: [drafter], outputs: ["draft"] }),
  model: "mine:planted",
  data: { train: [{ question: "Which?" }], validation: Array.from({ length: 8 }, (_, at) => ({ question: at + "?" })) },
  reward: () => 1,
});
await e.evaluate()`;

/** Says the key, which it knows from nowhere, in all ways that a cell has. */
const telling = (key: string): string => `
import { writeSync } from "node:fs";
const key = ${JSON.stringify([...key])}.join("");
console.log("said", key, process.env.PLANTED_API_KEY);
console.error(btoa(key));
writeSync(1, "natively " + key + "\\n");
writeSync(2, "to the log " + key + "\\n");
display({ "text/html": encodeURIComponent(key) }, { raw: true });
throw new Error(key)`;

test("a key that was replaced in the editor is used by requests that the old one is refused for, and shown nowhere", async () => {
  const server = await startPlantedServer(NEW);
  const { kernel, asked } = await kernelWith(server, [OLD, NEW]);
  const evaluated = await kernel.run(evaluating);
  expect(evaluated.outputs.filter(({ type }) => type === "error")).toEqual([]);
  expect(evaluated.result.status).toBe("succeeded");
  expect(asked).toEqual([0, 1].map(() => ({ provider: "mine", variable: "PLANTED_API_KEY" })));
  const sent = server.requests.map(({ authorization }) => authorization);
  expect(new Set(sent)).toEqual(new Set([`Bearer ${OLD}`, `Bearer ${NEW}`]));
  const told = await kernel.run(telling(NEW));
  expect(told.stdout).toContain("said [key] undefined");
  const all = JSON.stringify([evaluated.outputs, told.outputs, kernel.log]);
  expect(all).toContain("natively [key]");
  expect(all).toContain("to the log [key]");
  for (const form of [OLD, NEW, btoa(NEW)]) expect(all).not.toContain(form);
});

test("a key that there is not is told with how it is given, before anything is asked", async () => {
  const server = await startPlantedServer(NEW);
  const { kernel } = await kernelWith(server, [null]);
  const { outputs } = await kernel.run(evaluating);
  expect(outputs.at(-1)).toMatchObject({
    type: "error",
    message: "mine:planted needs a key. Run the command that sets it.",
  });
  expect(server.requests).toEqual([]);
});
