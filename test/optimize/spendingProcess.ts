/**
 * A process that asks within a budget as long as that lasts: `spendingProcess FOLDER CALLS TOKENS ANSWERS`. Whoever it asks
 * writes down in `FOLDER/asked.jsonl` what it will charge as soon as it is asked, and answers nothing after so many answers.
 * The process says "." for each answer, and ends when the budget is spent; until then it is killed by who starts it, and
 * goes on when it is started again.
 */
import { appendFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { LanguageModel } from "../../src/models/languageModel.ts";
import { mostTokens } from "../../src/models/modelPrice.ts";
import { ModelMeter } from "../../src/optimize/meteredModel.ts";
import { PaidCalls, paidCallsFile, readPaidCalls } from "../../src/run/paidCalls.ts";
import { BudgetExhausted } from "../../src/system/ledger.ts";

const [folder = "", calls = "", tokens = "", answers = ""] = process.argv.slice(2);
const left = readPaidCalls(paidCallsFile(folder), 0);
const paid = new PaidCalls(folder, left);
const since = [...left.since];
for (const { id, call } of left.open) {
  paid.keep({ ...call, settles: id });
  since.push(call);
}

let answered = 0;
const model: LanguageModel = {
  name: "fake:paid",
  simulated: false,
  complete: async (request) => {
    const most = mostTokens(request);
    // Most take all that they may.
    const usage = request.sample % 4 > 0 ? most : { inputTokens: 9, outputTokens: request.sample % 10 };
    appendFileSync(join(folder, "asked.jsonl"), `${JSON.stringify(usage)}\n`);
    await new Promise((resolve) => setTimeout(resolve, request.sample % 4));
    if (answered >= Number(answers)) await new Promise((resolve) => setTimeout(resolve, 600_000));
    answered++;
    return { text: "answer", stop: "end", usage };
  },
};
const meter = new ModelMeter(
  { since },
  { keepPaid: (call) => paid.keep(call), limits: { calls: Number(calls), tokens: Number(tokens), usd: null } },
);
const asked = meter.metered(model, "writer", "validation");
const never = new AbortController().signal;
let sample = 0;
const worker = async (): Promise<void> => {
  for (;;) {
    const messages = [{ role: "user" as const, content: "a question" }];
    await asked.complete({ messages, temperature: 1, maxTokens: 50, sample: sample++ }, never);
    writeSync(1, ".");
  }
};
const ends = await Promise.allSettled(Array.from({ length: 4 }, worker));
paid.close();
process.exit(ends.every((end) => end.status === "rejected" && end.reason instanceof BudgetExhausted) ? 0 : 1);
