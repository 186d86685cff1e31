import { clearRecord, type RecordSummary, readAnswer, summarizeRecord } from "../models/record/recordContents.ts";
import { parseBytes, recordFolder, recordLimit, setRecordLimit } from "../models/record/recordFolder.ts";
import type { StoredAnswer } from "../models/record/storedAnswer.ts";
import { onDisk } from "../run/diskError.ts";
import { bytesText, counted, countText, momentText } from "../run/views/numberFormat.ts";
import { visibleLine } from "../run/views/visibleText.ts";
import { type Display, table } from "./display/terminalText.ts";
import type { Terminal } from "./terminal.ts";

export interface CacheOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** Prints what is recorded of the answers of models. */
export async function printCache({ out, json = false }: CacheOptions, terminal: Terminal): Promise<void> {
  const summary = await summarizeRecord(recordFolder(out));
  if (json) terminal.result(JSON.stringify(summary));
  else for (const line of cacheText(summary, terminal.resultDisplay())) terminal.result(line);
}

/** @param only.olderThan milliseconds for which they were not used */
export async function clearCache(
  only: { readonly model?: string; readonly olderThan?: number },
  { out, json = false }: CacheOptions,
  terminal: Terminal,
): Promise<void> {
  const folder = recordFolder(out);
  const now = Date.now();
  const { model, olderThan } = only;
  const cleared = await clearRecord(folder, now, {
    model,
    unusedSince: olderThan === undefined ? undefined : now - olderThan,
  });
  if (json) terminal.result(JSON.stringify(cleared));
  else terminal.result(`Removed ${counted(cleared.answers, "answer")} (${bytesText(cleared.bytes)}) from ${folder}.`);
}

/** Prints one answer. @param key its key, or the beginning of it */
export async function printAnswer(key: string, { out, json = false }: CacheOptions, terminal: Terminal): Promise<void> {
  const answer = await readAnswer(recordFolder(out), key);
  if (json) terminal.result(JSON.stringify(answer));
  else for (const line of answerText(answer)) terminal.result(line);
}

/** Says how much may be recorded, or changes it. @param size "2GB"; undefined to leave it */
export function limitCache(size: string | undefined, { out, json = false }: CacheOptions, terminal: Terminal): void {
  const folder = recordFolder(out);
  if (size !== undefined) {
    const bytes = parseBytes(size);
    onDisk(`write the limit into ${folder}`, undefined, () => setRecordLimit(folder, bytes));
  }
  const limitBytes = recordLimit(folder);
  terminal.result(json ? JSON.stringify({ limitBytes }) : `Answers in ${folder} may take ${bytesText(limitBytes)}.`);
}

function cacheText({ folder, limitBytes, models, total }: RecordSummary, display: Display): string[] {
  if (models.length === 0) return [`No answers of models are recorded in ${folder}.`];
  const rows = models.map((row) => [
    visibleLine(row.model),
    countText(row.answers),
    bytesText(row.bytes),
    row.oldest === undefined ? "–" : momentText(row.oldest),
    countText(row.found),
    countText(row.missed),
  ]);
  return [
    `${counted(total.answers, "answer")} of models in ${folder}: ${bytesText(total.bytes)} of at most ${bytesText(limitBytes)}.`,
    "",
    ...table(
      [
        { title: "model", align: "left" },
        { title: "answers", align: "right" },
        { title: "size", align: "right" },
        { title: "oldest", align: "right" },
        { title: "hits", align: "right" },
        { title: "asked anew", align: "right" },
      ],
      rows,
      display,
    ),
  ];
}

function answerText(answer: StoredAnswer): string[] {
  const { key, model, server, when, temperature, sample, maxTokens, stop, usage, asked, text } = answer;
  const { inputTokens, outputTokens, cachedInputTokens, estimated } = usage;
  const tokens = `${countText(inputTokens)} in${cachedInputTokens === undefined ? "" : ` (${countText(cachedInputTokens)} read before)`}, ${countText(outputTokens)} out`;
  return [
    `key          ${key}`,
    `model        ${visibleLine(model)}${server === undefined ? "" : ` at ${visibleLine(server)}`}`,
    `answered     ${momentText(when)}`,
    `temperature  ${temperature}${sample === null ? "" : `, sample ${sample}`}, at most ${counted(maxTokens, "token")}`,
    `tokens       ${tokens}${estimated ? ", estimated" : ""}`,
    `ended by     ${stop}`,
    "",
    "Last message, its beginning:",
    ...asked.split("\n").map((line) => `  ${visibleLine(line)}`),
    "",
    "Answer:",
    ...text.split("\n").map((line) => `  ${visibleLine(line)}`),
  ];
}
