import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { BodyOf, RunEvent } from "../../src/run/events.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import type { LedgerLines } from "../models/loopback/ledger.ts";
import { startLoopbackProcess } from "../models/loopback/loopbackProcess.ts";
import { type Outcome, optimas } from "./commandLine.ts";
import { paidToyExperiment, paidToyModels } from "./paidToy.ts";

const entry = fileURLToPath(new URL("paidToyServer.ts", import.meta.url));
/** So that what an answer might have cost, at most, is not most of what it does cost. */
const price = { inputPerMillion: 1, outputPerMillion: 0.01 };
/** Rows of the experiment that only start and result are scored on. */
const TEST_ROWS = 2;

type Summary = BodyOf<"summary">;

function command(args: readonly string[], cwd: string): Promise<Outcome> {
  return optimas([...args, "--json", "--no-save"], { cwd, env: { OPENAI_API_KEY: "sk-planted-raised-budget-0" } });
}

function eventsIn({ code, stdout, stderr }: Outcome): RunEvent[] {
  if (code !== 0) throw new Error(`ended with ${code}: ${stderr}`);
  const lines = stdout.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as RunEvent);
}

function summaryOf(outcome: Outcome): Summary {
  const last = eventsIn(outcome).at(-1);
  if (last?.type !== "summary") throw new Error(`the run ended with ${JSON.stringify(last)}`);
  return last;
}

/** What a run came to. */
const resultOf = ({ configuration, unoptimized, optimized, difference, ...rest }: Summary) => {
  const { accepted, rejected, iterations, stop, runsByPurpose, alignment } = rest;
  return {
    configuration,
    unoptimized,
    optimized,
    difference,
    accepted,
    rejected,
    iterations,
    stop,
    runsByPurpose,
    alignment,
  };
};

/** What it says that its calls came to. */
function paidBy({ spentCalls = [] }: Summary) {
  const sum = (part: (row: (typeof spentCalls)[number]) => number) =>
    spentCalls.reduce((all, row) => all + part(row), 0);
  return { calls: sum(({ calls }) => calls), tokens: sum((row) => row.inputTokens + row.outputTokens) };
}

function answeredBetween(before: LedgerLines, after: LedgerLines) {
  const bodies = Object.entries(after.bodies).flatMap(([hash, { answered }]) => {
    const count = answered - (before.bodies[hash]?.answered ?? 0);
    return count > 0 ? [[hash, count] as const] : [];
  });
  const tokens = after.inputTokens + after.outputTokens - before.inputTokens - before.outputTokens;
  return { bodies: new Map(bodies), calls: after.answered - before.answered, tokens };
}

function dollars(before: LedgerLines, after: LedgerLines): number {
  const [input, output] = [after.inputTokens - before.inputTokens, after.outputTokens - before.outputTokens];
  return (input * price.inputPerMillion + output * price.outputPerMillion) / 1e6;
}

test("a run that its dollars ended goes on with more of them to the end that it would have come to, and pays for nothing twice", async () => {
  const server = await startLoopbackProcess({ latencyMs: 0, share: 0 } as never, entry);
  onTestFinished(() => server.close());
  const folder = () =>
    scratchFolder({ "paid.ts": paidToyExperiment, "optimas.models.json": paidToyModels(server.url, price) });
  const before = await server.ledger();
  const unlimited = summaryOf(await command(["run", "paid.ts"], folder()));
  expect(unlimited).toMatchObject({
    stop: "iterations",
    accepted: expect.toSatisfy((accepted: number) => accepted > 0),
  });
  const after = await server.ledger();
  const whole = answeredBetween(before, after);
  const cost = dollars(before, after);

  const ends: number[] = [];
  for (const share of [0.5, 1.05]) {
    const cwd = folder();
    const start = await server.ledger();
    const first = summaryOf(await command(["run", "paid.ts", "--budget-usd", String(cost * share)], cwd));
    const end = await server.ledger();
    expect(first).toMatchObject({ stop: "budget", budget: "money" });
    expect(dollars(start, end)).toBeLessThanOrEqual(cost * share + 1e-12);
    expect(paidBy(first)).toMatchObject({ calls: end.answered - start.answered });
    ends.push(first.iterations);

    const resumed = summaryOf(await command(["resume", "latest", "--budget-usd", String(cost * 3)], cwd));
    expect(resultOf(resumed), `after ${share} of the money`).toEqual(resultOf(unlimited));
    const all = answeredBetween(start, await server.ledger());
    // All that was answered is counted, once.
    expect(paidBy(resumed)).toEqual({ calls: all.calls, tokens: all.tokens });
    // Besides, the result that there was at its first end was scored on the test rows.
    const more = [...all.bodies].filter(([hash, count]) => count > (whole.bodies.get(hash) ?? 0));
    expect(more.length).toBeLessThanOrEqual(TEST_ROWS);
    expect(more.map(([, count]) => count)).toEqual(more.map(() => 1));
  }
  // The budgets ended it in different iterations.
  expect(new Set(ends).size).toBeGreaterThan(1);
}, 300_000);
