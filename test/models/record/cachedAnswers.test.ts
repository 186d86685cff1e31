import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CachedAnswers } from "../../../src/models/cachedAnswers.ts";
import { contents, evict } from "../../../src/models/record/eviction.ts";
import { setRecordLimit } from "../../../src/models/record/recordFolder.ts";
import { requestKey } from "../../../src/models/record/requestKey.ts";
import { addSecret } from "../../../src/system/secrets.ts";
import { builtProcess } from "./builtProcess.ts";
import { numberedAnswer, numberedRequest } from "./numberedRequest.ts";

let home: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "optimas-record-"));
  folder = join(home, "cache");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const keep = (record: CachedAnswers, number: number): Promise<void> => {
  const request = numberedRequest(number);
  return record.keep(requestKey(request), request, numberedAnswer(number));
};
const find = (record: CachedAnswers, number: number) => {
  const request = numberedRequest(number);
  return record.find(requestKey(request), request);
};
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
const journals = (): string[] => readdirSync(folder).filter((name) => name.startsWith("journal-"));
/** All files that hold answers or lead to them. */
const dataFiles = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== ".gitignore")
    .map((entry) => join(entry.parentPath, entry.name));

describe("a kept answer", () => {
  test("is found at once, by a later process from the disk, and by nobody who asks otherwise", async () => {
    const record = new CachedAnswers(folder);
    expect(await find(record, 1)).toBeUndefined();
    await keep(record, 1);
    expect(await find(record, 1)).toEqual(numberedAnswer(1));
    await record.settled();
    const later = new CachedAnswers(folder);
    expect(await find(later, 1)).toEqual(numberedAnswer(1));
    expect(await find(later, 2)).toBeUndefined();
    expect(journals()).toEqual([]);
  });

  test("keeps what there is to tell of it: whatever its text, its end and its tokens", async () => {
    const stop = fc.constantFrom("end", "length", "refused", "filtered", "empty");
    const tokens = fc.nat();
    const usage = fc.oneof(
      fc.record({ inputTokens: tokens, outputTokens: tokens }),
      fc.record({ inputTokens: tokens, outputTokens: tokens, cachedInputTokens: tokens }),
      fc.record({ inputTokens: tokens, outputTokens: tokens, estimated: fc.constant(true as const) }),
    );
    let sample = 0;
    await fc.assert(
      fc.asyncProperty(fc.record({ text: fc.string({ unit: "grapheme" }), stop, usage }), async (answer) => {
        const request = numberedRequest(++sample);
        const key = requestKey(request);
        const record = new CachedAnswers(folder);
        await record.keep(key, request, answer);
        await record.settled();
        expect(await new CachedAnswers(folder).find(key, request)).toEqual(answer);
      }),
      { numRuns: 25 },
    );
  });

  test("is on the disk when `keep` returns, before it is in the record", () => {
    const record = new CachedAnswers(folder);
    void keep(record, 1);
    expect(journals().map((name) => readFileSync(join(folder, name), "utf8"))).toEqual([
      expect.stringContaining(numberedAnswer(1).text),
    ]);
    return record.settled();
  });

  test("holds no key of a provider, even where the model repeats it", async () => {
    const key = "sk-planted-7Qx2mP9vLw4Kz8";
    addSecret(key);
    const request = { ...numberedRequest(1), messages: [{ role: "user" as const, content: `my key is ${key}` }] };
    const record = new CachedAnswers(folder);
    await record.keep(requestKey(request), request, { ...numberedAnswer(1), text: `Your key is ${key}.` });
    const texts = () => dataFiles().map((path) => readFileSync(path, "utf8"));
    expect(texts().join()).not.toContain(key);
    await record.settled();
    expect(texts().join()).not.toContain(key);
  });

  test("needs no folder before the first, and stands a folder that was removed", async () => {
    const record = new CachedAnswers(folder);
    expect(() => readdirSync(folder)).toThrow();
    await keep(record, 1);
    await record.settled();
    rmSync(folder, { recursive: true });
    await keep(record, 2);
    await record.settled();
    expect(await find(new CachedAnswers(folder), 2)).toEqual(numberedAnswer(2));
    expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("*\n");
  });

  test("that cannot be written fails with the reason, and is found as long as the process lives", async () => {
    writeFileSync(folder, "a file where the folder should be");
    const record = new CachedAnswers(folder);
    await expect(keep(record, 1)).rejects.toMatchObject({ code: expect.stringMatching(/EEXIST|ENOTDIR/) });
    expect(await find(record, 1)).toEqual(numberedAnswer(1));
    rmSync(folder);
    await keep(record, 1);
    await record.settled();
    expect(await find(new CachedAnswers(folder), 1)).toEqual(numberedAnswer(1));
  });
});

describe("damage", () => {
  test("of any bytes in any files loses no more than the answers in them, and these are kept anew", async () => {
    const count = 12;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            file: fc.nat(),
            at: fc.double({ min: 0, max: 1, noNaN: true }),
            how: fc.constantFrom("flip", "cut", "zero", "remove", "grow"),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        async (damages) => {
          rmSync(folder, { recursive: true, force: true });
          const record = new CachedAnswers(folder);
          for (const number of range(0, count)) await keep(record, number);
          await record.settled();
          for (const { file, at, how } of damages) {
            const files = dataFiles().sort();
            damage(files[file % files.length] ?? "", at, how);
          }
          const later = new CachedAnswers(folder);
          for (const number of range(0, count)) {
            const found = await find(later, number);
            if (found === undefined) await keep(later, number);
            else expect(found).toEqual(numberedAnswer(number));
          }
          await later.settled();
          const last = new CachedAnswers(folder);
          for (const number of range(0, count)) expect(await find(last, number)).toEqual(numberedAnswer(number));
        },
      ),
      { numRuns: 30 },
    );
  });

  test("of an answer that says it is another's is found out", async () => {
    const record = new CachedAnswers(folder);
    await keep(record, 1);
    await record.settled();
    const [one, other] = [numberedRequest(1), numberedRequest(2)];
    const { put } = await import("cacache");
    const [content] = await contents(folder);
    await put(folder, requestKey(other), readFileSync(content?.path ?? ""));
    const later = new CachedAnswers(folder);
    expect(await later.find(requestKey(other), other)).toBeUndefined();
    expect(await later.find(requestKey(one), one)).toBeUndefined();
  });
});

describe("several processes", () => {
  const program = builtProcess("keepingProcess");

  function start(from: number, to: number) {
    const child = spawn(process.execPath, [program(), folder, String(from), String(to)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const kept: number[] = [];
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => line !== "ready" && kept.push(Number(line)));
    const exit = Promise.all([once(child, "exit"), once(lines, "close")]).then(([[code]]) => code as number | null);
    return { child, kept, exit };
  }

  test("keep the same and others at once, and all is found afterwards", async () => {
    const all = [start(0, 120), start(60, 180), start(0, 180)];
    expect(await Promise.all(all.map(({ exit }) => exit))).toEqual([0, 0, 0]);
    const record = new CachedAnswers(folder);
    for (const number of range(0, 180)) expect(await find(record, number)).toEqual(numberedAnswer(number));
    expect(journals()).toEqual([]);
  });

  test("that are killed at any moment have kept all that they said", async () => {
    const said = new Set<number>();
    for (const round of range(0, 12)) {
      const { child, kept, exit } = start(round * 1_000, (round + 1) * 1_000);
      const enough = 1 + ((round * 37) % 150);
      const killed = new Promise<void>((resolve) => {
        child.stdout.on("data", () => {
          if (kept.length < enough) return;
          child.kill("SIGKILL");
          resolve();
        });
      });
      await killed;
      expect(await exit).toBeNull();
      for (const number of kept) said.add(number);
    }
    const record = new CachedAnswers(folder);
    const missing = [];
    for (const number of said) if ((await find(record, number)) === undefined) missing.push(number);
    expect(missing).toEqual([]);
    await record.settled();
    expect(journals()).toEqual([]);
    // By now all of it is in the record itself.
    const later = new CachedAnswers(folder);
    for (const number of said) expect(await find(later, number)).toEqual(numberedAnswer(number));
  });

  test("journals of a killed one are read as far as they are whole", async () => {
    const { child, kept, exit } = start(0, 100_000);
    await once(child.stdout, "data");
    await expect.poll(() => kept.length).toBeGreaterThan(50);
    child.kill("SIGKILL");
    await exit;
    for (const name of journals()) {
      const path = join(folder, name);
      truncateSync(path, Math.max(0, statSync(path).size - 5));
    }
    const record = new CachedAnswers(folder);
    for (const number of kept) {
      const found = await find(record, number);
      if (found !== undefined) expect(found).toEqual(numberedAnswer(number));
    }
    await record.settled();
    expect(journals()).toEqual([]);
  });
});

describe("a record that grows beyond its limit", () => {
  const DAY = 24 * 60 * 60_000;
  const now = Date.UTC(2026, 10, 22);

  /** Answers `from` to `to`, each used a day later than the one before, the last one now. */
  async function fill(to: number): Promise<void> {
    const record = new CachedAnswers(folder);
    for (const number of range(0, to)) await keep(record, number);
    await record.settled();
    for (const { path } of await contents(folder)) {
      const number = Number(/built in (\d+)/.exec(readFileSync(path, "utf8"))?.[1]);
      const usedAt = (now - (to - 1 - number) * DAY) / 1_000;
      utimesSync(path, usedAt, usedAt);
    }
  }
  const left = async (to: number): Promise<number[]> => {
    const record = new CachedAnswers(folder);
    const found = await Promise.all(range(0, to).map(async (number) => ({ number, came: await find(record, number) })));
    return found.flatMap(({ number, came }) => (came === undefined ? [] : [number]));
  };

  test("loses the answers whose last use is longest ago", async () => {
    await fill(20);
    setRecordLimit(folder, 10 * 8192);
    expect(await evict(folder, now)).toEqual({ bytes: 9 * 8192, evicted: 11 });
    expect(await left(20)).toEqual(range(11, 20));
  });

  test("loses none as long as it is below", async () => {
    await fill(5);
    setRecordLimit(folder, 5 * 8192);
    expect(await evict(folder, now)).toEqual({ bytes: 5 * 8192, evicted: 0 });
    expect(await left(5)).toEqual(range(0, 5));
  });

  test("loses nothing that a run under way was answered since its last checkpoint", async () => {
    await fill(20);
    setRecordLimit(folder, 1);
    await evict(folder, now, () => now - 4 * DAY);
    // And what may have been used up to an hour later than is noted.
    expect(await left(20)).toEqual(range(15, 20));
  });

  test("is brought below it while answers are kept", async () => {
    setRecordLimit(folder, 8192 * 20);
    const record = new CachedAnswers(folder);
    for (const number of range(0, 100)) {
      await keep(record, number);
      await record.settled();
    }
    await expect.poll(async () => (await contents(folder)).length).toBeLessThanOrEqual(22);
  });

  test("keeps what is used again", async () => {
    await fill(20);
    await find(new CachedAnswers(folder, { clock: { now: () => now + DAY, after: () => () => undefined } }), 3);
    await expect.poll(async () => (await contents(folder)).filter(({ usedAt }) => usedAt === now + DAY).length).toBe(1);
    setRecordLimit(folder, 2 * 8192);
    await evict(folder, now + DAY);
    expect(await left(20)).toEqual([3]);
  });
});

function damage(path: string, at: number, how: "flip" | "cut" | "zero" | "remove" | "grow"): void {
  const bytes = readFileSync(path);
  const index = Math.floor(at * Math.max(0, bytes.length - 1));
  if (how === "remove") rmSync(path);
  else if (how === "cut") truncateSync(path, index);
  else if (how === "grow") writeFileSync(path, Buffer.concat([bytes, bytes.subarray(index)]));
  else {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[index] = how === "zero" ? 0 : (bytes[index] ?? 0) ^ 0x15;
    writeFileSync(path, changed);
  }
}
