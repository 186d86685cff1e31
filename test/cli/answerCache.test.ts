import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { CachedAnswers } from "../../src/models/cachedAnswers.ts";
import { contents } from "../../src/models/record/eviction.ts";
import {
  DEFAULT_LIMIT,
  makeRecordFolder,
  parseBytes,
  recordFolder,
  recordLimit,
} from "../../src/models/record/recordFolder.ts";
import { requestKey } from "../../src/models/record/requestKey.ts";
import { answerLine, storedAnswer } from "../../src/models/record/storedAnswer.ts";
import { workspace } from "../loader/workspace.ts";
import { numberedAnswer, numberedRequest } from "../models/record/numberedRequest.ts";
import { optimas } from "./commandLine.ts";
import { typed } from "./typedCommand.ts";

let home: string;
let folder: string;
beforeEach(() => {
  home = workspace({});
  folder = join(home, ".optimas/cache");
});

/** Three answers of one model and one of another; the first was found twice. */
async function recorded(): Promise<string> {
  const clock = { now: () => Date.UTC(2026, 10, 1, 12), after: () => () => undefined };
  const record = new CachedAnswers(folder, { clock });
  const requests = [...[0, 1, 2].map((number) => numberedRequest(number)), numberedRequest(3, "test:other")];
  for (const [number, request] of requests.entries()) {
    const key = requestKey(request);
    await record.find(key, request);
    await record.keep(key, request, numberedAnswer(number));
  }
  const [first] = requests.map(requestKey);
  for (const _ of [1, 2]) await record.find(first ?? "", numberedRequest(0));
  await record.settled();
  return first ?? "";
}

describe("optimas cache", () => {
  test("tells what is recorded, by model, and how often it was of use", async () => {
    await recorded();
    const { code, stdout } = await typed(["cache"], home);
    expect(code).toBe(0);
    expect(stdout).toContain("4 answers of models");
    expect(stdout).toContain("32 KB of at most 1 GB");
    expect(stdout).toMatch(/test:model +3 +24 KB +2026-11-01 12:00 UTC +2 +3\n/);
    expect(stdout).toMatch(/test:other +1 +8 KB +2026-11-01 12:00 UTC +0 +1\n/);
    const json: unknown = JSON.parse((await typed(["cache", "--json"], home)).stdout);
    expect(json).toMatchObject({ total: { answers: 4, bytes: 32_768, found: 2, missed: 4 }, waiting: 0 });
  });

  test("tells the same as it is shipped, in one file with its packages", async () => {
    await recorded();
    const { code, stdout, stderr } = await optimas(["cache"], { cwd: home });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("4 answers of models");
  });

  test("says so where nothing is recorded", async () => {
    expect(await typed(["cache"], home)).toMatchObject({ code: 0, stdout: expect.stringContaining("No answers") });
    expect((await typed(["cache", "clear"], home)).stdout).toContain("Removed 0 answers");
  });

  test("counts what a process that ended could not put there any more", async () => {
    const request = numberedRequest(7);
    const record = new CachedAnswers(folder);
    const kept = record.keep(requestKey(request), request, numberedAnswer(7));
    expect((await typed(["cache"], home)).stdout).toMatch(/test:model +1 +8 KB /);
    const json: unknown = JSON.parse((await typed(["cache", "--json"], home)).stdout);
    expect(json).toMatchObject({ total: { answers: 1, bytes: 8_192 }, waiting: 1 });
    await kept;
    await record.settled();
  });

  test("shows one answer by the beginning of its key", async () => {
    const key = await recorded();
    const { stdout } = await typed(["cache", "show", key.slice(0, 8)], home);
    expect(stdout).toContain(key);
    expect(stdout).toContain("Question 0: in which year");
    expect(stdout).toContain("It was built in 0.");
    expect(stdout).toContain("temperature  0.7, sample 0, at most 64 tokens");
    const json: unknown = JSON.parse((await typed(["cache", "show", key, "--json"], home)).stdout);
    expect(json).toMatchObject({ key, model: "test:model", text: "It was built in 0." });
  });

  test("refuses a key that means none or several", async () => {
    await recorded();
    expect(await typed(["cache", "show", "zz"], home)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"zz"'),
    });
    expect(await typed(["cache", "show", ""], home)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("4 answers have keys"),
    });
  });

  test("clears all", async () => {
    await recorded();
    expect((await typed(["cache", "clear"], home)).stdout).toContain("Removed 4 answers (32 KB)");
    expect((await typed(["cache"], home)).stdout).toContain("No answers");
  });

  test("clears those of one model", async () => {
    await recorded();
    expect((await typed(["cache", "clear", "--model", "test:model"], home)).stdout).toContain("Removed 3 answers");
    expect((await typed(["cache"], home)).stdout).toMatch(/test:other +1 /);
  });

  test.each([
    ["all", [], { gone: 3, left: [] }],
    ["those of one model", ["--model", "test:model"], { gone: 2, left: ["test:other"] }],
    ["those that were not used for long", ["--older-than", "30d"], { gone: 0, left: ["test:model", "test:other"] }],
  ])("clears %s also of what a killed process has left in its journal", async (_, only, { gone, left }) => {
    const requests = [numberedRequest(0), numberedRequest(1), numberedRequest(2, "test:other")];
    const answers = requests.map((request, at) =>
      storedAnswer(requestKey(request), request, numberedAnswer(at), Date.now()),
    );
    makeRecordFolder(folder);
    // No process has this number.
    writeFileSync(join(folder, "journal-00000000-999999999-00000000-0.jsonl"), answers.map(answerLine).join(""));
    utimesSync(join(folder, "journal-00000000-999999999-00000000-0.jsonl"), 1, 1);
    const cleared: unknown = JSON.parse((await typed(["cache", "clear", "--json", ...only], home)).stdout);
    expect(cleared).toEqual({ answers: gone, bytes: gone * 8_192 });
    const next = new CachedAnswers(folder);
    for (const [at, request] of requests.entries()) {
      const found = await next.find(requestKey(request), request);
      expect(found).toEqual(left.includes(request.model) ? numberedAnswer(at) : undefined);
    }
    await next.settled();
  });

  test("clears those that were not used for long", async () => {
    const key = await recorded();
    const all = await contents(folder);
    const old = Date.now() / 1000 - 31 * 24 * 60 * 60;
    for (const { path } of all.slice(1)) utimesSync(path, old, old);
    expect((await typed(["cache", "clear", "--older-than", "30d"], home)).stdout).toContain("Removed 3 answers");
    expect(await contents(folder)).toMatchObject([{ path: all[0]?.path }]);
    expect(key).toHaveLength(64);
    expect(await typed(["cache", "clear", "--older-than", "soon"], home)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("30d"),
    });
  });

  test("says and sets how much may be recorded", async () => {
    expect((await typed(["cache", "limit"], home)).stdout).toContain("may take 1 GB");
    expect(recordLimit(folder)).toBe(DEFAULT_LIMIT);
    expect((await typed(["cache", "limit", "2.5GB"], home)).stdout).toContain("may take 2.5 GB");
    expect(recordLimit(folder)).toBe(2.5 * 1024 ** 3);
    expect(await typed(["cache", "limit", "much"], home)).toMatchObject({ code: 2 });
  });

  test("means the answers of another folder of runs with --out, wherever it stands", async () => {
    const out = join(home, "results");
    const request = numberedRequest(1);
    const record = new CachedAnswers(recordFolder(out));
    await record.keep(requestKey(request), request, numberedAnswer(1));
    await record.settled();
    for (const args of [
      ["cache", "--out", out],
      ["cache", "--out", out, "show", requestKey(request)],
      ["cache", "show", requestKey(request), "--out", out],
    ]) {
      expect((await typed(args, home)).stdout).toMatch(/1 answer|built in 1/);
    }
  });
});

test.each([
  ["500MB", 500 * 1024 ** 2],
  ["2 GiB", 2 * 1024 ** 3],
  ["1.5g", 1.5 * 1024 ** 3],
])("%s is a size", (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});
