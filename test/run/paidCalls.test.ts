import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SpentCalls } from "../../src/run/events.ts";
import { nothingPaid, type PaidCall, PaidCalls, paidCallsFile, readPaidCalls } from "../../src/run/paidCalls.ts";

const call = (inputTokens: number): SpentCalls => ({
  who: "writer",
  purpose: "validation",
  model: "openai:any",
  calls: 1,
  inputTokens,
  outputTokens: 2,
});

/** What counts of it, unanswered requests at the most that they may have cost. */
const tokensOf = ({ inputTokens, outputTokens, unanswered }: SpentCalls): number =>
  inputTokens + outputTokens + (unanswered ? unanswered.inputTokens + unanswered.outputTokens : 0);

describe("paid calls", () => {
  let folder = "";
  let file = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "optimas-paid-"));
    file = paidCallsFile(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const paid = (left = nothingPaid) => new PaidCalls(folder, left);

  test("are on the disk as soon as they are kept, and go on after those of an earlier process", () => {
    const first = paid();
    first.keep(call(1));
    first.keep(call(2));
    expect(readPaidCalls(file, 0).since).toEqual([call(1), call(2)]);
    const second = paid(readPaidCalls(file, 1));
    second.keep(call(3));
    expect(readPaidCalls(file, 1).since).toEqual([call(2), call(3)]);
    first.close();
    second.close();
  });

  test("survive a torn last line, which belongs to a call that nobody was told of", () => {
    const first = paid();
    first.keep(call(1));
    first.close();
    appendFileSync(file, '{"who":"wri');
    const left = readPaidCalls(file, 0);
    expect(left.since).toEqual([call(1)]);
    const second = paid(left);
    second.keep(call(2));
    second.close();
    expect(readPaidCalls(file, 0).since).toEqual([call(1), call(2)]);
  });

  describe("whose requests were under way", () => {
    const worst = { calls: 1, inputTokens: 90, outputTokens: 50 };
    const sent = (id: string) => ({ ...nothingOf, unanswered: worst, sent: { id, key: `key of ${id}` } });
    const nothingOf = { ...call(0), calls: 0, outputTokens: 0 };

    test("are open until they are settled, whatever they came to, and a checkpoint between is none of that", () => {
      const first = paid();
      for (const id of ["a", "b", "c", "d"]) first.keep(sent(id));
      first.keep({ ...call(1), settles: "a" });
      first.keep({ ...nothingOf, settles: "c" });
      first.close();
      const { since, open } = readPaidCalls(file, 4);
      expect(since).toEqual([call(1)]);
      expect(open).toEqual(
        ["b", "d"].map((id) => ({ id, key: `key of ${id}`, call: { ...nothingOf, unanswered: worst } })),
      );
      // Those that the checkpoint counted are settled all the same.
      expect(readPaidCalls(file, 6)).toMatchObject({ since: [], open });
    });

    test("count once, whenever processes are killed and checkpoints made: as what they came to, or as the most", () => {
      const step = fc.oneof(
        fc.constant({ kind: "send" as const }),
        fc.record({ kind: fc.constant("settle" as const), which: fc.nat(), tokens: fc.integer({ min: 0, max: 50 }) }),
        fc.constant({ kind: "checkpoint" as const }),
        fc.constant({ kind: "kill" as const }),
      );
      fc.assert(
        fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
          rmSync(file, { force: true });
          let counted = 0;
          let lines = 0;
          let ids = 0;
          // What the processes know in memory, and what they should know.
          let known = 0;
          let atCheckpoint = 0;
          let right = 0;
          let underWay: string[] = [];
          let process = paid();
          const keep = (line: PaidCall): void => {
            process.keep(line);
            lines++;
          };
          const most = worst.inputTokens + worst.outputTokens;
          for (const one of [...steps, { kind: "kill" as const }]) {
            if (one.kind === "send") {
              const id = String(ids++);
              keep(sent(id));
              underWay.push(id);
            } else if (one.kind === "settle") {
              const id = underWay[one.which % underWay.length];
              if (id === undefined) continue;
              underWay = underWay.filter((other) => other !== id);
              keep({ ...nothingOf, calls: 1, inputTokens: one.tokens, settles: id });
              known += one.tokens;
              right += one.tokens;
            } else if (one.kind === "checkpoint") {
              counted = lines;
              atCheckpoint = known;
            } else {
              process.close();
              right += underWay.length * most;
              const left = readPaidCalls(file, counted);
              expect(left.count).toBe(lines);
              process = paid(left);
              known = atCheckpoint + left.since.reduce((sum, row) => sum + tokensOf(row), 0);
              for (const { id, call: row } of left.open) {
                keep({ ...row, settles: id });
                known += tokensOf(row);
              }
              expect(left.open.map(({ id }) => id)).toEqual(underWay);
              expect(known).toBe(right);
              underWay = [];
            }
          }
          process.close();
        }),
      );
    });
  });

  test("leave no file where nothing was paid for", () => {
    paid().close();
    expect(readPaidCalls(file, 0)).toEqual(nothingPaid);
  });

  test.each([
    ["fewer lines than the checkpoint counted", "", /2 lines belong to the checkpoint, but only 0 are here/],
    ["a line that is no call", '{"who":1}\n', /spent\.jsonl, line 1/],
  ])("are refused with %s, and left as they are", (_what, text, message) => {
    writeFileSync(file, text);
    expect(() => readPaidCalls(file, text === "" ? 2 : 0)).toThrow(message);
    expect(readFileSync(file, "utf8")).toBe(text);
  });
});
