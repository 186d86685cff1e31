import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { expect, test } from "vitest";
import type { Usage } from "../../src/models/languageModel.ts";
import { paidCallsFile, readPaidCalls } from "../../src/run/paidCalls.ts";
import { seededRandom } from "../../src/system/random.ts";
import { scratchFolder } from "../data/scratchFolder.ts";

const KILLS = 12;

function built(folder: string): string {
  const program = join(folder, "spending.mjs");
  buildSync({
    entryPoints: [fileURLToPath(new URL("spendingProcess.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    logLevel: "warning",
  });
  return program;
}

/** @returns whether the budget was spent before so many answers had come */
async function isSpent(program: string, folder: string, limits: readonly number[], answers: number): Promise<boolean> {
  const child = spawn(process.execPath, [program, folder, ...[...limits, answers].map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let said = 0;
  for await (const text of child.stdout) {
    said += String(text).length;
    if (said >= answers) child.kill("SIGKILL");
  }
  const [code] = await exited;
  if (code !== null) expect(code).toBe(0);
  return code === 0;
}

const asked = (folder: string): Usage[] => {
  const file = join(folder, "asked.jsonl");
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Usage);
};

test.each([
  { what: "calls", limits: [150, 1_000_000] },
  { what: "tokens", limits: [1_000_000, 9_000] },
])(
  "a budget of $what is not overshot by a run that is killed again and again while requests are under way",
  async ({ limits }) => {
    const folder = scratchFolder();
    const program = built(folder);
    const random = seededRandom("spending");
    const patience = (): number => (kills < KILLS ? 1 + random.integer(16) : Number.POSITIVE_INFINITY);
    let kills = 0;
    while (!(await isSpent(program, folder, limits, patience()))) kills++;
    expect(kills).toBeGreaterThan(3);
    const [mostCalls = 0, mostTokens = 0] = limits;
    const requests = asked(folder);
    expect(requests.length).toBeLessThanOrEqual(mostCalls);
    const tokens = requests.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
    expect(tokens).toBeLessThanOrEqual(mostTokens);
    // What the file says is what was asked, or more: what was about to be asked when the process was killed.
    const { since, open } = readPaidCalls(paidCallsFile(folder), 0);
    expect(open).toEqual([]);
    const answered = since.reduce((sum, { calls }) => sum + calls, 0);
    const unanswered = since.reduce((sum, call) => sum + (call.unanswered?.calls ?? 0), 0);
    expect(answered).toBeLessThanOrEqual(requests.length);
    expect(answered + unanswered).toBeGreaterThanOrEqual(requests.length);
    expect(unanswered).toBeGreaterThan(0);
    expect(unanswered).toBeLessThanOrEqual(4 * kills);
  },
);
