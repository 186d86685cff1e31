import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rm } from "cacache";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CachedAnswers } from "../../../src/models/cachedAnswers.ts";
import { AnswerStore } from "../../../src/models/record/answerStore.ts";
import { contents } from "../../../src/models/record/eviction.ts";
import { requestKey } from "../../../src/models/record/requestKey.ts";
import { storedAnswer } from "../../../src/models/record/storedAnswer.ts";
import { storedEntry } from "../../../src/models/record/storedEntry.ts";
import { filesBelow } from "./filesBelow.ts";
import { numberedAnswer, numberedRequest } from "./numberedRequest.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "optimas-entry-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const key = requestKey(numberedRequest(1));
const put = (text: string): Promise<void> =>
  new AnswerStore(folder).put(storedAnswer(key, numberedRequest(1), { ...numberedAnswer(1), text }, 1_000));
const textIn = (found: ReturnType<typeof storedEntry>): string | undefined =>
  typeof found === "object" ? found.answer.text : found;

describe("an answer that the package has put", () => {
  test("is read without it, the newest where there were several", async () => {
    await put("first");
    expect(textIn(storedEntry(folder, key))).toBe("first");
    await put("second");
    expect(textIn(storedEntry(folder, key))).toBe("second");
    const [content] = (await contents(folder)).filter(({ path }) => readFileSync(path, "utf8").includes("second"));
    expect(storedEntry(folder, key)).toMatchObject({ path: content?.path, usedAt: content?.usedAt });
  });

  test("is missing where there is none in an index, and nothing can be said where there is no index", async () => {
    expect(storedEntry(folder, key)).toBeUndefined();
    await put("first");
    expect(storedEntry(folder, requestKey(numberedRequest(2)))).toBe("missing");
  });

  test("is left to the package where it is longer than what is read at once", async () => {
    const long = "long ".repeat(20_000);
    await put(long);
    expect(storedEntry(folder, key)).toBeUndefined();
    expect((await new AnswerStore(folder).get(key))?.answer.text).toBe(long);
  });

  test("is not read any more where the package has removed it", async () => {
    await put("first");
    await rm.entry(folder, key);
    expect(storedEntry(folder, key)).toBeUndefined();
    expect(await new AnswerStore(folder).get(key)).toBeUndefined();
  });

  test("is read as it was put or not at all, whichever byte of it is another", async () => {
    await put("an answer of some words");
    const files = filesBelow(folder).map((path) => ({ path, whole: readFileSync(path) }));
    const byte = fc.record({ file: fc.nat(), at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(fc.array(byte, { minLength: 1, maxLength: 3 }), (changes) => {
        for (const { path, whole } of files) writeFileSync(path, whole);
        for (const { file, at, mask } of changes) {
          const path = files[file % files.length]?.path ?? "";
          const bytes = readFileSync(path);
          const place = at % bytes.length;
          bytes[place] = (bytes[place] ?? 0) ^ mask;
          writeFileSync(path, bytes);
        }
        expect([undefined, "an answer of some words"]).toContain(textIn(storedEntry(folder, key)));
      }),
      { numRuns: 300 },
    );
  });
});

test("others have turns while many answers are read from the disk", async () => {
  const record = new CachedAnswers(folder);
  const requests = Array.from({ length: 300 }, (_, number) => numberedRequest(number));
  for (const request of requests) await record.keep(requestKey(request), request, numberedAnswer(request.sample));
  await record.settled();
  const later = new CachedAnswers(folder);
  let turns = 0;
  let open = true;
  const turn = (): void => {
    turns++;
    if (open) setImmediate(turn);
  };
  setImmediate(turn);
  for (const request of requests) await later.find(requestKey(request), request);
  open = false;
  expect(turns).toBeGreaterThanOrEqual(4);
});
