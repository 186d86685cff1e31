import { describe, expect, test } from "vitest";
import type { SpentCalls } from "../../src/run/events.ts";
import { run } from "../optimize/toyRuns.ts";
import { noFaults, seededFaults } from "./loopback/faults.ts";
import type { LedgerLines } from "./loopback/ledger.ts";
import { resultOf, type Served, servedRun, servedToyModel } from "./servedToy.ts";

/** What the run says that it has spent, in the words of the server. */
function counted({ summary }: Served) {
  const rows: readonly SpentCalls[] = summary?.spentCalls ?? [];
  const sum = (part: (row: SpentCalls) => number | undefined) => rows.reduce((all, row) => all + (part(row) ?? 0), 0);
  const answered = sum(({ calls }) => calls);
  return {
    received: answered + sum(({ unanswered }) => unanswered?.calls),
    answered,
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
  };
}

const answeredOf = ({ bodies }: LedgerLines) =>
  Object.fromEntries(
    Object.entries(bodies).flatMap(([hash, { answered }]) => (answered > 0 ? [[hash, answered]] : [])),
  );

describe.each(["openai", "openai-responses", "anthropic"])("an optimization that asks %s", (provider) => {
  test("finds what it finds with the same model in the process, and counts what the server counts", async () => {
    const { summary } = await run({ request: { model: servedToyModel, proposer: servedToyModel } });
    const clean = await servedRun({ provider, faults: noFaults });
    expect(clean.thrown).toBeUndefined();
    expect(resultOf(clean.summary)).toEqual(resultOf(summary));
    expect(summary.accepted).toBeGreaterThan(0);
    expect(clean.ledger).toMatchObject({ ...counted(clean), faults: {}, refused: 0 });
  });

  test("comes to the same result when every fifth request fails, and counts what the server counts", async () => {
    const clean = await servedRun({ provider });
    const faulty = await servedRun({ provider, faults: seededFaults("a fifth", 0.2) });
    expect(resultOf(faulty.summary)).toEqual(resultOf(clean.summary));
    expect(faulty.ledger).toMatchObject({ ...counted(faulty), refused: 0, keysElsewhere: 0 });
    expect(answeredOf(faulty.ledger)).toEqual(answeredOf(clean.ledger));
    expect(faulty.ledger.received / clean.ledger.received).toBeGreaterThan(1.1);
  });
});
