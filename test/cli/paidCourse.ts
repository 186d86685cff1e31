import { readFileSync } from "node:fs";
import type { EventOf, SpentCalls } from "../../src/run/events.ts";
import { type PaidCall, paidCallsFile } from "../../src/run/paidCalls.ts";
import type { LedgerLines } from "../models/loopback/ledger.ts";
import type { PaidPlace } from "./paidPlace.ts";

/** What a run came to, through all the processes that worked on it. */
export interface Course {
  readonly result: Pick<
    EventOf<"summary">,
    "configuration" | "optimized" | "unoptimized" | "difference" | "accepted" | "rejected"
  >;
  /** Answers that the server sent to the end, and the tokens that it counted for them. */
  readonly answers: number;
  readonly serverTokens: number;
  /** Answers that the run counts, and their tokens. */
  readonly calls: number;
  readonly tokens: number;
  /** Requests of which the run does not know whether they were answered, and what they may have cost at most. */
  readonly unanswered: { readonly calls: number; readonly tokens: number };
  /** Keys of requests that were sent again although their answer had come. */
  readonly paidAgain: readonly string[];
  /** Length of the log in bytes. */
  readonly logged: number;
}

/** @param before what had reached the server before the run began, of which it is the only one to ask since then */
export function courseOf(place: PaidPlace, before: LedgerLines, after: LedgerLines): Course {
  const { summary, run = "", logged } = place;
  if (summary === undefined) throw new Error(`the run in ${run} has no summary`);
  const { configuration, optimized, unoptimized, difference, accepted, rejected, spentCalls = [] } = summary;
  const unanswered = spentCalls.flatMap((row) => row.unanswered ?? []);
  return {
    result: { configuration, optimized, unoptimized, difference, accepted, rejected },
    answers: after.answered - before.answered,
    serverTokens: after.inputTokens + after.outputTokens - before.inputTokens - before.outputTokens,
    calls: sum(spentCalls, ({ calls }) => calls),
    tokens: sum(spentCalls, tokensOf),
    unanswered: { calls: sum(unanswered, ({ calls }) => calls), tokens: sum(unanswered, tokensOf) },
    paidAgain: paidAgain(run),
    logged,
  };
}

const tokensOf = ({ inputTokens, outputTokens }: Pick<SpentCalls, "inputTokens" | "outputTokens">): number =>
  inputTokens + outputTokens;

const sum = <T>(rows: readonly T[], part: (row: T) => number): number =>
  rows.reduce((total, row) => total + part(row), 0);

/** Reads line by line what was sent, and what became of it. */
function paidAgain(run: string): string[] {
  const lines = readFileSync(paidCallsFile(run), "utf8").trimEnd().split("\n");
  const keys = new Map<string, string>();
  const answered = new Set<string>();
  const again: string[] = [];
  for (const { sent, settles, calls } of lines.map((line): PaidCall => JSON.parse(line))) {
    if (sent?.key !== undefined) {
      keys.set(sent.id, sent.key);
      if (answered.has(sent.key)) again.push(sent.key);
    }
    const key = settles && keys.get(settles);
    if (key && calls > 0) answered.add(key);
  }
  return again;
}
