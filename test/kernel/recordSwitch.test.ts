import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startLoopback } from "../models/loopback/loopbackServer.ts";
import { fixedReply } from "../models/loopback/simulatedReply.ts";
import { KernelBench } from "./kernelBench.ts";

const bench = new KernelBench();
afterAll(() => bench.dispose());

const evaluating = `
import { experiment, llm, system } from "optimas";
const drafter = llm({ name: "drafter", description: "Drafts.", inputs: ["question"], outputs: ["draft"], prompt: "Draft." });
const e = experiment({
  system: system({ name: "asking", components: [drafter], outputs: ["draft"] }),
  model: "mine:free",
  data: { train: [{ question: "Which?" }], validation: Array.from({ length: 6 }, (_, at) => ({ question: at + "?" })) },
  reward: () => 1,
  settings: { cache: "on" },
});
const trials = await e.trials();
for (const time of [1, 2]) { const run = await e.open(); await run.evaluate(); await run.close(); }
const { examples } = await trials.offer();
await trials.runExamples([examples[0].example.id]);
await trials.close();`;

/** Requests that the cell sends. */
async function sent(
  name: string,
  cache: "off" | undefined,
): Promise<{ readonly calls: number; readonly recorded: boolean }> {
  const server = await startLoopback({ answer: fixedReply("### draft\nAn answer.") });
  const folder = join(bench.folder, name);
  mkdirSync(folder);
  const servers = { mine: { baseUrl: `${server.url}/v1` } };
  const prices = { "mine:free": { inputPerMillion: 0, outputPerMillion: 0 } };
  writeFileSync(join(folder, "optimas.models.json"), JSON.stringify({ version: 1, servers, prices }));
  const kernel = await bench.start({ folder, ...(cache && { cache }) });
  const { result, outputs } = await kernel.run(evaluating);
  expect(outputs.filter(({ type }) => type === "error")).toEqual([]);
  expect(result.status).toBe("succeeded");
  const calls = server.ledger.answered;
  await server.close();
  return { calls, recorded: existsSync(join(folder, ".optimas", "cache")) };
}

test("a kernel that was told to uses no record of answers, whatever the code of its cells says", async () => {
  expect(await sent("recorded", undefined)).toEqual({ calls: 6, recorded: true });
  expect(await sent("unrecorded", "off")).toEqual({ calls: 13, recorded: false });
});
