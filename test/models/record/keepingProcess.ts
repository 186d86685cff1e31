/**
 * A process that keeps answers as fast as it can, and says of each that it was kept: `keepingProcess FOLDER FROM TO`. It is
 * killed by who starts it, or ends once all are in the record.
 */
import { writeSync } from "node:fs";
import { CachedAnswers } from "../../../src/models/cachedAnswers.ts";
import { requestKey } from "../../../src/models/record/requestKey.ts";
import { numberedAnswer, numberedRequest } from "./numberedRequest.ts";

const [folder = "", from = "", to = ""] = process.argv.slice(2);
const record = new CachedAnswers(folder);

writeSync(1, "ready\n");
for (let number = Number(from); number < Number(to); number++) {
  const request = numberedRequest(number);
  const key = requestKey(request);
  if ((await record.find(key, request)) === undefined) await record.keep(key, request, numberedAnswer(number));
  writeSync(1, `${number}\n`);
  // Lets the writers have their turns.
  if (number % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
}
await record.settled();
