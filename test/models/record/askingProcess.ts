/**
 * A process that asks for the answers FROM to TO through a record, many at once: `askingProcess FOLDER FROM TO TOOK_MS`. Whoever it
 * asks writes the number of the question into `FOLDER/asked.txt` and takes its time. The process says of each answer that
 * it has it; it is killed by who starts it, or ends once it has all.
 */
import { appendFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { CachedAnswers } from "../../../src/models/cachedAnswers.ts";
import type { LanguageModel } from "../../../src/models/languageModel.ts";
import { recordedModel } from "../../../src/models/recordedModel.ts";
import { numberedAnswer, numberedRequest } from "./numberedRequest.ts";

const [folder = "", from = "", to = "", tookMs = ""] = process.argv.slice(2);
const record = new CachedAnswers(join(folder, "cache"));
const asked: LanguageModel = {
  name: "test:model",
  simulated: false,
  complete: async ({ sample }) => {
    appendFileSync(join(folder, "asked.txt"), `${sample}\n`);
    await new Promise((resolve) => setTimeout(resolve, Number(tookMs)));
    return numberedAnswer(sample);
  },
};
const model = recordedModel(asked, { record });
const never = new AbortController().signal;
let next = Number(from);
const worker = async (): Promise<void> => {
  while (next < Number(to)) {
    const number = next++;
    const { text } = await model.complete(numberedRequest(number), never);
    if (text !== numberedAnswer(number).text) throw new Error(`question ${number} was answered with "${text}"`);
    writeSync(1, `${number}\n`);
  }
};
writeSync(1, "ready\n");
await Promise.all(Array.from({ length: 8 }, worker));
await record.settled();
